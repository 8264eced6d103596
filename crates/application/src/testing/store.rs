//! A store made of mocked repositories.

use super::BEFORE;
use async_trait::async_trait;
use domain::{
    access::{AccessFacts, Actor, Credential, Origin, Sealed, TenantScope},
    audit::AuditTrail,
    id::{ProjectId, TenantId, UserId},
    operator::OperatorEvent,
    page::{PageOf, PageRequest},
    ports::{
        Access, ApiKeyRepository, AuditLog, Counted, IdempotencyRepository, KeyUse,
        MembershipRepository, MockApiKeyRepository, MockAuditLog, MockIdempotencyRepository,
        MockMembershipRepository, MockOperatorRepository, MockProjectRepository,
        MockResourceRepository, MockRoleRepository, MockTenantDirectory, MockTenantRepository,
        MockUserEventLog, MockUserRepository, OperatorRepository, PlatformTx, ProjectRepository,
        ResourceRepository, RoleRepository, Store, StoreError, StoreResult, TenantDirectory,
        TenantReads, TenantRepository, TenantTx, UserEventLog, UserRepository,
    },
    project::{Project, ProjectFilter},
    text::{OperatorName, Reason},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};
use time::OffsetDateTime;

/// The repositories of a transaction.
#[derive(Default)]
pub(crate) struct Repositories {
    pub(crate) users: MockUserRepository,
    pub(crate) tenants: MockTenantDirectory,
    pub(crate) tenant: MockTenantRepository,
    pub(crate) members: MockMembershipRepository,
    pub(crate) roles: MockRoleRepository,
    pub(crate) projects: MockProjectRepository,
    pub(crate) resources: MockResourceRepository,
    pub(crate) api_keys: MockApiKeyRepository,
    pub(crate) audit_log: MockAuditLog,
    pub(crate) events: MockUserEventLog,
    pub(crate) operators: MockOperatorRepository,
    pub(crate) idempotency: MockIdempotencyRepository,
}

/// A transaction that was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) tenant: Option<TenantId>,
    pub(crate) actor: Actor,
    pub(crate) operated: Option<(OperatorName, Reason)>,
    pub(crate) origin: Origin,
    pub(crate) trail: AuditTrail,
}

/// An operator's change outside all tenants that was committed.
pub(crate) type Operated = (OperatorEvent, Origin);

/// What was done about a tenant's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It was made.
    Made(TenantId),
    /// It was removed.
    Purged(TenantId),
}

/// Uses of one tenant's keys that were stored together.
pub(crate) type KeyUses = (TenantId, Vec<KeyUse>);

/// What outlives a transaction.
pub(crate) struct State {
    /// Here unless a transaction has them.
    repositories: Mutex<Option<Box<Repositories>>>,
    commits: Mutex<Vec<Commit>>,
    counted: Mutex<Vec<Counted>>,
    key_uses: Mutex<Vec<KeyUses>>,
    operated: Mutex<Vec<Operated>>,
    places: Mutex<Vec<Place>>,
    down: AtomicBool,
}

impl State {
    pub(super) fn new(repositories: Repositories) -> Self {
        Self {
            repositories: Mutex::new(Some(Box::new(repositories))),
            commits: Mutex::default(),
            counted: Mutex::default(),
            key_uses: Mutex::default(),
            operated: Mutex::default(),
            places: Mutex::default(),
            down: AtomicBool::new(false),
        }
    }

    pub(super) fn commits(&self) -> Vec<Commit> {
        self.commits.lock().unwrap().clone()
    }

    pub(super) fn counted(&self) -> Vec<Counted> {
        self.counted.lock().unwrap().clone()
    }

    pub(super) fn take_key_uses(&self) -> Vec<KeyUses> {
        std::mem::take(&mut *self.key_uses.lock().unwrap())
    }

    pub(super) fn operated(&self) -> Vec<Operated> {
        self.operated.lock().unwrap().clone()
    }

    pub(super) fn places(&self) -> Vec<Place> {
        self.places.lock().unwrap().clone()
    }

    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
    }

    fn acknowledge(&self) -> StoreResult<()> {
        if self.down.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable("the database went away".into()));
        }
        Ok(())
    }

    pub(super) fn note(&self, what: Counted) {
        self.counted.lock().unwrap().push(what);
    }

    pub(super) fn assert_no_transaction(&self) {
        let idle = self.repositories.lock().unwrap().is_some();
        assert!(idle, "slow work while a transaction is open");
    }
}

pub(super) struct MockStore {
    pub(super) state: Arc<State>,
    pub(super) facts: AccessFacts,
    /// Whether no place can be made or removed.
    pub(super) placeless: bool,
}

impl MockStore {
    fn open(&self, access: Access) -> Tx {
        let repositories = self.state.repositories.lock().unwrap().take();
        assert!(repositories.is_some(), "a transaction is open already");
        Tx {
            repositories,
            state: self.state.clone(),
            access,
        }
    }

    fn seal<T>(&self, caller: &Credential, tenant: TenantId, value: T) -> Sealed<T> {
        Sealed::new(caller.clone(), tenant, self.facts.clone(), value)
    }
}

#[async_trait]
impl Store for MockStore {
    async fn begin(
        &self,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
    ) -> StoreResult<Sealed<Box<dyn TenantTx>>> {
        Ok(self.seal(caller, tenant, Box::new(self.open(access))))
    }

    async fn begin_platform(
        &self,
        _: Option<UserId>,
        access: Access,
    ) -> StoreResult<Box<dyn PlatformTx>> {
        Ok(Box::new(self.open(access)))
    }

