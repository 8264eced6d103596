//! What a transaction offers, one trait an aggregate.
//!
//! Every method may fail with [`StoreError::Unavailable`](super::StoreError), `Failed`, `Contended` or `Corrupt`;
//! only what is special is listed. No repository takes a tenant: a [`TenantTx`](super::TenantTx) has one, and sees
//! nothing else.

use super::StoreResult;
use crate::{
    access::Origin,
    api_key::{ApiKey, NewKey},
    audit::{AuditEvent, AuditFilter, RecordedEvent, UserEvent},
    email::Email,
    id::{ApiKeyId, ProjectId, ResourceId, TenantId, UserId},
    idempotency::{Claim, IdempotencyKey, StoredOutcome},
    membership::{Member, Membership, Roster},
    page::{PageOf, PageRequest},
    password::PasswordHash,
    project::{Project, ProjectFilter},
    resource::{Resource, ResourceFilter},
    role::Role,
    role_definition::RoleDefinition,
    tenant::{Tenant, TenantFilter, TenantStatus},
    text::DatabaseName,
    user::{Account, User},
};
use async_trait::async_trait;
use time::OffsetDateTime;

/// Users of the platform.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send {
    /// A user by id.
    async fn find(&mut self, id: UserId) -> StoreResult<Option<User>>;

    /// A user with the stored password hash, by address.
    async fn find_account(&mut self, email: &Email) -> StoreResult<Option<Account>>;

    /// Adds a user.
    ///
    /// # Errors
    /// `Taken(Unique::Email)`.
    async fn insert(&mut self, account: &Account) -> StoreResult<()>;

    /// Replaces the stored hash of a user, unless it has changed since it was read as `old`.
    async fn replace_password_hash(
        &mut self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
        now: OffsetDateTime,
    ) -> StoreResult<()>;
}

/// The organisations that a user belongs to, those of the whole platform, and founding another.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TenantDirectory: Send {
    /// The organisations of the transaction's user, by name, then id; those that are being purged are not among them.
    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<Tenant>>;

    /// The memberships of the transaction's user with their organisations, oldest first, then by id; those that are
    /// being purged are not among them.
    async fn memberships(&mut self) -> StoreResult<Vec<(Membership, Tenant)>>;

    /// Organisations of the whole platform by filter, oldest first, then by id.
    async fn all(
        &mut self,
        filter: &TenantFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Tenant>>;

    /// Any organisation of the platform, not locked.
    async fn find(&mut self, id: TenantId) -> StoreResult<Option<Tenant>>;

    /// For work in the background: organisations with this status, at most `limit`, oldest first. With `before`, only
    /// those whose grace period was over by then.
    async fn in_status(
        &mut self,
        status: TenantStatus,
        before: Option<OffsetDateTime>,
        limit: u32,
    ) -> StoreResult<Vec<Tenant>>;

    /// The databases beside the main one that organisations are placed in, by name.
    async fn databases(&mut self) -> StoreResult<Vec<DatabaseName>>;

    /// Adds an organisation.
    ///
    /// # Errors
    /// `Taken(Unique::Slug)`.
    async fn insert(&mut self, tenant: &Tenant) -> StoreResult<()>;
}

/// The organisation of a tenant transaction.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TenantRepository: Send {
    /// The organisation, locked against other writers when the transaction writes.
    async fn find(&mut self) -> StoreResult<Option<Tenant>>;

    /// Stores a changed organisation.
    ///
    /// # Errors
    /// `Taken(Unique::Slug)`; `Stale` when the stored version is not the one before.
    async fn update(&mut self, tenant: &Tenant) -> StoreResult<()>;
}

/// Members of a tenant.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait MembershipRepository: Send {
    /// Locks the roster until the transaction ends, so that no one else changes a membership meanwhile, and reads
    /// what decides about a change. `actor` is the acting user.
    async fn lock_roster(&mut self, actor: UserId) -> StoreResult<Roster>;

    /// A member by user.
    async fn find(&mut self, user: UserId) -> StoreResult<Option<Member>>;

    /// Members, oldest first, then by membership id.
    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<Member>>;

    /// Adds a member.
    ///
    /// # Errors
    /// `Taken(Unique::Membership)`.
    async fn insert(&mut self, membership: &Membership) -> StoreResult<()>;

    /// Stores a changed role.
    ///
    /// # Errors
    /// `Stale` when there is no such member any more.
    async fn set_role(&mut self, membership: &Membership) -> StoreResult<()>;

    /// Removes a member who holds this role.
    ///
    /// # Errors
    /// `Stale` when there is no such member any more.
    async fn remove(&mut self, user: UserId, role: &Role) -> StoreResult<()>;

    /// The members who hold a role, at most `limit`, oldest first.
    async fn holding(&mut self, role: &Role, limit: u32) -> StoreResult<Vec<Member>>;

    /// How many members hold a role.
    async fn holders(&mut self, role: &Role) -> StoreResult<u64>;
}

