use crate::config::{DatabaseTarget, DatabaseUrl, Settings};
use adapter_postgres::{
    OnStep, OpenError, Outstanding, Plan, PostgresSettings, PostgresStore, SiloReport,
};
use adapter_sql::PoolUse;
use adapter_sqlite::{SqliteSettings, SqliteStore};
use anyhow::Context;
use domain::ports::{IdGenerator, Store};
use std::{path::Path, sync::Arc, time::Duration};

/// SQLite waits this long for another writer before it reports that the database is busy.
const SQLITE_BUSY: Duration = Duration::from_secs(5);

/// The database that was opened.
pub(super) enum Database {
    /// A file.
    Sqlite(Arc<SqliteStore>),
    /// A server.
    Postgres(Arc<PostgresStore>),
}

impl Database {
    /// Opens the configured database, migrated when that is asked for.
    pub(super) async fn open(
        settings: &Settings,
        ids: Arc<dyn IdGenerator>,
    ) -> anyhow::Result<Self> {
        if settings.migrate_on_start() {
            let report = migrate(settings, &Plan::default(), &mut |_| {}).await?;
            for (tenant, failure) in report.failed {
                tracing::error!(%tenant, %failure, "a silo was set aside");
            }
        }
        match settings.database.url.target() {
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

    /// The storage port.
    pub(super) fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => store.clone(),
            Self::Postgres(store) => store.clone(),
        }
    }

    /// How many connections there are.
    pub(super) fn usage(&self) -> PoolUse {
        match self {
            Self::Sqlite(store) => store.usage(),
            Self::Postgres(store) => store.usage(),
        }
    }
}

/// Takes the schema of the configured database forward, and every silo. A silo that fails is set aside: the report
/// tells, and no other tenant has to wait for it.
///
/// # Errors
/// When the database cannot be reached, or a migration of what all share fails.
pub async fn migrate(
    settings: &Settings,
    plan: &Plan,
    on_step: &mut OnStep<'_>,
) -> anyhow::Result<SiloReport> {
    match settings.database.url.target() {
        DatabaseTarget::Sqlite(path) => {
            if let Some(directory) = path.parent() {
                super::private_directory(directory).with_context(|| cannot_open(path))?;
            }
            SqliteStore::migrate(&sqlite_settings(settings, path))
                .await
                .with_context(|| cannot_open(path))?;
            Ok(SiloReport::default())
        }
        DatabaseTarget::Postgres(url) => {
            let owner = postgres_settings(settings, owner_url(settings, url));
            Ok(adapter_postgres::migrate(&owner, plan, on_step).await?)
        }
    }
}

/// What [`migrate`] would do.
///
/// # Errors
/// When the database cannot be asked.
pub async fn outstanding(settings: &Settings) -> anyhow::Result<Outstanding> {
    match settings.database.url.target() {
        DatabaseTarget::Sqlite(path) => {
            let shared = SqliteStore::outstanding(&sqlite_settings(settings, path))
                .await
                .with_context(|| cannot_open(path))?;
            let silos = Vec::new();
            Ok(Outstanding { shared, silos })
        }
        DatabaseTarget::Postgres(url) => {
            let owner = postgres_settings(settings, owner_url(settings, url));
            Ok(adapter_postgres::outstanding(&owner, &Plan::default()).await?)
        }
    }
}

/// The URL to migrate with.
fn owner_url<'a>(settings: &'a Settings, url: &'a str) -> &'a str {
    match settings
        .database
        .owner_url
        .as_ref()
        .map(DatabaseUrl::target)
    {
        Some(DatabaseTarget::Postgres(owner)) => owner,
        _ => url,
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

fn cannot_open(path: &Path) -> String {
    format!("the database {} cannot be opened", path.display())
}

fn sqlite_settings(settings: &Settings, path: &Path) -> SqliteSettings {
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
