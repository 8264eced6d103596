//! One tenant plane, taken forward in one transaction.

use super::statement;
use adapter_sql::store_error;
use domain::{id::TenantId, ports::StoreError};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use std::time::Duration;

/// How often a plane is tried again whose locks somebody else holds, and the pause before the first time; it doubles.
const RETRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

/// A schema with tenant tables.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plane {
    /// The shared one.
    Pool,
    /// That of one tenant.
    Silo(TenantId),
}

/// What became of a plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forwarded {
    /// So many scripts ran; none when it was there already.
    By(usize),
    /// Somebody else is making, migrating or removing it.
    Busy,
}

/// Why a plane stayed as it was.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The script that failed, if it came to that.
    pub(crate) migration: Option<String>,
    pub(crate) error: DbErr,
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        let migration = None;
        Self { migration, error }
    }
}

impl Failure {
    /// How long to wait before trying again; `None` when that would not help, or was done often enough.
    pub(crate) fn pause(&self, attempt: u32) -> Option<Duration> {
        let contended = matches!(self.meaning(), StoreError::Contended(_));
        (contended && attempt < RETRIES).then(|| PAUSE * 2_u32.pow(attempt))
    }

    /// Whether the database went away, so that no other plane can be taken forward either.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self.meaning(), StoreError::Unavailable(_))
    }

    fn meaning(&self) -> StoreError {
        store_error(self.error.clone())
    }
}

/// Runs what the plane's ledger lacks of these scripts: all of them, or nothing.
pub(crate) async fn forward(
    database: &DatabaseConnection,
    plane: Plane,
    scripts: &[String],
) -> Result<Forwarded, Failure> {
    let transaction = database.begin().await?;
    match within(&transaction, plane, scripts).await {
        Ok(forwarded) => {
            transaction.commit().await?;
            Ok(forwarded)
        }
        Err(failure) => {
            // What failed is what the caller wants to know; without a connection the database rolls back by itself.
            let _ = transaction.rollback().await;
            Err(failure)
        }
    }
}

async fn within(
    transaction: &DatabaseTransaction,
    plane: Plane,
    scripts: &[String],
) -> Result<Forwarded, Failure> {
    enter(transaction, plane).await?;
    if let Plane::Silo(tenant) = plane
        && !try_lock(transaction, tenant).await?
    {
        return Ok(Forwarded::Busy);
    }
    let ledger = statement("SELECT name FROM tenant_migrations", []);
    let applied = transaction.query_all_raw(ledger).await?;
    let applied: Vec<String> = applied
        .iter()
        .map(|row| row.try_get("", "name"))
        .collect::<Result<_, DbErr>>()?;
    let lacking = scripts.iter().filter(|name| !applied.contains(name));
    let mut count = 0;
    for name in lacking {
        let apply = statement(
            "SELECT platform.apply_tenant_script($1)",
            [name.clone().into()],
        );
        let failed = |error| Failure {
            migration: Some(name.clone()),
            error,
        };
        transaction.execute_raw(apply).await.map_err(failed)?;
        count += 1;
    }
    if let Plane::Silo(tenant) = plane {
        let recovered = "DELETE FROM platform.silo_failures WHERE organisation_id = $1";
        let recovered = statement(recovered, [tenant.as_uuid().into()]);
        transaction.execute_raw(recovered).await?;
    }
    Ok(Forwarded::By(count))
}

/// Puts the plane's schema, and nothing else, into the path. A script waits for a lock no longer than requests can bear
/// to wait behind it.
#[expect(
    clippy::disallowed_methods,
    reason = "a batch takes no parameters; what is printed is a UUID"
)]
async fn enter(transaction: &DatabaseTransaction, plane: Plane) -> Result<(), DbErr> {
    let path = match plane {
        Plane::Pool => "set_config('search_path', 'pool, pg_temp', true)".to_owned(),
        // Forced row-level security binds the owner, too.
        Plane::Silo(tenant) => format!(
            "set_config('app.tenant_id', '{tenant}', true),
             set_config('search_path', platform.silo_schema('{tenant}') || ', pg_temp', true)"
        ),
    };
    let batch = format!("SET LOCAL lock_timeout = '2s'; SELECT {path}");
    transaction.execute_unprepared(&batch).await.map(drop)
}

async fn try_lock(transaction: &DatabaseTransaction, tenant: TenantId) -> Result<bool, DbErr> {
    let sql = "SELECT pg_try_advisory_xact_lock(platform.silo_lock($1)) AS locked";
    let ask = statement(sql, [tenant.as_uuid().into()]);
    let row = transaction.query_one_raw(ask).await?;
    row.map_or(Ok(false), |row| row.try_get("", "locked"))
}
