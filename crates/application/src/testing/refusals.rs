//! The refusals that every use case behind the gate shares.

use super::{Fixture, caller, key_caller, key_facts, tenant_id, user_facts};
use crate::{
    App,
    error::{Challenge, Error},
    gate::Caller,
};
use domain::{
    access::{AccessFacts, KeyFacts},
    api_key::KeyDigest,
    id::TenantId,
    role::{Permission, Role},
};
use uuid::Uuid;

/// Calls a use case as everyone whom it has to refuse. The repositories expect nothing: whatever it reads or writes
/// before refusing panics.
pub(crate) async fn assert_refused<T>(
    need: Permission,
    call: impl AsyncFn(&App, &Caller) -> Result<T, Error>,
) {
    assert_refused_given(need, |_| {}, call).await;
}

/// The same for a use case that reads before it refuses, from a snapshot that nobody else gets to see.
pub(crate) async fn assert_refused_given<T>(
    need: Permission,
    prepare: impl Fn(&mut Fixture),
    call: impl AsyncFn(&App, &Caller) -> Result<T, Error>,
) {
    for (who, caller, facts, expected) in refused(need) {
        let mut fixture = Fixture::with(facts);
        prepare(&mut fixture);
        let world = fixture.start();
        let error = call(&world.app, &caller).await.err();
        let error = error.unwrap_or_else(|| panic!("{who} was let in"));
        assert_eq!(format!("{error:?}"), format!("{expected:?}"), "{who}");
        world.assert_untouched();
    }
}

fn refused(need: Permission) -> Vec<(String, Caller, AccessFacts, Error)> {
    let as_user = |who: &str, facts, error| (who.to_owned(), caller(), facts, error);
    let as_key = |who: &str, facts, error| {
        let facts = AccessFacts::ApiKey(facts);
        (who.to_owned(), key_caller(), facts, error)
    };
    let nobody = || Error::Unauthenticated(Challenge::TokenOrKey);
    let good = key_facts(&[need], Some(Role::Owner));
    let mut all = vec![
        as_user("an unknown user", AccessFacts::User(None), nobody()),
        as_user(
            "an inactive owner",
            user_facts(false, Some(Role::Owner)),
            nobody(),
        ),
        as_user("a stranger", user_facts(true, None), Error::Stranger),
        as_key("an unknown key", None, nobody()),
        as_key("a revoked key", Some(revoked(good.clone())), nobody()),
        as_key("a wrong secret", Some(forged(good.clone())), nobody()),
        as_key("a key of elsewhere", Some(elsewhere(good)), Error::Stranger),
        as_key(
            "a key without the scope",
            Some(key_facts(&[], Some(Role::Owner))),
            Error::Insufficient,
        ),
        as_key(
            "a key whose creator left",
            Some(key_facts(&[need], None)),
            Error::Insufficient,
        ),
    ];
    for role in Role::ALL.iter().filter(|role| !role.allows(need)) {
        let (facts, creator) = (
            user_facts(true, Some(*role)),
            key_facts(&[need], Some(*role)),
        );
        all.push(as_user(role.as_str(), facts, Error::Insufficient));
        all.push(as_key(
            "a key of such a role",
            Some(creator),
            Error::Insufficient,
        ));
    }
    all
}

fn revoked(key: KeyFacts) -> KeyFacts {
    KeyFacts {
        revoked: true,
        ..key
    }
}

fn forged(key: KeyFacts) -> KeyFacts {
    KeyFacts {
        digest: KeyDigest::new([8; 32]),
        ..key
    }
}

fn elsewhere(key: KeyFacts) -> KeyFacts {
    let tenant = TenantId::from_uuid(Uuid::from_u128(99));
    assert_ne!(tenant, tenant_id());
    KeyFacts { tenant, ..key }
}
