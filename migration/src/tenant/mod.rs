//! The history of one tenant plane: the pool, an SQLite file, or a silo.
//!
//! Names are not qualified: on PostgreSQL a migration runs with the schema in front of the search path. Each schema has
//! a ledger of its own, the table `tenant_migrations`, written in the transaction of the migration.

use crate::{dialect::render, ledger, names};
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

/// One step of a tenant plane.
#[derive(Clone, Copy, Debug)]
pub struct TenantMigration {
    /// What the ledgers know it by.
    pub name: &'static str,
    /// The definitions, one text for both databases.
    pub tables: &'static str,
    /// What only PostgreSQL has, run after the tables: row-level security.
    pub postgres: &'static str,
}

impl TenantMigration {
    /// The script as a database runs it.
    pub fn render(&self, backend: DbBackend) -> String {
        let tables = render(self.tables, backend);
        if backend == DbBackend::Postgres {
            format!("{tables}\n{}", self.postgres)
        } else {
            tables
        }
    }
}

/// The tenants' migrations, oldest first.
pub const TENANT_MIGRATIONS: &[TenantMigration] = &[
    TenantMigration {
        name: "t0001_baseline",
        tables: include_str!("t0001_baseline/tables.sql"),
        postgres: include_str!("t0001_baseline/row_level_security.sql"),
    },
    TenantMigration {
        name: "t0002_resources_and_audit_detail",
        tables: include_str!("t0002_resources_and_audit_detail/tables.sql"),
        postgres: include_str!("t0002_resources_and_audit_detail/row_level_security.sql"),
    },
];

/// What the server's role may do in a tenant plane on PostgreSQL, with `{role}` for its name; run with the schema in
/// front of the search path. Safe to repeat.
pub const TENANT_GRANTS: &str = include_str!("grants.sql");

/// Applies what an SQLite file lacks, one transaction a migration. The platform's set has to be there.
///
/// # Errors
/// What the database reports; the migrations before stay applied.
#[expect(
    clippy::disallowed_methods,
    reason = "migrations are where raw SQL lives"
)]
pub async fn up_in_file(database: &DatabaseConnection) -> Result<(), DbErr> {
    for migration in TENANT_MIGRATIONS {
        // Another process may be migrating the file: the ledger is read while nobody else can write.
        let exclusive = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = database.begin_with_options(exclusive).await?;
        let applied = names(&transaction, &ledger("name", "tenant_migrations", None)).await?;
        if applied.iter().any(|name| name == migration.name) {
            continue;
        }
        let script = migration.render(DbBackend::Sqlite);
        transaction.execute_unprepared(&script).await?;
        let note = render(
            "INSERT INTO tenant_migrations (name, applied_at) VALUES (?, {now})",
            DbBackend::Sqlite,
        );
        let name = [migration.name.into()];
        let note = Statement::from_sql_and_values(DbBackend::Sqlite, note, name);
        transaction.execute_raw(note).await?;
        transaction.commit().await?;
    }
    Ok(())
}
