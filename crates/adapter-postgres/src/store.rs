use crate::{
    catalogue, reads,
    roles::{Posture, posture},
    wire::{PostgresConnector, PostgresWire},
};
use adapter_sql::{
    Pool, PoolSettings, PoolUse, SqlPlatformTx, SqlTenantTx, Wire, access, list_projects, one_row,
    read_project, record_key_use, store_error, sweep_deleted, sweep_idempotency,
};
use async_trait::async_trait;
use domain::{
    access::{AccessFacts, Credential, Sealed},
    id::{ProjectId, TenantId, UserId},
    page::{PageOf, PageRequest},
    ports::{
        Access, IdGenerator, KeyUse, PlatformTx, Store, StoreError, StoreResult, TenantReads,
        TenantTx,
    },
    project::{Project, ProjectFilter},
};
use migration::TENANT_MIGRATIONS;
use sea_orm::{
    DbErr,
    sqlx::{ConnectOptions, postgres::PgConnectOptions},
};
use std::{str::FromStr, sync::Arc, time::Duration};
use time::OffsetDateTime;

/// How to reach the database, and the bounds of what is done there.
#[derive(Clone)]
pub struct PostgresSettings {
    /// `postgres://…`; a secret.
    pub url: String,
    /// The role that requests run as; created by the migrations where the connecting role may.
    pub app_role: String,
    /// Connections of each HTTP worker.
    pub connections_per_worker: usize,
    /// How long to wait for a connection.
    pub acquire: Duration,
    /// How old a connection may grow.
    pub max_lifetime: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How long one statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How long a transaction may wait for its next statement.
    pub idle_in_transaction_timeout: Duration,
    /// Whether to refuse a role that could get around row-level security.
    pub require_unprivileged: bool,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database cannot be reached, or refuses.
    #[error("the database cannot be reached: {0}")]
    Unreachable(Box<dyn std::error::Error + Send + Sync>),
    /// The URL is none, or the server too old.
    #[error("{0}")]
    Unusable(String),
    /// The role that requests would run as could get around row-level security.
    #[error("the database role is not safe: {0}")]
    Unsafe(String),
}

/// A store in a PostgreSQL database: tenants share the pool, or have a schema of their own.
pub struct PostgresStore {
    pub(crate) pool: Pool<PostgresConnector>,
    posture: Posture,
    ids: Arc<dyn IdGenerator>,
}

impl From<DbErr> for OpenError {
    /// Trying again helps when the database was out of reach, and not when it said no.
    fn from(error: DbErr) -> Self {
        match store_error(error) {
            StoreError::Unavailable(source) => Self::Unreachable(source),
            other => Self::Unusable(format!("the database refused: {}", explained(&other))),
        }
    }
}

/// An error with its causes, on one line.
pub(crate) fn explained(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}

impl PostgresStore {
    /// Connects once to see what the role may do, drops privileges where that is possible, and opens the store.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(
        settings: &PostgresSettings,
        ids: Arc<dyn IdGenerator>,
    ) -> Result<Self, OpenError> {
        let options = options(settings)?;
        let first = posture(&options, None).await?;
        if settings.require_unprivileged {
            // A session that only took on the server's role could take it off again.
            first.check(true)?;
        }
        let as_role = |role: &str| options.clone().options([("role", role)]);
        // As a superuser or an owner the fence would be none: become the server's own role, if there is one.
        let (options, posture) = if first.is_privileged() && first.may_become(&settings.app_role) {
            let options = as_role(&settings.app_role);
            let posture = posture(&options, Some(&settings.app_role)).await?;
            (options, posture)
        } else {
            (options, first)
        };
        posture.check(settings.require_unprivileged)?;
        let bounds = PoolSettings {
            connections: settings.connections_per_worker,
            per_runtime: true,
            acquire: settings.acquire,
            max_lifetime: settings.max_lifetime,
        };
        let pool = Pool::new(PostgresConnector(options), bounds);
        up_to_date(&pool).await?;
        Ok(Self { pool, posture, ids })
    }

    /// What the role that requests run as may do.
    pub const fn posture(&self) -> &Posture {
        &self.posture
    }

    /// How many connections there are.
    pub fn usage(&self) -> PoolUse {
        self.pool.usage()
    }

    /// Looks in the database's own catalogue for tables that are not fenced in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn check_catalogue(&self) -> StoreResult<Vec<catalogue::Finding>> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        catalogue::check(&lease).await.map_err(store_error)
    }

    async fn enter(
        &self,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
    ) -> StoreResult<(AccessFacts, SqlTenantTx<PostgresWire>)> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        let batch = reads::begin_with_facts(caller, tenant, access);
        let row = one_row(lease.begin(&batch).await.map_err(store_error)?)?;
        let facts = access::facts(caller, &row)?;
        Ok((
            facts,
            SqlTenantTx::new(lease, tenant, access, self.ids.clone()),
        ))
    }
}

