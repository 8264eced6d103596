//! The server's role: made where that is possible, and granted what it needs.

use super::statement;
use crate::store::OpenError;
use migration::GRANTS;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

/// Grants the server's role what it needs in the control plane; says whether there is such a role.
pub(super) async fn prepare(database: &DatabaseConnection, role: &str) -> Result<bool, DbErr> {
    let exists = make(database, role).await?;
    if exists {
        run(database, &GRANTS.replace("{role}", role)).await?;
    }
    Ok(exists)
}

/// Creates the server's role if the connecting role may; says whether it exists.
async fn make(database: &DatabaseConnection, role: &str) -> Result<bool, DbErr> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS exists,
               (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_create,
               (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser";
    let ask = statement(sql, [role.into()]);
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
pub(super) fn check_name(role: &str) -> Result<(), OpenError> {
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
