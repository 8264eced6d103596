//! Values that tests agree on.

use crate::{error::Challenge, gate::Caller};
use domain::{
    access::{AccessFacts, Credential, KeyFacts, UserFacts},
    api_key::{ApiKey, KeyDigest, KeyId, NewKey},
    email::Email,
    id::{ApiKeyId, MembershipId, ProjectId, TenantId, UserId},
    idempotency::{IdempotencyKey, StoredOutcome},
    membership::{Member, Membership, Roster},
    page::{PageRequest, Start},
    password::{Password, PasswordHash},
    ports::MockMembershipRepository,
    project::{Project, ProjectStatus},
    role::{Permission, Role},
    tenant::Tenant,
    text::{ApiKeyName, Description, DisplayName, ProjectName, TenantName},
    user::{Account, User},
};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// The time that the clock shows.
pub(crate) const NOW: OffsetDateTime = datetime!(2026-03-04 05:06:07.000_008 UTC);
/// When everything that exists already was made.
pub(crate) const BEFORE: OffsetDateTime = datetime!(2025-12-31 23:59:59.999_999 UTC);

/// The n-th identifier that the generator makes, counted from one.
pub(crate) const fn made_id(n: u64) -> Uuid {
    Uuid::from_u64_pair(0xA, n)
}

pub(crate) const fn tenant_id() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(1))
}

/// The user who acts.
pub(crate) const fn user_id() -> UserId {
    UserId::from_uuid(Uuid::from_u128(2))
}

/// Another user.
pub(crate) const fn other_id() -> UserId {
    UserId::from_uuid(Uuid::from_u128(3))
}

/// The user who acts.
pub(crate) fn user() -> User {
    user_of(user_id())
}

pub(crate) fn user_of(id: UserId) -> User {
    let name = DisplayName::parse("Ada").unwrap();
    User::register(id, email(), name, BEFORE)
}

pub(crate) fn inactive_user() -> User {
    User {
        is_active: false,
        ..user()
    }
}

pub(crate) fn email() -> Email {
    Email::parse("ada@example.com").unwrap()
}

pub(crate) fn password() -> Password {
    Password::new("correct horse battery")
}

pub(crate) fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

/// The acting user's account, whose stored hash is `old`.
pub(crate) fn account() -> Account {
    Account {
        user: user(),
        password_hash: hash("old"),
    }
}

pub(crate) fn tenant() -> Tenant {
    Tenant::found(
        tenant_id(),
        TenantName::parse("Acme").unwrap(),
        None,
        BEFORE,
    )
}

pub(crate) fn membership(user: UserId, role: Role) -> Membership {
    let id = MembershipId::from_uuid(Uuid::from_u128(4));
    Membership::join(id, tenant_id(), user, role, BEFORE)
}

pub(crate) fn member(user: UserId, role: Role) -> Member {
    Member {
        membership: membership(user, role),
        user: user_of(user),
    }
}

/// Lets a member's row be found, with the roster locked first.
pub(crate) fn expect_roster(
    members: &mut MockMembershipRepository,
    roster: Roster,
    found: Option<Member>,
) {
    members
        .expect_lock_roster()
        .withf(|actor| *actor == user_id())
        .once()
        .returning(move |_| Ok(roster));
    members.expect_find().returning(move |_| Ok(found.clone()));
}

pub(crate) fn project() -> Project {
    let fields = (
        ProjectName::parse("Apollo").unwrap(),
        Some(Description::parse("moon").unwrap()),
        ProjectStatus::Active,
    );
    let id = ProjectId::from_uuid(Uuid::from_u128(5));
    Project::create(id, tenant_id(), fields, Some(other_id()), BEFORE)
}

pub(crate) const fn api_key_id() -> ApiKeyId {
    ApiKeyId::from_uuid(Uuid::from_u128(6))
}

pub(crate) fn new_key() -> NewKey {
    NewKey {
        raw: "saas_kkkkkkkkkkkkkkkkkkkkkk_secret".to_owned(),
        key_id: KeyId::parse(&"k".repeat(22)).unwrap(),
        digest: KeyDigest::new([7; 32]),
    }
}

pub(crate) fn api_key() -> ApiKey {
    let name = ApiKeyName::parse("deploy").unwrap();
    ApiKey::issue(
        api_key_id(),
        tenant_id(),
        name,
        &new_key(),
        other_id(),
        BEFORE,
    )
}

/// The acting user, where an API key would do as well.
pub(crate) fn caller() -> Caller {
    Caller {
        credential: Credential::User(user_id()),
        challenge: Challenge::TokenOrKey,
    }
}

/// Whoever holds [`new_key`].
pub(crate) fn key_caller() -> Caller {
    let NewKey { key_id, digest, .. } = new_key();
    Caller {
        credential: Credential::ApiKey { key_id, digest },
        challenge: Challenge::TokenOrKey,
    }
}

pub(crate) const fn user_facts(is_active: bool, role: Option<Role>) -> AccessFacts {
    AccessFacts::User(Some(UserFacts { is_active, role }))
}

/// What storage knows about [`new_key`] when it has these scopes and its creator this role.
pub(crate) fn key_facts(scopes: &[Permission], creator: Option<Role>) -> KeyFacts {
    KeyFacts {
        id: api_key_id(),
        tenant: tenant_id(),
        digest: new_key().digest,
        revoked: false,
        scopes: scopes.to_vec(),
        creator,
    }
}

/// A key that was granted everything by an owner, which no key is.
pub(crate) fn almighty_key() -> AccessFacts {
    AccessFacts::ApiKey(Some(key_facts(Permission::ALL, Some(Role::Owner))))
}

pub(crate) fn idempotency_key() -> IdempotencyKey {
    IdempotencyKey {
        key: "once".to_owned(),
        operation: "POST /things".to_owned(),
        fingerprint: [1; 32],
        keep: Duration::HOUR,
    }
}

/// An outcome that no use case can have stored.
pub(crate) fn corrupt_outcome() -> StoredOutcome {
    StoredOutcome("{}".to_owned())
}

pub(crate) const fn page() -> PageRequest {
    PageRequest {
        limit: 50,
        start: Start::Offset(0),
    }
}

/// What the issuer signs.
pub(crate) fn token_of(user: UserId, now: OffsetDateTime) -> String {
    format!("{user} from {now}")
}
