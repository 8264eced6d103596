use async_trait::async_trait;
use domain::{
    access::{AccessFacts, CallerFacts, Credential, Sealed, UserFacts},
    id::{ProjectId, TenantId, UserId},
    membership::Standing,
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{Access, KeyUse, PlatformTx, Store, StoreError, StoreResult, TenantReads, TenantTx},
    project::{Project, ProjectFilter, ProjectState, ProjectStatus},
    role::Role,
    tenant::TenantStatus,
    text::ProjectName,
};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// The user of the tests, a viewer everywhere.
pub const USER: Uuid = Uuid::from_u128(0xF00D);

/// How many answers of [`Behaviour::Dawdles`] were thought to the end.
pub static FINISHED: AtomicUsize = AtomicUsize::new(0);

/// What the store does when it is asked for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// It has one project in every organisation, and no transactions.
    Answers,
    /// It cannot be reached.
    IsGone,
    /// It does not answer.
    Hangs,
    /// It panics.
    Panics,
    /// It fails.
    Fails,
    /// It answers after a tenth of a second, and [`FINISHED`] counts that.
    Dawdles,
}

/// The project that there is.
fn project(tenant: TenantId, id: ProjectId) -> Project {
    let at = datetime!(2026-01-01 12:00:00.000120 UTC);
    let state = ProjectState {
        id,
        tenant,
        name: ProjectName::parse("Apollo").unwrap(),
        status: ProjectStatus::Active,
        description: None,
        created_by: Some(UserId::from_uuid(USER)),
        updated_by: None,
        created_at: datetime!(2026-01-01 12:00 UTC),
        updated_at: at,
    };
    Project::restore(state, 3)
}

impl Behaviour {
    async fn act(self) -> StoreResult<()> {
        match self {
            Self::Answers => Ok(()),
            Self::IsGone => Err(StoreError::Unavailable("connection refused".into())),
            Self::Hangs => std::future::pending().await,
            Self::Panics => panic!("canary-panic"),
            Self::Dawdles => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                FINISHED.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
            Self::Fails => Err(StoreError::Failed("canary-failure".into())),
        }
    }

    fn seal<T>(caller: &Credential, tenant: TenantId, value: T) -> Sealed<T> {
        let facts = UserFacts {
            is_active: true,
            standing: Some(Standing::by_default(Role::Viewer)),
        };
        let facts = AccessFacts {
            status: Some(TenantStatus::Active),
            caller: CallerFacts::User(Some(facts)),
        };
        Sealed::new(caller.clone(), tenant, facts, value)
    }
}

#[async_trait]
impl TenantReads for Behaviour {
    async fn project(
        &self,
        caller: &Credential,
        tenant: TenantId,
        id: ProjectId,
    ) -> StoreResult<Sealed<Option<Project>>> {
        self.act().await?;
        Ok(Self::seal(caller, tenant, Some(project(tenant, id))))
    }

    async fn projects(
        &self,
        caller: &Credential,
        tenant: TenantId,
        _: &ProjectFilter,
        _: &PageRequest,
    ) -> StoreResult<Sealed<PageOf<Project>>> {
        self.act().await?;
        let item = project(tenant, ProjectId::from_uuid(Uuid::from_u128(1)));
        let value = SortValue::Time(item.state().created_at);
        let next = Some(Position {
            value,
            id: item.id().as_uuid(),
        });
        let page = PageOf {
            items: vec![item],
            total: Some(2),
            next,
        };
        Ok(Self::seal(caller, tenant, page))
    }
}

#[async_trait]
impl Store for Behaviour {
    async fn begin(
        &self,
        _: &Credential,
        _: TenantId,
        _: Access,
    ) -> StoreResult<Sealed<Box<dyn TenantTx>>> {
        self.act().await?;
        Err(StoreError::Failed("no transactions here".into()))
    }

    async fn begin_platform(
        &self,
        _: Option<UserId>,
        _: Access,
    ) -> StoreResult<Box<dyn PlatformTx>> {
        self.act().await?;
        Err(StoreError::Failed("no transactions here".into()))
    }

    async fn ping(&self) -> StoreResult<()> {
        self.act().await
    }

    async fn record_key_use(&self, _: TenantId, _: &[KeyUse]) -> StoreResult<()> {
        self.act().await
    }

    async fn sweep_idempotency(&self, _: OffsetDateTime) -> StoreResult<u64> {
        self.act().await.map(|()| 0)
    }

    async fn sweep_deleted(&self, _: OffsetDateTime) -> StoreResult<u64> {
        self.act().await.map(|()| 0)
    }

    async fn provision(&self, _: TenantId) -> StoreResult<()> {
        self.act().await
    }

    async fn purge(&self, _: TenantId) -> StoreResult<u64> {
        self.act().await.map(|()| 0)
    }
}
