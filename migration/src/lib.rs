//! The history of the schema, for PostgreSQL and SQLite.
//!
//! A migration is a folder: `tables.sql` is one text for both databases (see `dialect.rs`), the other files are what
//! only PostgreSQL has: row-level security and the functions of the hot paths. Applied migrations are never edited;
//! a change is a new one, and expands before it contracts, so that the version before it keeps running.

mod dialect;
mod m0001_organisation_api;

use sea_orm_migration::{
    DbErr, MigrationTrait, MigratorTrait, async_trait, sea_orm::ConnectionTrait, sea_query::Query,
};

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_organisation_api::Migration)]
    }
}

/// What the server's role may do on PostgreSQL, with `{role}` for its name. Safe to repeat after every migration.
pub const GRANTS: &str = include_str!("grants.sql");

/// The migrations that a database still lacks. One that is newer than this code lacks none: the version before a
/// migration keeps running on the schema after it.
///
/// # Errors
/// When the database cannot be asked.
pub async fn pending(connection: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let ask = Query::select()
        .column("version")
        .from("seaql_migrations")
        .to_owned();
    let applied = match connection.query_all(&ask).await {
        Ok(rows) => rows.iter().map(|row| row.try_get("", "version")).collect(),
        // There is no such table yet.
        Err(error) if error.sql_err().is_none() && matches!(error, DbErr::Query(_)) => {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    };
    let applied: Vec<String> = applied?;
    let names = Migrator::migrations()
        .into_iter()
        .map(|migration| migration.name().to_owned());
    Ok(names.filter(|name| !applied.contains(name)).collect())
}
