//! Units of work.
//!
//! A tenant transaction exists only behind a seal ([`Sealed`]), so opening one names a permission; its repositories
//! take no tenant argument, because it has one. Dropping a transaction rolls it back; committing demands an
//! [`AuditTrail`], whose events the adapter stamps with the scope's actor, tenant and time.

use super::{
    operators::OperatorRepository,
    repositories::{
        ApiKeyRepository, AuditLog, IdempotencyRepository, MembershipRepository, ProjectRepository,
        ResourceRepository, RoleRepository, TenantDirectory, TenantRepository, UserEventLog,
        UserRepository,
    },
};
use crate::{
    access::{Credential, Origin, Sealed, TenantScope},
    audit::AuditTrail,
    id::{ApiKeyId, ProjectId, TenantId, UserId},
    operator::OperatorEvent,
    page::{PageOf, PageRequest},
    project::{Project, ProjectFilter},
};
use async_trait::async_trait;
use std::net::IpAddr;
use time::OffsetDateTime;

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading one consistent snapshot; writes are refused by the database.
    Read,
    /// Reading and writing.
    Write,
}

/// Opens units of work.
#[async_trait]
pub trait Store: TenantReads {
    /// Begins a transaction in one tenant. What storage knows about the caller there is read in it and seals it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection could be had in time.
    async fn begin(
        &self,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
    ) -> StoreResult<Sealed<Box<dyn TenantTx>>>;

    /// Begins a transaction that has no tenant (yet): registration, login, a user's own things. With a user, rows
    /// that belong to that user can be seen.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection could be had in time.
    async fn begin_platform(
        &self,
        user: Option<UserId>,
        access: Access,
    ) -> StoreResult<Box<dyn PlatformTx>>;

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    async fn ping(&self) -> StoreResult<()>;

    /// Stores when a tenant's API keys were last used. A later time already stored stays.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not acknowledge.
    async fn record_key_use(&self, tenant: TenantId, uses: &[KeyUse]) -> StoreResult<()>;

    /// Deletes idempotency records that expired before `now`, in every tenant and of every user, and says how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not acknowledge; what was deleted before stays deleted.
    async fn sweep_idempotency(&self, now: OffsetDateTime) -> StoreResult<u64>;

    /// Removes projects and resources that were deleted before `before`, in every tenant, and says how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not acknowledge; what was removed before stays removed.
    async fn sweep_deleted(&self, before: OffsetDateTime) -> StoreResult<u64>;

    /// Makes the place of a tenant that is being provisioned, or completes it. Safe to repeat.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the tenant is not being provisioned.
    async fn provision(&self, tenant: TenantId) -> StoreResult<()>;

    /// Removes every row of a tenant whose status is `deleted`, wherever there are any, its place and at last itself,
    /// and says how many rows there were. Safe to repeat.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the tenant has another status.
    async fn purge(&self, tenant: TenantId) -> StoreResult<u64>;
}

/// When and from where a key was last used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub key: ApiKeyId,
    /// When.
    pub at: OffsetDateTime,
    /// From where, if that is known.
    pub from: Option<IpAddr>,
}

/// Reads that are worth a round trip of their own: authority and data come from one snapshot, in one trip.
#[async_trait]
pub trait TenantReads: Send + Sync {
    /// One live project.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection could be had in time.
    async fn project(
        &self,
        caller: &Credential,
        tenant: TenantId,
        id: ProjectId,
    ) -> StoreResult<Sealed<Option<Project>>>;

    /// One page of live projects.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no connection could be had in time.
    async fn projects(
        &self,
        caller: &Credential,
        tenant: TenantId,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> StoreResult<Sealed<PageOf<Project>>>;
}

/// A transaction outside all tenants.
#[must_use = "a transaction that is not committed is rolled back"]
#[async_trait]
pub trait PlatformTx: Send {
    /// Users.
    fn users(&mut self) -> &mut dyn UserRepository;

    /// Organisations, as seen by the transaction's user.
    fn tenants(&mut self) -> &mut dyn TenantDirectory;

    /// Outcomes of the transaction's user outside all tenants.
    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository;

    /// What happened to the transaction's user.
    fn events(&mut self) -> &mut dyn UserEventLog;

    /// Those who run the platform, and what they did.
    fn operators(&mut self) -> &mut dyn OperatorRepository;

    /// Goes on in a tenant: the one that this transaction has just inserted, or any other under the scope of an
    /// operator or of a witness.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the tenant cannot be entered.
    async fn enter(self: Box<Self>, scope: TenantScope) -> StoreResult<Box<dyn TenantTx>>;

    /// Makes the changes durable, together with the events, which are those of `user`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not acknowledge.
    async fn commit(
        self: Box<Self>,
        user: UserId,
        origin: &Origin,
        trail: AuditTrail,
    ) -> StoreResult<()>;

    /// Makes an operator's changes durable, together with the event.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not acknowledge.
    async fn commit_operated(
        self: Box<Self>,
        event: &OperatorEvent,
        origin: &Origin,
    ) -> StoreResult<()>;
}

/// A transaction in one tenant.
///
/// Every repository sees and writes this tenant's rows only; an entity that carries another tenant is refused with
/// [`StoreError::Failed`].
#[must_use = "a transaction that is not committed is rolled back"]
#[async_trait]
pub trait TenantTx: Send {
    /// The tenant itself.
    fn tenant(&mut self) -> &mut dyn TenantRepository;

    /// Its members.
    fn members(&mut self) -> &mut dyn MembershipRepository;

    /// What it says about roles.
    fn roles(&mut self) -> &mut dyn RoleRepository;

    /// Its projects.
    fn projects(&mut self) -> &mut dyn ProjectRepository;

    /// Its resources.
    fn resources(&mut self) -> &mut dyn ResourceRepository;

    /// Its API keys.
    fn api_keys(&mut self) -> &mut dyn ApiKeyRepository;

    /// Its audit trail.
    fn audit_log(&mut self) -> &mut dyn AuditLog;

    /// Outcomes of the scope's actor in it.
    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository;

    /// Users, to look up whoever is about to become a member.
    fn users(&mut self) -> &mut dyn UserRepository;

    /// Makes the changes durable, together with the events.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not acknowledge.
    async fn commit(self: Box<Self>, scope: &TenantScope, trail: AuditTrail) -> StoreResult<()>;
}

/// The result of a call to storage.
pub type StoreResult<T> = Result<T, StoreError>;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why storage did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A value that has to be unique is taken.
    #[error("already taken: {0:?}")]
    Taken(Unique),
    /// Something that a row refers to does not exist in the tenant.
    #[error("there is no such {0:?}")]
    Missing(Reference),
    /// The row changed since it was read.
    #[error("the row changed since it was read")]
    Stale,
    /// Another transaction held the row for too long.
    #[error("another transaction holds the row")]
    Contended(#[source] Source),
    /// A stored row breaks a rule of the domain.
    #[error("a stored row is corrupt: {0}")]
    Corrupt(String),
    /// The database cannot be reached, or has no connection free.
    #[error("storage is unavailable")]
    Unavailable(#[source] Source),
    /// Anything else.
    #[error("storage failed")]
    Failed(#[source] Source),
}

/// What has to be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// A user's e-mail address.
    Email,
    /// An organisation's slug.
    Slug,
    /// A user's membership in one organisation.
    Membership,
    /// An organisation's definition of a role.
    Role,
    /// An operator's name.
    Operator,
}

/// What a row can refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A project of the same tenant.
    Project,
}
