//! The refusals that every use case behind the gate shares.

use super::{
    Commit, Fixture, NOW, World, caller, granted, key_caller, key_facts, origin, tenant_id,
    user_facts, user_id,
};
use crate::{
    App,
    error::{Challenge, Error},
    gate::Caller,
};
use domain::{
    access::{AccessFacts, Actor, CallerFacts, KeyFacts, Origin, UserFacts},
    api_key::KeyDigest,
    audit::{AuditEvent, AuditTrail, Denial},
    id::TenantId,
    membership::Standing,
    network::AddressList,
    permission::Permission,
    policy::Reach,
    role::Role,
    tenant::TenantStatus,
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
        let mut fixture = Fixture::with(facts.caller.clone());
        fixture.facts = facts;
        prepare(&mut fixture);
        let world = fixture.start();
        let error = call(&world.app, &caller).await.err();
        let error = error.unwrap_or_else(|| panic!("{who} was let in"));
        assert_eq!(format!("{error:?}"), format!("{expected:?}"), "{who}");
        world.assert_untouched();
    }
}

/// Holds when exactly one thing is recorded once refusals are stored: that the acting user tried to give these
/// permissions away. Nothing may have been committed before. The organisation has to be there.
pub(crate) async fn assert_escalation_noted(world: &World, permissions: &[Permission]) {
    world.assert_untouched();
    world.app.security_events.flush(NOW).await.unwrap();
    let denial = Denial::Grant(permissions.iter().copied().collect());
    let expected = Commit {
        tenant: Some(tenant_id()),
        actor: Actor::User(user_id()),
        operated: None,
        origin: origin(),
        trail: AuditTrail::of(AuditEvent::denied(tenant_id(), denial)),
    };
    assert_eq!(world.commits(), [expected]);
}

type Refused = (String, Caller, AccessFacts, Error);

fn refused(need: Permission) -> Vec<Refused> {
    let mut all = nobodies(need);
    all.extend(keys_out_of_place(need));
    all.extend(closed(need));
    all.extend(powerless(need));
    all
}

fn open(caller: CallerFacts) -> AccessFacts {
    let status = Some(TenantStatus::Active);
    AccessFacts { status, caller }
}

fn as_user(who: &str, facts: CallerFacts, error: Error) -> Refused {
    (who.to_owned(), caller(), open(facts), error)
}

fn as_key(who: &str, facts: Option<KeyFacts>, error: Error) -> Refused {
    let facts = open(CallerFacts::ApiKey(facts));
    (who.to_owned(), key_caller(), facts, error)
}

/// Whose credential is worth nothing, and who does not belong there.
fn nobodies(need: Permission) -> Vec<Refused> {
    let nobody = || Error::Unauthenticated(Challenge::TokenOrKey);
    let good = || key_facts(&[need], Some(Role::Owner));
    let revoked = KeyFacts {
        revoked: true,
        ..good()
    };
    let expired = KeyFacts {
        valid_until: Some(NOW),
        ..good()
    };
    let forged = KeyFacts {
        digest: KeyDigest::new([8; 32]),
        ..good()
    };
    let inactive = user_facts(false, Some(Role::Owner));
    vec![
        as_user("an unknown user", CallerFacts::User(None), nobody()),
        as_user("an inactive owner", inactive, nobody()),
        as_user("a stranger", user_facts(true, None), Error::Stranger),
        as_key("an unknown key", None, nobody()),
        as_key("a revoked key", Some(revoked), nobody()),
        as_key("a key that expires now", Some(expired), nobody()),
        as_key("a wrong secret", Some(forged), nobody()),
    ]
}

/// Good keys of elsewhere, and from elsewhere.
fn keys_out_of_place(need: Permission) -> Vec<Refused> {
    let good = || key_facts(&[need], Some(Role::Owner));
    let tenant = TenantId::from_uuid(Uuid::from_u128(99));
    assert_ne!(tenant, tenant_id());
    let foreign = KeyFacts { tenant, ..good() };
    let restricted = KeyFacts {
        allowed_from: Some(AddressList::parse("198.51.100.0/24").unwrap()),
        ..good()
    };
    let from_nowhere = Caller {
        origin: Origin {
            address: None,
            ..key_caller().origin
        },
        ..key_caller()
    };
    let facts = open(CallerFacts::ApiKey(Some(restricted.clone())));
    vec![
        as_key("a key of elsewhere", Some(foreign), Error::Stranger),
        as_key(
            "a key from a wrong address",
            Some(restricted),
            Error::AddressNotAllowed,
        ),
        (
            "a key from an unknown address".to_owned(),
            from_nowhere,
            facts,
            Error::AddressNotAllowed,
        ),
    ]
}

/// Owners, and owners' keys, of tenants that are not open for this.
fn closed(need: Permission) -> Vec<Refused> {
    let mut all = Vec::new();
    let statuses = TenantStatus::ALL.iter().copied().map(Some);
    for status in statuses.chain([None]) {
        let error = || match status {
            Some(TenantStatus::Deleted) | None => Error::Stranger,
            Some(status) => Error::Closed(status),
        };
        if status.is_some_and(|status| status.admits(need)) {
            continue;
        }
        let who = status.map_or("of a missing tenant", TenantStatus::as_str);
        let facts = |caller| AccessFacts { status, caller };
        let owner = facts(user_facts(true, Some(Role::Owner)));
        all.push((format!("{who}: an owner"), caller(), owner, error()));
        let key = CallerFacts::ApiKey(Some(key_facts(&[need], Some(Role::Owner))));
        all.push((format!("{who}: a key"), key_caller(), facts(key), error()));
    }
    all
}

/// Members and keys that may do other things, at the most everything else.
fn powerless(need: Permission) -> Vec<Refused> {
    let insufficient = || Error::Insufficient;
    let others = Permission::ALL.iter().copied().filter(|one| *one != need);
    let others: Vec<Permission> = others.collect();
    let grants: Vec<&str> = others.iter().map(|one| one.as_str()).collect();
    let all_else = granted("custom", &grants.join(" "));
    let unreadable = granted("developer", "*:* [");

    let mut all = vec![
        as_key(
            "a key with every scope but this",
            Some(key_facts(&others, Some(Role::Owner))),
            insufficient(),
        ),
        as_key(
            "a key whose creator left",
            Some(key_facts(&[need], None)),
            insufficient(),
        ),
    ];
    let built_in = Role::BUILT_IN.into_iter().map(Standing::by_default);
    let standings = built_in.chain([all_else, unreadable]);
    for standing in standings.filter(|one| one.policy.reach(need) != Reach::Everything) {
        let who = standing.role.as_str().to_owned();
        let standing = Some(standing);
        let key = KeyFacts {
            standing: standing.clone(),
            ..key_facts(&[need], None)
        };
        all.push(as_key(
            &format!("a key of {who}"),
            Some(key),
            insufficient(),
        ));
        let member = CallerFacts::User(Some(UserFacts {
            is_active: true,
            standing,
        }));
        all.push(as_user(&who, member, insufficient()));
    }
    all
}
