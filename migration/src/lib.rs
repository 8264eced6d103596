//! The history of the schema, for PostgreSQL and SQLite.
//!
//! A migration is a folder: `tables.sql` is one text for both databases (see [`dialect`]), the other files are what
//! only PostgreSQL has: row-level security and the functions of the hot paths. Applied migrations are never edited;
//! a change is a new one, and expands before it contracts, so that the version before it keeps running.

mod dialect;
mod m0001_organisation_api;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

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
