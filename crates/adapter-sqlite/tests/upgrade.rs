//! From the file of the version before to today's tables.

#![expect(
    clippy::unwrap_used,
    reason = "what a test does not ask about has to work"
)]

use adapter_local::ambient::UuidV7;
use adapter_sqlite::{SqliteSettings, SqliteStore};
use migration::Migrator;
use sea_orm::{
    SqlxSqliteConnector,
    sqlx::{
        self, ConnectOptions, Executor, SqliteConnection,
        sqlite::{SqliteConnectOptions, SqlitePoolOptions},
    },
};
use sea_orm_migration::MigratorTrait;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;

const TABLES: [&str; 9] = [
    "users",
    "user_events",
    "user_idempotency_records",
    "organisations",
    "organisation_memberships",
    "projects",
    "api_keys",
    "audit_events",
    "idempotency_records",
];

struct File {
    settings: SqliteSettings,
    _home: TempDir,
}

impl File {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let settings = SqliteSettings {
            path: home.path().join("upgrade.db"),
            readers: 1,
            acquire: Duration::from_secs(5),
            busy: Duration::from_secs(5),
        };
        Self {
            settings,
            _home: home,
        }
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.settings.path)
            .create_if_missing(true)
            .foreign_keys(true)
    }

    async fn connect(&self) -> SqliteConnection {
        self.options().connect().await.unwrap()
    }

    async fn up_to_the_first(&self) {
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(self.options()).await.unwrap();
        let database = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        Migrator::up(&database, Some(1)).await.unwrap();
        database.close().await.unwrap();
    }

    async fn text(&self, sql: &str) -> String {
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()));
        query.fetch_one(&mut self.connect().await).await.unwrap()
    }

    /// The columns of a table, and how to quote all of them.
    async fn columns(&self, table: &str) -> String {
        let sql = format!(
            "SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM pragma_table_info('{table}')"
        );
        self.text(&sql).await
    }

    async fn rows(&self, table: &str, columns: &str) -> String {
        let sql = format!(
            "SELECT group_concat(line, ';') FROM (SELECT {columns} AS line FROM {table} ORDER BY line)"
        );
        self.text(&sql).await
    }
}

#[tokio::test]
async fn an_upgrade_keeps_every_row_and_translates_every_scope() {
    let file = File::new();
    file.up_to_the_first().await;
    let mut connection = file.connect().await;
    connection
        .execute(sqlx::AssertSqlSafe(include_str!("first_rows.sql")))
        .await
        .unwrap();
    let mut before = Vec::new();
    for table in TABLES {
        let columns = file.columns(table).await;
        let rows = file.rows(table, &columns).await;
        before.push((columns, rows));
    }

    SqliteStore::migrate(&file.settings).await.unwrap();

    for (table, (columns, rows)) in TABLES.into_iter().zip(before) {
        let expected = rows.replace(
            "write:projects",
            "create:projects update:projects delete:projects",
        );
        assert_eq!(expected != rows, table == "api_keys", "{table}");
        assert_eq!(file.rows(table, &columns).await, expected, "{table}");
    }
    let defaults = "SELECT group_concat(DISTINCT tier || status || placement) FROM organisations";
    assert_eq!(file.text(defaults).await, "freeactivepool");
    let ledger =
        "SELECT group_concat(name) FROM (SELECT name FROM tenant_migrations ORDER BY name)";
    assert_eq!(
        file.text(ledger).await,
        "t0001_baseline,t0002_resources_and_audit_detail"
    );
    SqliteStore::migrate(&file.settings).await.unwrap();
    SqliteStore::open(file.settings.clone(), Arc::new(UuidV7))
        .await
        .unwrap();
}

#[tokio::test]
async fn members_may_have_any_role_and_go_with_their_organisation_and_their_user() {
    let file = File::new();
    SqliteStore::migrate(&file.settings).await.unwrap();
    let mut connection = file.connect().await;
    connection
        .execute(sqlx::AssertSqlSafe(include_str!("first_rows.sql")))
        .await
        .unwrap();
    let custom = "UPDATE organisation_memberships SET role = 'auditor'";
    let changed = connection.execute(custom).await.unwrap();
    assert_eq!(changed.rows_affected(), 2);
    let twice = "INSERT INTO organisation_memberships SELECT organisation_id, user_id, x'00', role, created_at, updated_at
                   FROM organisation_memberships";
    let error = connection.execute(twice).await.unwrap_err().to_string();
    assert!(error.contains("UNIQUE"), "{error}");
    connection
        .execute("DELETE FROM organisations WHERE slug = 'acme'")
        .await
        .unwrap();
    let left = "SELECT CAST(count(*) AS TEXT) FROM organisation_memberships";
    assert_eq!(file.text(left).await, "1");
    connection.execute("DELETE FROM users").await.unwrap();
    assert_eq!(file.text(left).await, "0");
}

#[tokio::test]
async fn a_file_that_lacks_a_tenant_migration_is_refused_with_what_to_do() {
    let file = File::new();
    SqliteStore::migrate(&file.settings).await.unwrap();
    let forget = "DELETE FROM tenant_migrations WHERE name = 't0002_resources_and_audit_detail'";
    file.connect().await.execute(forget).await.unwrap();
    let refused = SqliteStore::open(file.settings.clone(), Arc::new(UuidV7)).await;
    let refused = refused.err().unwrap().to_string();
    assert!(
        refused.contains("t0002_resources_and_audit_detail"),
        "{refused}"
    );
    assert!(refused.contains("saas-api migrate"), "{refused}");
}
