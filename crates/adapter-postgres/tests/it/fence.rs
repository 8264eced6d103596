//! The database's own fence: what holds when a query forgets its filter.

use crate::database::{Database, settings};
use adapter_postgres::{OpenError, PostgresStore};
use domain::ports::TenantReads;
use sea_orm::sqlx::{self, Connection, Executor, PgConnection, Row};
use std::sync::Arc;

const TENANT_TABLES: [&str; 5] = [
    "organisation_memberships",
    "projects",
    "api_keys",
    "audit_events",
    "idempotency_records",
];

async fn run(connection: &mut PgConnection, sql: &str) -> Result<u64, sqlx::Error> {
    let done = connection
        .execute(sqlx::AssertSqlSafe(sql.to_owned()))
        .await?;
    Ok(done.rows_affected())
}

async fn count(connection: &mut PgConnection, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let row = connection
        .fetch_one(sqlx::AssertSqlSafe(sql))
        .await
        .unwrap();
    row.get(0)
}

/// Everything that can be tried on a table without a tenant.
async fn nothing_is_reachable(connection: &mut PgConnection, table: &str) {
    assert_eq!(count(connection, table).await, 0, "{table}");
    let touched = format!("UPDATE {table} SET organisation_id = organisation_id");
    for sql in [touched, format!("DELETE FROM {table}")] {
        // Refused by a grant, or without effect.
        assert!(
            matches!(run(connection, &sql).await, Ok(0) | Err(_)),
            "{sql}"
        );
    }
}

#[tokio::test]
async fn without_a_tenant_no_row_is_seen_changed_or_added() {
    let db = Database::new().await;
    db.found("acme").await;
    let mut connection = db.as_app().await;
    for table in TENANT_TABLES {
        nothing_is_reachable(&mut connection, table).await;
    }
    // Once a transaction has set it, the setting reads as '' and not as NULL.
    let mut tx = connection.begin().await.unwrap();
    run(
        &mut tx,
        "SELECT set_config('app.tenant_id', '019ab000-0000-7000-8000-000000000001', true)",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for table in TENANT_TABLES {
        nothing_is_reachable(&mut connection, table).await;
    }
    let insert = "INSERT INTO idempotency_records VALUES (gen_random_uuid(), gen_random_uuid(), 'o', 'k', '', NULL, now())";
    let error = run(&mut connection, insert).await.unwrap_err().to_string();
    assert!(error.contains("row-level security"), "{error}");
}

#[tokio::test]
async fn a_malformed_tenant_shows_nothing() {
    let db = Database::new().await;
    db.found("acme").await;
    let mut connection = db.as_app().await;
    run(
        &mut connection,
        "SELECT set_config('app.tenant_id', 'x'' OR true --', false)",
    )
    .await
    .unwrap();
    for table in TENANT_TABLES {
        let sql = format!("SELECT count(*) FROM {table}");
        assert!(run(&mut connection, &sql).await.is_err(), "{table}");
    }
}

#[tokio::test]
async fn with_a_tenant_exactly_its_rows_are_seen_and_none_can_be_smuggled() {
    let db = Database::new().await;
    let (acme, other) = (db.found("acme").await, db.found("other").await);
    acme.write(&db.store, "second").await;
    let mut connection = db.as_app().await;
    let mut tx = connection.begin().await.unwrap();
    run(
        &mut tx,
        &format!(
            "SELECT set_config('app.tenant_id', '{}', true)",
            acme.tenant
        ),
    )
    .await
    .unwrap();
    assert_eq!(count(&mut tx, "projects").await, 2);
    assert_eq!(count(&mut tx, "audit_events").await, 2);
    assert_eq!(count(&mut tx, "organisation_memberships").await, 1);
    assert_eq!(
        run(&mut tx, "UPDATE projects SET name = 'mine'")
            .await
            .unwrap(),
        2
    );
    let moved = format!("UPDATE projects SET organisation_id = '{}'", other.tenant);
    let error = run(&mut tx, &moved).await.unwrap_err().to_string();
    assert!(error.contains("row-level security"), "{error}");
}

#[tokio::test]
async fn the_trail_cannot_be_changed_or_deleted_by_the_server() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    let mut connection = db.as_app().await;
    for sql in [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
    ] {
        let mut tx = connection.begin().await.unwrap();
        run(
            &mut tx,
            &format!(
                "SELECT set_config('app.tenant_id', '{}', true)",
                acme.tenant
            ),
        )
        .await
        .unwrap();
        let error = run(&mut tx, sql).await.unwrap_err().to_string();
        assert!(error.contains("permission denied"), "{error}");
    }
}

