//! Taking the schema forward: the platform and the pool by one migrator at a time, then the silos, side by side.

pub(crate) mod plane;
mod role;
mod scripts;
mod shared;

use crate::{
    roles::CONNECT_LIMIT,
    silos::{self, OnStep, SiloReport},
    store::{OpenError, PostgresSettings, options},
};
use migration::{TENANT_MIGRATIONS, TenantMigration};
use sea_orm::{
    DatabaseConnection, DbBackend, SqlxPostgresConnector, Statement, Value,
    sqlx::postgres::PgPoolOptions,
};
use std::{num::NonZeroUsize, time::Duration};

/// How a database is taken forward.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The history of the tenant planes.
    pub tenant_migrations: &'static [TenantMigration],
    /// How many silos are worked on at once, each over a connection of its own.
    pub jobs: NonZeroUsize,
}

impl Default for Plan {
    fn default() -> Self {
        const JOBS: NonZeroUsize = NonZeroUsize::new(4).expect("four is not zero");
        Self {
            tenant_migrations: TENANT_MIGRATIONS,
            jobs: JOBS,
        }
    }
}

/// Takes the platform, the pool and every silo forward, and tells of each silo as it is done. Safe to repeat, to
/// interrupt and to run twice at once: a schema is either as it was, or forward with its ledger.
///
/// # Errors
/// See [`OpenError`]. A silo that fails is no error: it is set aside and reported, and the others go on.
pub async fn migrate(
    settings: &PostgresSettings,
    plan: &Plan,
    on_step: &mut OnStep<'_>,
) -> Result<SiloReport, OpenError> {
    let scripts = shared::forward(settings, plan).await?;
    silos::forward(settings, plan.jobs, scripts, on_step).await
}

/// What [`migrate`] would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outstanding {
    /// Migrations that the platform and the pool lack, oldest first.
    pub shared: Vec<String>,
    /// Silos that lack some, or cannot be asked.
    pub silos: Vec<silos::Lacking>,
}

/// Looks what the database lacks, over a connection that cannot change anything.
///
/// # Errors
/// See [`OpenError`].
pub async fn outstanding(
    settings: &PostgresSettings,
    plan: &Plan,
) -> Result<Outstanding, OpenError> {
    let read_only = [("default_transaction_read_only", "on")];
    let database = connect(settings, &read_only).await?;
    let result = async {
        let shared = migration::pending(&database, plan.tenant_migrations).await?;
        let silos = silos::lacking(&database, plan.tenant_migrations).await?;
        Ok(Outstanding { shared, silos })
    };
    let result = result.await;
    database.close().await?;
    result
}

/// One connection for migrations: they may take longer than a request; their locks may not.
pub(crate) async fn connect(
    settings: &PostgresSettings,
    extra: &[(&str, &str)],
) -> Result<DatabaseConnection, OpenError> {
    let unbounded = PostgresSettings {
        statement_timeout: Duration::ZERO,
        ..settings.clone()
    };
    let options = options(&unbounded)?.options(extra.iter().copied());
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT_LIMIT)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_with(options)
        .await
        .map_err(adapter_sql::connect_error)?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

pub(crate) fn statement<const N: usize>(sql: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}