/// What a tenant itself says about roles. There are at most [`RoleDefinition::MAX`].
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RoleRepository: Send {
    /// The definition of a role, locked against other writers when the transaction writes; none where the tenant says
    /// nothing about it.
    async fn find(&mut self, role: &Role) -> StoreResult<Option<RoleDefinition>>;

    /// All definitions, by name.
    async fn all(&mut self) -> StoreResult<Vec<RoleDefinition>>;

    /// Adds a definition.
    ///
    /// # Errors
    /// `Taken(Unique::Role)`.
    async fn insert(&mut self, role: &RoleDefinition) -> StoreResult<()>;

    /// Stores a changed definition.
    ///
    /// # Errors
    /// `Stale` when the stored version is not the one before.
    async fn update(&mut self, role: &RoleDefinition) -> StoreResult<()>;

    /// Removes a definition of this version.
    ///
    /// # Errors
    /// `Stale` when it is gone, or has another version.
    async fn delete(&mut self, role: &RoleDefinition) -> StoreResult<()>;
}

/// Live projects of a tenant.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProjectRepository: Send {
    /// A project, locked against other writers when the transaction writes.
    async fn find(&mut self, id: ProjectId) -> StoreResult<Option<Project>>;

    /// Projects by filter and order.
    async fn list(
        &mut self,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Project>>;

    /// Adds a project.
    async fn insert(&mut self, project: &Project) -> StoreResult<()>;

    /// Stores a changed project.
    ///
    /// # Errors
    /// `Stale` when the stored version is not the one before, or the project is gone.
    async fn update(&mut self, project: &Project) -> StoreResult<()>;

    /// Marks a project as deleted; from now on nothing here finds it.
    ///
    /// # Errors
    /// `Stale` when the project is gone already.
    async fn delete(&mut self, project: &Project, now: OffsetDateTime) -> StoreResult<()>;

    /// A deleted project that has not been purged, locked against other writers.
    async fn find_deleted(&mut self, id: ProjectId) -> StoreResult<Option<Project>>;

    /// Brings a deleted project back, as it is given.
    ///
    /// # Errors
    /// `Stale` when it is not deleted, or has another version than the one before.
    async fn restore(&mut self, project: &Project) -> StoreResult<()>;
}

/// Resources of a tenant.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ResourceRepository: Send {
    /// A resource, deleted ones included, locked against other writers when the transaction writes.
    async fn find(&mut self, id: ResourceId) -> StoreResult<Option<Resource>>;

    /// Live resources by filter, newest first.
    async fn list(
        &mut self,
        filter: &ResourceFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Resource>>;

    /// Adds a resource.
    ///
    /// # Errors
    /// `Missing(Reference::Project)` when its project does not exist in this tenant.
    async fn insert(&mut self, resource: &Resource) -> StoreResult<()>;

    /// Stores a changed, deleted or restored resource.
    ///
    /// # Errors
    /// `Stale` when the stored version is not the one before.
    async fn update(&mut self, resource: &Resource) -> StoreResult<()>;
}

/// API keys of a tenant.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ApiKeyRepository: Send {
    /// A key, locked against other writers when the transaction writes.
    async fn find(&mut self, id: ApiKeyId) -> StoreResult<Option<ApiKey>>;

    /// Keys, newest first, revoked ones included.
    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<ApiKey>>;

    /// Adds a key together with what it is found and verified by.
    async fn insert(&mut self, key: &ApiKey, secret: &NewKey) -> StoreResult<()>;

    /// Stores that a key was revoked.
    ///
    /// # Errors
    /// `Stale` when it was revoked already.
    async fn revoke(&mut self, key: &ApiKey) -> StoreResult<()>;

    /// Stores a key's name and description.
    ///
    /// # Errors
    /// `Stale` when the key is gone.
    async fn rename(&mut self, key: &ApiKey) -> StoreResult<()>;

    /// Stores a key's new secret, and keeps the current one as the one before for as long as the key says.
    ///
    /// # Errors
    /// `Stale` when the key is gone or revoked.
    async fn rotate(&mut self, key: &ApiKey, secret: &NewKey) -> StoreResult<()>;
}

/// The audit trail of a tenant.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send {
    /// Events by filter, newest first.
    async fn list(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<RecordedEvent>>;
}

/// What happened to the users themselves, outside all tenants.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserEventLog: Send {
    /// Adds an event of the transaction's user, where the transaction goes on in a tenant and is committed there.
    async fn record(&mut self, event: &AuditEvent, origin: &Origin) -> StoreResult<()>;

    /// The events of the transaction's user, newest first.
    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<UserEvent>>;
}

/// Outcomes of requests that carried an idempotency key.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait IdempotencyRepository: Send {
    /// Claims a key for an actor. A request that carries a claimed key waits here until the first one has ended.
    ///
    /// # Errors
    /// `Contended` when the first one takes too long.
    async fn claim(
        &mut self,
        actor: uuid::Uuid,
        key: &IdempotencyKey,
        now: OffsetDateTime,
    ) -> StoreResult<Claim>;

    /// Stores the outcome of a freshly claimed key; it becomes visible with the transaction's other effects.
    async fn complete(
        &mut self,
        actor: uuid::Uuid,
        key: &IdempotencyKey,
        outcome: &StoredOutcome,
    ) -> StoreResult<()>;
}
