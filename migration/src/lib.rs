//! The history of the schema, for PostgreSQL and SQLite.
//!
//! There are two sets. The platform's ([`Migrator`]) makes what is there once; the tenants' ([`TENANT_MIGRATIONS`])
//! makes the tables of one tenant plane: the pool, an SQLite file, each silo. A migration is a folder: `tables.sql` is
//! one text for both databases (see `dialect.rs`), the other files are what only one of them has. Applied migrations
//! are never edited; a change is a new one, and expands before it contracts, so that the version before it keeps running.

mod dialect;
mod m0001_organisation_api;
mod m0002_tenancy;
mod tenant;

pub use tenant::{TENANT_GRANTS, TENANT_MIGRATIONS, TenantMigration, up_in_file};

use sea_orm_migration::{
    DbErr, MigrationTrait, MigratorTrait, async_trait,
    sea_orm::{ConnectionTrait, DbBackend},
    sea_query::{Expr, Query, SelectStatement},
};

/// The platform's migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_organisation_api::Migration),
            Box::new(m0002_tenancy::Migration),
        ]
    }
}

/// What the server's role may do in the control plane on PostgreSQL, with `{role}` for its name. Safe to repeat after
/// every migration.
pub const GRANTS: &str = include_str!("grants.sql");

/// The migrations that a database still lacks: the platform's, and these of the tenants' in the pool or the file. One
/// that is newer than this code lacks none: the version before a migration keeps running on the schema after it.
///
/// # Errors
/// When the database cannot be asked.
pub async fn pending(
    connection: &impl ConnectionTrait,
    tenant_migrations: &[TenantMigration],
) -> Result<Vec<String>, DbErr> {
    let postgres = connection.get_database_backend() == DbBackend::Postgres;
    let of_platform = ledger("version", "seaql_migrations", postgres.then_some("public"));
    let of_tenants = ledger("name", "tenant_migrations", postgres.then_some("pool"));
    let mut applied = names_if_any(connection, &of_platform).await?;
    applied.extend(names_if_any(connection, &of_tenants).await?);

    let platform = Migrator::migrations().into_iter();
    let platform = platform.map(|migration| migration.name().to_owned());
    let tenants = tenant_migrations.iter();
    let names = platform.chain(tenants.map(|migration| migration.name.to_owned()));
    Ok(names.filter(|name| !applied.contains(name)).collect())
}

fn ledger(
    column: &'static str,
    table: &'static str,
    schema: Option<&'static str>,
) -> SelectStatement {
    let mut ask = Query::select();
    ask.expr_as(Expr::col(column), "name");
    match schema {
        Some(schema) => ask.from((schema, table)),
        None => ask.from(table),
    };
    ask.take()
}

/// The names in a ledger.
async fn names(
    connection: &impl ConnectionTrait,
    ledger: &SelectStatement,
) -> Result<Vec<String>, DbErr> {
    let rows = connection.query_all(ledger).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

/// The names in a ledger; none when there is no such table yet.
async fn names_if_any(
    connection: &impl ConnectionTrait,
    ledger: &SelectStatement,
) -> Result<Vec<String>, DbErr> {
    match names(connection, ledger).await {
        Err(error) if error.sql_err().is_none() && matches!(error, DbErr::Query(_)) => {
            Ok(Vec::new())
        }
        asked => asked,
    }
}