    async fn ping(&self) -> StoreResult<()> {
        self.state.acknowledge()
    }

    async fn record_key_use(&self, tenant: TenantId, uses: &[KeyUse]) -> StoreResult<()> {
        self.state.acknowledge()?;
        let mut key_uses = self.state.key_uses.lock().unwrap();
        key_uses.push((tenant, uses.to_vec()));
        Ok(())
    }

    /// One record expires a second, since [`BEFORE`].
    async fn sweep_idempotency(&self, now: OffsetDateTime) -> StoreResult<u64> {
        self.state.acknowledge()?;
        Ok((now - BEFORE).whole_seconds().unsigned_abs())
    }

    /// One thing is due a second, since [`BEFORE`].
    async fn sweep_deleted(&self, before: OffsetDateTime) -> StoreResult<u64> {
        self.sweep_idempotency(before).await
    }

    async fn provision(&self, tenant: TenantId) -> StoreResult<()> {
        self.state.acknowledge()?;
        if self.placeless {
            return Err(StoreError::Failed("there is no place".into()));
        }
        self.state.places.lock().unwrap().push(Place::Made(tenant));
        Ok(())
    }

    /// A tenant has three rows.
    async fn purge(&self, tenant: TenantId) -> StoreResult<u64> {
        self.state.acknowledge()?;
        if self.placeless {
            return Err(StoreError::Failed("there is no place".into()));
        }
        self.state
            .places
            .lock()
            .unwrap()
            .push(Place::Purged(tenant));
        Ok(3)
    }
}

/// The hot reads see what the repository sees, so a test expects the same of both.
#[async_trait]
impl TenantReads for MockStore {
    async fn project(
        &self,
        caller: &Credential,
        tenant: TenantId,
        id: ProjectId,
    ) -> StoreResult<Sealed<Option<Project>>> {
        let found = self.open(Access::Read).projects().find(id).await?;
        Ok(self.seal(caller, tenant, found))
    }

    async fn projects(
        &self,
        caller: &Credential,
        tenant: TenantId,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> StoreResult<Sealed<PageOf<Project>>> {
        let mut tx = self.open(Access::Read);
        let found = tx.projects().list(filter, page).await?;
        Ok(self.seal(caller, tenant, found))
    }
}

struct Tx {
    repositories: Option<Box<Repositories>>,
    state: Arc<State>,
    access: Access,
}

impl Tx {
    fn on(&mut self) -> &mut Repositories {
        self.repositories.as_mut().expect("held until dropped")
    }

    fn commit(&self, commit: Commit) -> StoreResult<()> {
        assert_eq!(self.access, Access::Write, "a read was committed");
        self.state.acknowledge()?;
        self.state.commits.lock().unwrap().push(commit);
        Ok(())
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Ok(mut home) = self.state.repositories.lock() {
            *home = self.repositories.take();
        }
    }
}

#[async_trait]
impl PlatformTx for Tx {
    fn users(&mut self) -> &mut dyn UserRepository {
        &mut self.on().users
    }

    fn tenants(&mut self) -> &mut dyn TenantDirectory {
        &mut self.on().tenants
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        &mut self.on().idempotency
    }

    fn events(&mut self) -> &mut dyn UserEventLog {
        &mut self.on().events
    }

    fn operators(&mut self) -> &mut dyn OperatorRepository {
        &mut self.on().operators
    }

    async fn enter(self: Box<Self>, _: TenantScope) -> StoreResult<Box<dyn TenantTx>> {
        Ok(self)
    }

    async fn commit(
        self: Box<Self>,
        user: UserId,
        origin: &Origin,
        trail: AuditTrail,
    ) -> StoreResult<()> {
        Tx::commit(
            &self,
            Commit {
                tenant: None,
                actor: Actor::User(user),
                operated: None,
                origin: origin.clone(),
                trail,
            },
        )
    }

    async fn commit_operated(
        self: Box<Self>,
        event: &OperatorEvent,
        origin: &Origin,
    ) -> StoreResult<()> {
        assert_eq!(self.access, Access::Write, "a read was committed");
        self.state.acknowledge()?;
        let mut operated = self.state.operated.lock().unwrap();
        operated.push((event.clone(), origin.clone()));
        Ok(())
    }
}

#[async_trait]
impl TenantTx for Tx {
    fn tenant(&mut self) -> &mut dyn TenantRepository {
        &mut self.on().tenant
    }

    fn members(&mut self) -> &mut dyn MembershipRepository {
        &mut self.on().members
    }

    fn roles(&mut self) -> &mut dyn RoleRepository {
        &mut self.on().roles
    }

    fn projects(&mut self) -> &mut dyn ProjectRepository {
        &mut self.on().projects
    }

    fn resources(&mut self) -> &mut dyn ResourceRepository {
        &mut self.on().resources
    }

    fn api_keys(&mut self) -> &mut dyn ApiKeyRepository {
        &mut self.on().api_keys
    }

    fn audit_log(&mut self) -> &mut dyn AuditLog {
        &mut self.on().audit_log
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        &mut self.on().idempotency
    }

    fn users(&mut self) -> &mut dyn UserRepository {
        &mut self.on().users
    }

    async fn commit(self: Box<Self>, scope: &TenantScope, trail: AuditTrail) -> StoreResult<()> {
        Tx::commit(
            &self,
            Commit {
                tenant: Some(scope.tenant()),
                actor: scope.actor(),
                operated: scope.operated().cloned(),
                origin: scope.origin().clone(),
                trail,
            },
        )
    }
}
