//! Taking the schema forward, one migrator at a time.

use crate::{
    roles::CONNECT_LIMIT,
    store::{OpenError, PostgresSettings, options},
};
use migration::{GRANTS, Migrator};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqlxPostgresConnector, Statement,
    sqlx::postgres::PgPoolOptions,
};
use sea_orm_migration::MigratorTrait;
use std::time::Duration;

/// The advisory lock that says "someone is migrating this database".
const LOCK: i64 = 0x7361_6173_6d69_6772;
/// How long to wait between two looks at the lock.
const BACK_OFF: Duration = Duration::from_millis(200);

/// Applies what is pending, makes sure of the server's role, and grants it what it needs. Waits for another migrator.
///
/// # Errors
/// See [`OpenError`].
pub async fn migrate(settings: &PostgresSettings) -> Result<(), OpenError> {
    check_name(&settings.app_role)?;
    // A migration may take longer than a request; its locks may not.
    let unbounded = PostgresSettings {
        statement_timeout: Duration::ZERO,
        ..settings.clone()
    };
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT_LIMIT)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_with(options(&unbounded)?)
        .await
        .map_err(adapter_sql::connect_error)?;
    let database = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    let result = locked(&database, &settings.app_role).await;
    // Closing the session releases the lock, whatever happened.
    let closed = database.close().await;
    Ok(result.and(closed)?)
}

async fn locked(database: &DatabaseConnection, role: &str) -> Result<(), DbErr> {
    while !try_lock(database).await? {
        tracing::info!("waiting for another migrator");
        tokio::time::sleep(BACK_OFF).await;
    }
    Migrator::up(database, None).await?;
    if make_role(database, role).await? {
        run(database, &GRANTS.replace("{role}", role)).await?;
    }
    Ok(())
}

async fn try_lock(database: &DatabaseConnection) -> Result<bool, DbErr> {
    let sql = "SELECT pg_try_advisory_lock($1) AS locked";
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [LOCK.into()]);
    let row = database.query_one_raw(ask).await?;
    row.map_or(Ok(false), |row| row.try_get("", "locked"))
}

/// Creates the server's role if the connecting role may; says whether it exists.
async fn make_role(database: &DatabaseConnection, role: &str) -> Result<bool, DbErr> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS exists,
               (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_create,
               (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser";
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, sql, [role.into()]);
    let Some(row) = database.query_one_raw(ask).await? else {
        return Ok(false);
    };
    if row.try_get("", "exists")? {
        return Ok(true);
    }
    if !row.try_get::<bool>("", "may_create")? {
        tracing::warn!(
            role,
            "the database has no role for the server and this one may not create it"
        );
        return Ok(false);
    }
    // Roles belong to the whole cluster: another database's migrator may create it at this moment.
    run(
        database,
        &format!(
            "DO $$ BEGIN
           CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
         END $$"
        ),
    )
    .await?;
    if !row.try_get::<bool>("", "superuser")? {
        run(database, &format!("GRANT {role} TO CURRENT_USER")).await?;
    }
    Ok(true)
}

#[expect(
    clippy::disallowed_methods,
    reason = "roles and grants take no parameters; the name was checked"
)]
async fn run(database: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    database.execute_unprepared(sql).await.map(drop)
}

/// The name is printed into statements that take no parameters.
fn check_name(role: &str) -> Result<(), OpenError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if role.len() <= 63
        && role.starts_with(|c: char| c.is_ascii_lowercase())
        && role.chars().all(plain)
    {
        return Ok(());
    }
    Err(OpenError::Unusable(
        "database.app_role must be lower-case letters, digits and underscores".to_owned(),
    ))
}
