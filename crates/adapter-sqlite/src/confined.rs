//! Every statement on a tenant's table names the tenant. Nothing else is a fence here, so nothing may be forgotten: the
//! whole contract is run once more with each statement looked at before it is sent.

use crate::{SqliteSettings, SqliteStore, reads};
use adapter_local::ambient::UuidV7;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, Value};
use std::{sync::Arc, time::Duration};
use store_contract::Harness;
use uuid::Uuid;

/// The tables whose rows belong to tenants.
const TABLES: [&str; 7] = [
    "api_keys",
    "audit_events",
    "idempotency_records",
    "organisation_memberships",
    "projects",
    "resources",
    "roles",
];
const TENANT: &str = "organisation_id";
/// Reads of a user's own memberships, which are in many tenants: the one thing that is asked for by user.
const BY_USER: [&str; 2] = [
    r#"FROM "organisation_memberships" LEFT JOIN "organisations""#,
    r#"FROM "organisation_memberships" WHERE "organisation_memberships"."user_id" = ?)"#,
];

/// The tenant of a transaction, as soon as a statement has named it.
#[derive(Default)]
pub(crate) struct Confined {
    in_transaction: bool,
    tenant: Option<Uuid>,
}

impl Confined {
    /// What is sent next belongs to another transaction, or to none.
    pub(crate) fn begin(&mut self, batch: &str) {
        let begins = batch.starts_with("BEGIN");
        if begins || ["COMMIT", "ROLLBACK"].contains(&batch) {
            (self.in_transaction, self.tenant) = (begins, None);
        }
    }

    /// Holds when a statement names one tenant for each tenant's table that it is about, always the same.
    pub(crate) fn assert(&mut self, statement: &Statement) {
        let sql = statement.sql.as_str();
        let about = references(sql);
        if about == 0 || is_by_user(statement) {
            return;
        }
        let named = tenants(statement);
        assert!(named.len() >= about, "{about} tables, {named:?}: {sql}");
        if !self.in_transaction {
            // A read in one statement, which has nothing to do with the one before it.
            self.tenant = None;
        }
        for tenant in named {
            let first = *self.tenant.get_or_insert(tenant);
            assert_eq!(tenant, first, "a second tenant: {sql}");
        }
    }
}

/// How often a statement reads from or writes to a tenant's table.
fn references(sql: &str) -> usize {
    let words: Vec<_> = sql
        .split([' ', '\n', '(', ')', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let is_about = |pair: &&[&str]| {
        let (before, name) = (pair[0].to_ascii_uppercase(), pair[1].trim_matches('"'));
        matches!(before.as_str(), "FROM" | "JOIN" | "INTO" | "UPDATE") && TABLES.contains(&name)
    };
    words.windows(2).filter(is_about).count()
}

fn is_by_user(statement: &Statement) -> bool {
    BY_USER.iter().any(|known| statement.sql.contains(known)) && references(&statement.sql) == 1
}

/// The tenants that a statement confines itself to, or writes a row of.
fn tenants(statement: &Statement) -> Vec<Uuid> {
    let (sql, values) = (statement.sql.as_str(), values(statement));
    if reads::is_about_a_caller(sql) {
        // Written by hand: the tables are joined to the one organisation that is asked for.
        return vec![uuid(&values[1]); references(sql)];
    }
    if let Some(row) = sql.strip_prefix("INSERT INTO ") {
        let columns = row
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'));
        let mut columns = columns.unwrap().0.split(", ");
        let at = columns.position(|column| column.trim_matches('"') == TENANT);
        return vec![uuid(&values[at.unwrap()])];
    }
    let confined = format!("\"{TENANT}\" = ?");
    let found = sql.match_indices(&confined);
    found
        .map(|(at, _)| uuid(&values[sql[..at].matches('?').count()]))
        .collect()
}

fn values(statement: &Statement) -> Vec<Value> {
    statement.values.clone().unwrap().0
}

fn uuid(value: &Value) -> Uuid {
    match value {
        Value::Uuid(Some(id)) => *id,
        other => panic!("not a tenant: {other:?}"),
    }
}

#[test]
fn a_statement_that_names_no_tenant_or_another_is_found_out() {
    let ids: [Value; 2] = [1, 2].map(|n| Uuid::from_u128(n).into());
    let statement = |sql: &str, values: &[&Value]| {
        let values = values.iter().map(|value| (*value).clone());
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
    };
    let one = r#"SELECT "id" FROM "projects" WHERE "id" = ? AND "projects"."organisation_id" = ?"#;
    let none = r#"SELECT "id" FROM "projects" WHERE "id" = ?"#;
    let nested = r#"DELETE FROM "projects" WHERE "organisation_id" = ? AND "id" IN (SELECT "id" FROM "resources")"#;
    let is_fine = |statements: &[Statement]| {
        let mut confined = Confined::default();
        confined.begin("BEGIN");
        let all = || {
            for statement in statements {
                confined.assert(statement);
            }
        };
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(all)).is_ok()
    };
    let [a, b] = &ids;
    let confined = statement(one, &[b, a]);
    assert!(is_fine(&[confined.clone(), confined.clone()]));
    assert!(!is_fine(&[confined, statement(one, &[a, b])]));
    assert!(!is_fine(&[statement(none, &[a])]));
    assert!(!is_fine(&[statement(nested, &[a])]));
}

#[tokio::test]
async fn these_are_all_tables_of_tenants() {
    let directory = tempfile::tempdir().unwrap();
    let settings = settings(&directory);
    SqliteStore::migrate(&settings).await.unwrap();
    let database = Database::connect(url(&settings)).await.unwrap();
    let sql = "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                WHERE t.type = 'table' AND c.name = ? ORDER BY t.name";
    let tables = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [TENANT.into()]);
    let rows = database.query_all_raw(tables).await.unwrap();
    let names: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect();
    assert_eq!(names, TABLES);
}

fn settings(directory: &tempfile::TempDir) -> SqliteSettings {
    SqliteSettings {
        path: directory.path().join("contract.db"),
        readers: 4,
        acquire: Duration::from_secs(5),
        busy: Duration::from_secs(5),
    }
}

fn url(settings: &SqliteSettings) -> String {
    format!("sqlite://{}", settings.path.display())
}

async fn open() -> Harness {
    let directory = tempfile::tempdir().unwrap();
    let settings = settings(&directory);
    SqliteStore::migrate(&settings).await.unwrap();
    let url = url(&settings);
    let store = SqliteStore::open(settings, Arc::new(UuidV7)).await.unwrap();
    Harness::new(Arc::new(store), directory).tampered_by(move |sql| run(url.clone(), sql))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a case brings about what no port can"
)]
async fn run(url: String, sql: &'static str) {
    let database = Database::connect(url).await.unwrap();
    database.execute_unprepared(sql).await.unwrap();
}

store_contract::suite!(open);
