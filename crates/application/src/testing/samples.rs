//! Values that tests agree on.

use crate::{
    error::Challenge,
    gate::{Caller, SignedIn},
};
use domain::{
    access::{CallerFacts, Credential, KeyFacts, Origin, UserFacts},
    api_key::{ApiKey, KeyDigest, KeyId, KeyTerms, NewKey},
    document::{Document, Json},
    email::Email,
    id::{ApiKeyId, MembershipId, ProjectId, ResourceId, RoleId, TenantId, UserId},
    idempotency::{IdempotencyKey, StoredOutcome},
    membership::{Member, Membership, Roster, Standing},
    page::{PageRequest, Start},
    password::{Password, PasswordHash},
    permission::Permission,
    policy::{Grants, Policy},
    ports::{MockMembershipRepository, MockRoleRepository},
    project::{Project, ProjectState, ProjectStatus},
    resource::{Resource, ResourceState},
    role::Role,
    role_definition::RoleDefinition,
    tenant::Tenant,
    text::{ApiKeyName, Description, DisplayName, ProjectName, ResourceName, TenantName},
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

/// The roster as it is when the acting user holds this role where nothing is defined anew, and none when they left.
pub(crate) fn roster(actor: Option<Role>, owners: u64) -> Roster {
    let actor = actor.map_or(Policy::NOTHING, |role| role.policy(None));
    Roster { actor, owners }
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

/// What the role `auditor` grants where it is defined.
pub(crate) const AUDITOR: &str = "read:projects read:audit_events";

/// Lets the tenant define these roles and no others.
pub(crate) fn expect_roles(roles: &mut MockRoleRepository, defined: &[RoleDefinition]) {
    let defined = defined.to_vec();
    roles
        .expect_find()
        .returning(move |role| Ok(defined.iter().find(|one| one.role == *role).cloned()));
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

/// The same project, created by the acting user.
pub(crate) fn own_project() -> Project {
    let state = ProjectState {
        created_by: Some(user_id()),
        ..project().state().clone()
    };
    Project::restore(state, 1)
}

/// A resource of another user, in [`project`].
pub(crate) fn resource() -> Resource {
    let text = |value: &str| Json::Text(value.to_owned());
    let data = Json::Object(vec![
        ("total".to_owned(), Json::Number("12.50".to_owned())),
        ("currency".to_owned(), text("EUR")),
    ]);
    let fields = (
        ResourceName::parse("Bill").unwrap(),
        Some(project().id()),
        Document::new(data).unwrap(),
    );
    let id = ResourceId::from_uuid(Uuid::from_u128(8));
    Resource::create(id, tenant_id(), other_id(), fields, BEFORE)
}

/// The same resource, the acting user's own.
pub(crate) fn own_resource() -> Resource {
    let state = ResourceState {
        owner: user_id(),
        ..resource().state().clone()
    };
    Resource::restore(state, 1)
}

/// The same resource of another user, deleted.
pub(crate) fn deleted_resource() -> Resource {
    let mut resource = resource();
    assert!(resource.delete(NOW));
    resource
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

/// What an operator signs in with.
pub(crate) fn operator_key() -> NewKey {
    NewKey {
        raw: "saasop_oooooooooooooooooooooo_secret".to_owned(),
        key_id: KeyId::parse(&"o".repeat(22)).unwrap(),
        digest: KeyDigest::new([9; 32]),
    }
}

/// What makes its bearer an operator.
pub(crate) fn bootstrap_token() -> NewKey {
    NewKey {
        raw: "saasboot_bbbbbbbbbbbbbbbbbbbbbb_secret".to_owned(),
        key_id: KeyId::parse(&"b".repeat(22)).unwrap(),
        digest: KeyDigest::new([10; 32]),
    }
}

pub(crate) fn api_key() -> ApiKey {
    let key = new_key();
    ApiKey::issue(
        api_key_id(),
        tenant_id(),
        key_terms(),
        &key,
        other_id(),
        BEFORE,
    )
}

/// The terms of a key whose creator, who may work on projects, said no more than its name.
pub(crate) fn key_terms() -> KeyTerms {
    KeyTerms {
        name: ApiKeyName::parse("deploy").unwrap(),
        description: None,
        scopes: KeyTerms::DEFAULT_SCOPES.into_iter().collect(),
        expires_at: None,
        allowed_from: None,
    }
}

/// A role of this name as the tenant defines it.
pub(crate) fn role_definition(name: &str, grants: &str) -> RoleDefinition {
    RoleDefinition {
        id: RoleId::from_uuid(Uuid::from_u128(7)),
        tenant: tenant_id(),
        role: Role::parse(name).unwrap(),
        description: None,
        grants: Grants::parse(grants).unwrap(),
        version: 3,
        created_by: Some(other_id()),
        created_at: BEFORE,
        updated_at: BEFORE,
    }
}

/// What somebody is who holds a role that the tenant defines like this.
pub(crate) fn granted(name: &str, grants: &str) -> Standing {
    let role = Role::parse(name).unwrap();
    let policy = role.policy(Some(grants));
    Standing { role, policy }
}

/// Where every request comes from, with the time at which it is let in.
pub(crate) fn origin() -> Origin {
    Origin {
        at: NOW,
        address: Some("192.0.2.7".parse().unwrap()),
        user_agent: Some("tests/1.0".into()),
        request_id: Some("request-1".into()),
    }
}

/// The same while nobody has looked at the clock yet.
pub(crate) fn arrival() -> Origin {
    Origin {
        at: BEFORE,
        ..origin()
    }
}

/// The acting user, where an API key would do as well.
pub(crate) fn caller() -> Caller {
    Caller {
        credential: Credential::User(user_id()),
        challenge: Challenge::TokenOrKey,
        origin: arrival(),
    }
}

/// The acting user outside all organisations.
pub(crate) fn signed_in() -> SignedIn {
    SignedIn {
        user: user_id(),
        origin: arrival(),
    }
}

/// Whoever holds [`new_key`].
pub(crate) fn key_caller() -> Caller {
    let NewKey { key_id, digest, .. } = new_key();
    Caller {
        credential: Credential::ApiKey { key_id, digest },
        challenge: Challenge::TokenOrKey,
        origin: arrival(),
    }
}

pub(crate) fn user_facts(is_active: bool, role: Option<Role>) -> CallerFacts {
    let standing = role.map(Standing::by_default);
    CallerFacts::User(Some(UserFacts {
        is_active,
        standing,
    }))
}

/// What storage knows about [`new_key`] when it has these scopes and its creator this role.
pub(crate) fn key_facts(scopes: &[Permission], creator: Option<Role>) -> KeyFacts {
    KeyFacts {
        id: api_key_id(),
        tenant: tenant_id(),
        digest: new_key().digest,
        revoked: false,
        valid_until: None,
        scopes: scopes.iter().copied().collect(),
        allowed_from: None,
        creator: other_id(),
        standing: creator.map(Standing::by_default),
    }
}

/// A key that was granted everything by an owner.
pub(crate) fn almighty_key() -> CallerFacts {
    CallerFacts::ApiKey(Some(key_facts(Permission::ALL, Some(Role::Owner))))
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
