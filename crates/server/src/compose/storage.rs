use super::schema;
use crate::config::{DatabaseTarget, Settings};
use adapter_cells::CellStore;
use adapter_postgres::{OpenError, Plan, PostgresSettings, PostgresStore};
use adapter_sql::PoolUse;
use adapter_sqlite::{SqliteSettings, SqliteStore};
use anyhow::{Context, ensure};
use domain::{
    ports::{Access, IdGenerator, Store},
    text::DatabaseName,
};
use std::{path::Path, sync::Arc, time::Duration};

/// SQLite waits this long for another writer before it reports that the database is busy.
const SQLITE_BUSY: Duration = Duration::from_secs(5);

/// The databases that were opened.
pub(super) struct Storage {
    main: Database,
    cells: Vec<(DatabaseName, Database)>,
}

impl Storage {
    /// Opens the configured databases, migrated when that is asked for.
    pub(super) async fn open(
        settings: &Settings,
        ids: Arc<dyn IdGenerator>,
    ) -> anyhow::Result<Self> {
        if settings.migrate_on_start() {
            let report = schema::migrate(settings, &Plan::default(), &mut |_| {}).await?;
            for (tenant, failure) in report.failed {
                tracing::error!(%tenant, %failure, "a silo was set aside");
            }
        }
        let main = Database::open(settings, settings.database.url.target(), ids.clone()).await?;
        let mut cells = Vec::new();
        for (name, url) in settings.database.cells.iter() {
            let cell = Database::open(settings, url.target(), ids.clone()).await;
            let cell = cell.with_context(|| format!("the cell {name}"))?;
            cells.push((DatabaseName::parse(name)?, cell));
        }
        let storage = Self { main, cells };
        storage.assert_complete().await?;
        Ok(storage)
    }

    /// Refuses to serve without a cell that organisations are placed in: they would look empty.
    async fn assert_complete(&self) -> anyhow::Result<()> {
        let mut main = self.main.store().begin_platform(None, Access::Read).await?;
        for database in main.tenants().databases().await? {
            let known = self.cells.iter().any(|(name, _)| *name == database);
            let name = database.as_str();
            ensure!(
                known,
                "organisations are in the database {name}, which database.cells does not name"
            );
        }
        Ok(())
    }

    /// The storage port.
    pub(super) fn store(&self) -> Arc<dyn Store> {
        if self.cells.is_empty() {
            return self.main.store();
        }
        let cells = self.cells.iter();
        let cells = cells.map(|(name, cell)| (name.clone(), cell.store()));
        Arc::new(CellStore::new(self.main.store(), cells))
    }

    /// How many connections there are, to all of them.
    pub(super) fn usage(&self) -> PoolUse {
        let cells = self.cells.iter().map(|(_, cell)| cell.usage());
        cells.fold(self.main.usage(), |sum, one| PoolUse {
            idle: sum.idle + one.idle,
            in_use: sum.in_use + one.in_use,
        })
    }
}

/// One database.
enum Database {
    /// A file.
    Sqlite(Arc<SqliteStore>),
    /// A server.
    Postgres(Arc<PostgresStore>),
}

impl Database {
    async fn open(
        settings: &Settings,
        target: DatabaseTarget<'_>,
        ids: Arc<dyn IdGenerator>,
    ) -> anyhow::Result<Self> {
        match target {
            DatabaseTarget::Sqlite(path) => {
                let store = SqliteStore::open(sqlite_settings(settings, path), ids).await;
                let store = store.with_context(|| cannot_open(path))?;
                Ok(Self::Sqlite(Arc::new(store)))
            }
            DatabaseTarget::Postgres(url) => {
                let store = PostgresStore::open(&postgres_settings(settings, url), ids).await?;
                Ok(Self::Postgres(Arc::new(store)))
            }
        }
    }

    fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => store.clone(),
            Self::Postgres(store) => store.clone(),
        }
    }

    fn usage(&self) -> PoolUse {
        match self {
            Self::Sqlite(store) => store.usage(),
            Self::Postgres(store) => store.usage(),
        }
    }
}

/// Whether the database could not be reached, so that trying again may help.
pub fn unreachable(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref::<OpenError>(),
        Some(OpenError::Unreachable(_))
    )
}

/// Whether the database was refused because requests would run as a role that no fence holds.
pub fn unsafe_role(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref::<OpenError>(),
        Some(OpenError::Unsafe(_))
    )
}

pub(super) fn cannot_open(path: &Path) -> String {
    format!("the database {} cannot be opened", path.display())
}

pub(super) fn sqlite_settings(settings: &Settings, path: &Path) -> SqliteSettings {
    SqliteSettings {
        path: path.to_owned(),
        readers: settings.database.sqlite_readers as usize,
        acquire: Duration::from_millis(settings.database.acquire_milliseconds),
        busy: SQLITE_BUSY,
    }
}

/// What the PostgreSQL adapter needs to know, with one of the configured URLs.
pub fn postgres_settings(settings: &Settings, url: &str) -> PostgresSettings {
    let database = &settings.database;
    PostgresSettings {
        url: url.to_owned(),
        app_role: database.app_role.clone(),
        connections_per_worker: database.connections_per_worker as usize,
        acquire: Duration::from_millis(database.acquire_milliseconds),
        max_lifetime: Duration::from_secs(database.max_lifetime_seconds),
        statement_timeout: Duration::from_secs(database.statement_seconds),
        lock_timeout: Duration::from_secs(database.lock_seconds),
        idle_in_transaction_timeout: Duration::from_secs(database.idle_in_transaction_seconds),
        require_unprivileged: settings.is_production(),
    }
}