/// Refuses a schema that this code is too new for.
async fn up_to_date(pool: &Pool<PostgresConnector>) -> Result<(), OpenError> {
    let lease = pool.lease().await?;
    let pending = migration::pending(&lease, TENANT_MIGRATIONS).await?;
    match pending.first() {
        None => Ok(()),
        Some(first) => {
            let problem = format!("the schema lacks {first}: run `saas-api migrate`");
            Err(OpenError::Unusable(problem))
        }
    }
}

/// Pooled tenants and the control plane. A siloed tenant's transaction has its own schema instead of the pool.
const PATH: &str = "pool, platform";

pub(crate) fn options(settings: &PostgresSettings) -> Result<PgConnectOptions, OpenError> {
    let options = PgConnectOptions::from_str(&settings.url)
        .map_err(|_| OpenError::Unusable("the database URL is not valid".to_owned()))?;
    let millis = |duration: Duration| duration.as_millis().to_string();
    Ok(options
        .application_name("saas-api")
        .disable_statement_logging()
        .options([
            ("search_path", PATH.to_owned()),
            ("statement_timeout", millis(settings.statement_timeout)),
            ("lock_timeout", millis(settings.lock_timeout)),
            (
                "idle_in_transaction_session_timeout",
                millis(settings.idle_in_transaction_timeout),
            ),
        ]))
}

#[async_trait]
impl Store for PostgresStore {
    async fn begin(
        &self,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
    ) -> StoreResult<Sealed<Box<dyn TenantTx>>> {
        let (facts, tx) = self.enter(caller, tenant, access).await?;
        Ok(Sealed::new(caller.clone(), tenant, facts, Box::new(tx)))
    }

    async fn begin_platform(
        &self,
        user: Option<UserId>,
        access: Access,
    ) -> StoreResult<Box<dyn PlatformTx>> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        let enter = user.and_then(PostgresWire::enter_user).unwrap_or_default();
        let batch = format!("{}; {enter}", reads::begin(access));
        lease.begin(&batch).await.map_err(store_error)?;
        let ids = self.ids.clone();
        Ok(Box::new(SqlPlatformTx::new(lease, user, access, ids)))
    }

    async fn ping(&self) -> StoreResult<()> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        lease
            .begin(reads::READ)
            .await
            .map(drop)
            .map_err(store_error)
    }

    async fn record_key_use(&self, tenant: TenantId, uses: &[KeyUse]) -> StoreResult<()> {
        record_key_use(&self.pool, reads::WRITE, tenant, uses).await
    }

    async fn sweep_idempotency(&self, now: OffsetDateTime) -> StoreResult<u64> {
        sweep_idempotency(&self.pool, reads::WRITE, now).await
    }

    async fn sweep_deleted(&self, before: OffsetDateTime) -> StoreResult<u64> {
        sweep_deleted(&self.pool, reads::WRITE, before).await
    }

    async fn provision(&self, tenant: TenantId) -> StoreResult<()> {
        self.make_silo(tenant).await
    }

    async fn purge(&self, tenant: TenantId) -> StoreResult<u64> {
        self.remove_tenant(tenant).await
    }
}

#[async_trait]
impl TenantReads for PostgresStore {
    async fn project(
        &self,
        caller: &Credential,
        tenant: TenantId,
        id: ProjectId,
    ) -> StoreResult<Sealed<Option<Project>>> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        read_project(&lease, caller, tenant, reads::project(caller, tenant, id)).await
    }

    async fn projects(
        &self,
        caller: &Credential,
        tenant: TenantId,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> StoreResult<Sealed<PageOf<Project>>> {
        let entered = self.enter(caller, tenant, Access::Read).await?;
        list_projects(entered, caller, filter, page).await
    }
}
