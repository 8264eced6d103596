use super::{
    Plan, connect,
    plane::{self, Plane},
    role, scripts, statement,
};
use crate::store::{OpenError, PostgresSettings};
use migration::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTrait;
use std::time::Duration;

/// The advisory lock that says "someone is migrating the platform and the pool".
const LOCK: i64 = 0x7361_6173_6d69_6772;
/// How long to wait between two looks at the lock.
const BACK_OFF: Duration = Duration::from_millis(200);

/// Applies what the platform and the pool lack, makes sure of the server's role, and grants it what it needs. Waits for
/// another migrator. Gives the names of the scripts that every tenant plane has to have.
pub(super) async fn forward(
    settings: &PostgresSettings,
    plan: &Plan,
) -> Result<Vec<String>, OpenError> {
    role::check_name(&settings.app_role)?;
    // The platform's history began in `public`, and its ledger stays there.
    let database = connect(settings, &[("search_path", "public")]).await?;
    let result = locked(&database, &settings.app_role, plan).await;
    // Closing the session releases the lock, whatever happened.
    let closed = database.close().await;
    let scripts = result?;
    closed?;
    Ok(scripts)
}

async fn locked(
    database: &DatabaseConnection,
    role: &str,
    plan: &Plan,
) -> Result<Vec<String>, OpenError> {
    while !try_lock(database).await? {
        tracing::info!("waiting for another migrator");
        tokio::time::sleep(BACK_OFF).await;
    }
    Migrator::up(database, None).await?;
    let role = role::prepare(database, role).await?.then_some(role);
    // Before any plane goes forward: a silo that is made from now on is made of the newest scripts.
    scripts::store(database, plan.tenant_migrations, role).await?;
    let scripts = scripts::names(database).await?;
    forward_pool(database, &scripts).await?;
    Ok(scripts)
}

async fn forward_pool(database: &DatabaseConnection, scripts: &[String]) -> Result<(), DbErr> {
    let mut attempt = 0;
    loop {
        let Err(failure) = plane::forward(database, Plane::Pool, scripts).await else {
            return Ok(());
        };
        match failure.pause(attempt) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(failure.error),
        }
        attempt += 1;
    }
}

async fn try_lock(database: &DatabaseConnection) -> Result<bool, DbErr> {
    let sql = "SELECT pg_try_advisory_lock($1) AS locked";
    let ask = statement(sql, [LOCK.into()]);
    let row = database.query_one_raw(ask).await?;
    row.map_or(Ok(false), |row| row.try_get("", "locked"))
}