#[tokio::test]
async fn the_catalogue_shows_every_tenants_table_fenced_and_notices_one_that_is_not() {
    let db = Database::new().await;
    assert_eq!(db.store.check_catalogue().await.unwrap(), []);

    let mut owner = db.as_superuser().await;
    for sql in [
        "ALTER TABLE projects NO FORCE ROW LEVEL SECURITY",
        "CREATE TABLE invoices (organisation_id uuid, id uuid PRIMARY KEY)",
        "ALTER TABLE api_keys ADD CONSTRAINT cross_tenant FOREIGN KEY (organisation_id, id) REFERENCES projects (organisation_id, id)",
        "CREATE POLICY open ON audit_events FOR SELECT USING (true)",
        "GRANT DELETE ON audit_events TO saas_api_app",
        "CREATE FUNCTION powerful() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
    ] {
        run(&mut owner, sql).await.unwrap();
    }
    let found: Vec<_> = db
        .store
        .check_catalogue()
        .await
        .unwrap()
        .into_iter()
        .map(|f| f.object)
        .collect();
    for object in [
        "projects",
        "invoices",
        "invoices_pkey",
        "audit_events.open",
        "audit_events",
        "powerful",
    ] {
        assert!(
            found.iter().any(|name| name == object),
            "{object} in {found:?}"
        );
    }
    assert!(
        !found.iter().any(|name| name == "cross_tenant"),
        "it carries the tenant"
    );
}

#[tokio::test]
async fn a_role_that_could_get_around_the_fence_is_refused() {
    let db = Database::new().await;
    let ids = Arc::new(adapter_local::ambient::UuidV7);
    let lonely = adapter_postgres::PostgresSettings {
        app_role: "no_such_role".to_owned(),
        ..settings(db.url.clone())
    };
    let refused = PostgresStore::open(&lonely, ids).await.err().unwrap();
    assert!(matches!(refused, OpenError::Unsafe(_)), "{refused}");
    // Locally a superuser becomes the server's own role; where it counts, the login itself has to be harmless.
    assert!(!db.store.posture().is_privileged());
    let strict = adapter_postgres::PostgresSettings {
        require_unprivileged: true,
        ..settings(db.url.clone())
    };
    let ids = Arc::new(adapter_local::ambient::UuidV7);
    let refused = PostgresStore::open(&strict, ids).await.err().unwrap();
    assert!(matches!(refused, OpenError::Unsafe(_)), "{refused}");
}

#[tokio::test]
async fn the_function_reads_what_the_plain_query_reads_and_nothing_of_a_foreign_tenant() {
    let db = Database::new().await;
    let (acme, other) = (db.found("acme").await, db.found("other").await);
    let need = domain::role::Permission::ReadProjects;
    let read = |who, tenant, id| db.store.project(who, tenant, id);
    let sealed = read(&acme.owner, acme.tenant, acme.project).await.unwrap();
    let (_, project) = sealed.open(need, crate::database::NOW).unwrap();
    assert_eq!(project.unwrap().name().as_str(), "acme");
    let sealed = read(&acme.owner, acme.tenant, other.project).await.unwrap();
    assert_eq!(sealed.open(need, crate::database::NOW).unwrap().1, None);
    let sealed = read(&acme.owner, other.tenant, other.project)
        .await
        .unwrap();
    assert!(sealed.open(need, crate::database::NOW).is_err());
}

#[tokio::test]
async fn a_schema_that_is_behind_is_refused_with_what_to_do() {
    let db = Database::new().await;
    run(&mut db.as_superuser().await, "DELETE FROM seaql_migrations")
        .await
        .unwrap();
    let ids = Arc::new(adapter_local::ambient::UuidV7);
    let refused = PostgresStore::open(&settings(db.url.clone()), ids)
        .await
        .err()
        .unwrap();
    assert!(
        refused.to_string().contains("saas-api migrate"),
        "{refused}"
    );
    run(&mut db.as_superuser().await, "DROP TABLE seaql_migrations")
        .await
        .unwrap();
    let ids = Arc::new(adapter_local::ambient::UuidV7);
    let refused = PostgresStore::open(&settings(db.url.clone()), ids)
        .await
        .err()
        .unwrap();
    assert!(
        refused.to_string().contains("saas-api migrate"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_database_that_says_no_is_told_from_one_that_is_out_of_reach() {
    let db = Database::new().await;
    let open = async |url: String| {
        let ids = Arc::new(adapter_local::ambient::UuidV7);
        PostgresStore::open(&settings(url), ids)
            .await
            .err()
            .unwrap()
    };
    let (server, _) = db.url.rsplit_once('/').unwrap();
    let refused = open(format!("{server}/no_such_database")).await;
    assert!(matches!(refused, OpenError::Unusable(_)), "{refused}");
    assert!(
        refused.to_string().contains("no_such_database"),
        "{refused}"
    );
    let unreachable = open("postgres://postgres@127.0.0.1:1/postgres".to_owned()).await;
    assert!(
        matches!(unreachable, OpenError::Unreachable(_)),
        "{unreachable}"
    );
}
