use crate::{
    place, reads,
    wire::{SqliteConnector, SqliteWire},
};
use adapter_sql::{
    Lease, Pool, PoolSettings, PoolUse, SqlPlatformTx, SqlTenantTx, access, connect_error,
    list_projects, one_row, read_project, record_key_use, store_error, sweep_deleted,
    sweep_idempotency,
};
use async_trait::async_trait;
use domain::{
    access::{AccessFacts, Credential, Sealed},
    id::{ProjectId, TenantId, UserId},
    page::{PageOf, PageRequest},
    ports::{Access, IdGenerator, KeyUse, PlatformTx, Store, StoreResult, TenantReads, TenantTx},
    project::{Project, ProjectFilter},
};
use migration::{Migrator, TENANT_MIGRATIONS};
use sea_orm::{
    ConnectionTrait, DbErr, SqlxSqliteConnector,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use sea_orm_migration::MigratorTrait;
use std::{path::PathBuf, sync::Arc, time::Duration};
use time::OffsetDateTime;

/// Where the file is, and the bounds of the connections to it.
#[derive(Clone, Debug)]
pub struct SqliteSettings {
    /// The database file.
    pub path: PathBuf,
    /// Connections that read.
    pub readers: usize,
    /// How long to wait for a connection that reads.
    pub acquire: Duration,
    /// How long to wait for the one that writes, and for another process that writes.
    pub busy: Duration,
}

/// A store in one SQLite file.
pub struct SqliteStore {
    writer: Pool<SqliteConnector>,
    readers: Pool<SqliteConnector>,
    ids: Arc<dyn IdGenerator>,
}

const WRITE: &str = "BEGIN IMMEDIATE";
const READ: &str = "BEGIN";

impl SqliteStore {
    /// Opens the file.
    ///
    /// # Errors
    /// When the file cannot be opened, or a migration is pending.
    pub async fn open(settings: SqliteSettings, ids: Arc<dyn IdGenerator>) -> Result<Self, DbErr> {
        let options = options(&settings).create_if_missing(false);
        let pool = |options, connections, acquire| {
            let max_lifetime = Duration::MAX;
            let bounds = PoolSettings {
                connections,
                per_runtime: false,
                acquire,
                max_lifetime,
            };
            Pool::new(SqliteConnector(options), bounds)
        };
        let read_only = options.clone().pragma("query_only", "ON");
        let store = Self {
            writer: pool(options, 1, settings.busy),
            readers: pool(read_only, settings.readers, settings.acquire),
            ids,
        };
        // A file that is missing, locked or behind is better found now than by the first request.
        let pending = migration::pending(&store.writer.lease().await?, TENANT_MIGRATIONS).await?;
        match pending.first() {
            None => Ok(store),
            Some(first) => {
                let problem = format!("the schema lacks {first}: run `saas-api migrate`");
                Err(DbErr::Migration(problem))
            }
        }
    }

    /// Creates the file where it is missing, and takes its tables forward.
    ///
    /// # Errors
    /// When the file cannot be opened, or a migration fails.
    pub async fn migrate(settings: &SqliteSettings) -> Result<(), DbErr> {
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool
            .connect_with(options(settings))
            .await
            .map_err(connect_error)?;
        let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        Migrator::up(&database, None).await?;
        migration::up_in_file(&database).await?;
        database.close().await
    }

    /// The migrations that the file lacks; all of them where there is none yet. Changes nothing.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn outstanding(settings: &SqliteSettings) -> Result<Vec<String>, DbErr> {
        let options = if settings.path.exists() {
            options(settings).create_if_missing(false).read_only(true)
        } else {
            SqliteConnectOptions::new().in_memory(true)
        };
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(options).await.map_err(connect_error)?;
        let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        let outstanding = migration::pending(&database, TENANT_MIGRATIONS).await?;
        database.close().await?;
        Ok(outstanding)
    }

    /// How many connections there are.
    pub fn usage(&self) -> PoolUse {
        let (writer, readers) = (self.writer.usage(), self.readers.usage());
        PoolUse {
            idle: writer.idle + readers.idle,
            in_use: writer.in_use + readers.in_use,
        }
    }

    async fn lease(&self, access: Access) -> StoreResult<Lease<SqliteWire>> {
        let (pool, begin) = match access {
            Access::Read => (&self.readers, READ),
            Access::Write => (&self.writer, WRITE),
        };
        let lease = pool.lease().await.map_err(store_error)?;
        lease.begin(begin).await.map_err(store_error)?;
        Ok(lease)
    }

    async fn enter(
        &self,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
    ) -> StoreResult<(AccessFacts, SqlTenantTx<SqliteWire>)> {
        let lease = self.lease(access).await?;
        let row = lease
            .query_one_raw(reads::facts(caller, tenant))
            .await
            .map_err(store_error)?;
        let facts = access::facts(caller, &one_row(row)?)?;
        Ok((
            facts,
            SqlTenantTx::new(lease, tenant, access, self.ids.clone()),
        ))
    }
}

fn options(settings: &SqliteSettings) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(&settings.path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(settings.busy)
        // A page of rows crosses from the connection's thread without waiting for the reader.
        .row_buffer_size(128)
}

#[async_trait]
impl Store for SqliteStore {
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
        let lease = self.lease(access).await?;
        let ids = self.ids.clone();
        Ok(Box::new(SqlPlatformTx::new(lease, user, access, ids)))
    }

    async fn ping(&self) -> StoreResult<()> {
        self.lease(Access::Read).await.map(drop)
    }

    async fn record_key_use(&self, tenant: TenantId, uses: &[KeyUse]) -> StoreResult<()> {
        record_key_use(&self.writer, WRITE, tenant, uses).await
    }

    async fn sweep_idempotency(&self, now: OffsetDateTime) -> StoreResult<u64> {
        sweep_idempotency(&self.writer, WRITE, now).await
    }

    async fn sweep_deleted(&self, before: OffsetDateTime) -> StoreResult<u64> {
        sweep_deleted(&self.writer, WRITE, before).await
    }

    async fn provision(&self, tenant: TenantId) -> StoreResult<()> {
        place::provision(&self.lease(Access::Read).await?, tenant).await
    }

    async fn purge(&self, tenant: TenantId) -> StoreResult<u64> {
        place::purge(self.lease(Access::Write).await?, tenant).await
    }
}

#[async_trait]
impl TenantReads for SqliteStore {
    async fn project(
        &self,
        caller: &Credential,
        tenant: TenantId,
        id: ProjectId,
    ) -> StoreResult<Sealed<Option<Project>>> {
        let lease = self.readers.lease().await.map_err(store_error)?;
        read_project(
            &lease,
            caller,
            tenant,
            reads::project(caller, tenant, id.as_uuid()),
        )
        .await
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
