//! The database's own fence: what holds when a query forgets its filter.

use crate::database::{Database, Tenancy, run, scalar, settings};
use adapter_postgres::{OpenError, PostgresStore};
use domain::ports::TenantReads;
use sea_orm::sqlx::{Connection, PgConnection};
use std::sync::Arc;

/// Two organisations with rows in every tenant table there is: in the control plane, in the pool, and in the silo that
/// one of them has. What they have in the plane of the other is there to be seen by nobody.
struct Planted {
    db: Database,
    siloed: Tenancy,
    pooled: Tenancy,
    tables: Vec<String>,
}

impl Planted {
    async fn new() -> Self {
        let db = Database::new().await;
        let pooled = db.found("pooled").await;
        db.silo_newcomers().await;
        let siloed = db.found("siloed").await;
        let silo = siloed.schema();
        for (tenancy, plane) in [(&pooled, "pool"), (&siloed, &*silo)] {
            let rows = include_str!("rows.sql")
                .replace("{tenant}", &tenancy.tenant.to_string())
                .replace("{plane}", plane);
            db.run(&rows).await;
        }
        for table in ["projects", "resources", "audit_events"] {
            db.run(&format!(
                "CREATE TEMPORARY TABLE astray AS SELECT * FROM pool.{table};
                 INSERT INTO pool.{table} SELECT * FROM {silo}.{table};
                 INSERT INTO {silo}.{table} SELECT * FROM astray"
            ))
            .await;
        }
        let tables = db.tenant_tables().await;
        let planted = Self {
            db,
            siloed,
            pooled,
            tables,
        };
        planted.every_table_holds_rows_of_both().await;
        planted
    }

    /// Otherwise nothing would be proved of the table.
    async fn every_table_holds_rows_of_both(&self) {
        assert!(self.tables.len() > 10, "{:?}", self.tables);
        for table in &self.tables {
            for tenancy in [&self.siloed, &self.pooled] {
                assert!(self.stored(table, tenancy).await > 0, "{table}");
            }
        }
    }

    async fn stored(&self, table: &str, of: &Tenancy) -> i64 {
        let tenant = of.tenant;
        let sql = format!("SELECT count(*) FROM {table} WHERE organisation_id = '{tenant}'");
        self.db.count(&sql).await
    }

    /// Everything that can be tried on every table without a tenant.
    async fn nothing_is_reachable(&self, connection: &mut PgConnection) {
        for table in &self.tables {
            let count = format!("SELECT count(*) FROM {table}");
            let seen: i64 = scalar(connection, &count).await.unwrap();
            assert_eq!(seen, 0, "{table}");
            self.nothing_can_be_written(connection, table).await;
        }
    }

    async fn nothing_can_be_written(&self, connection: &mut PgConnection, table: &str) {
        for sql in [
            format!("UPDATE {table} SET organisation_id = organisation_id"),
            format!("DELETE FROM {table}"),
        ] {
            // Refused by a grant, or without effect.
            let touched = run(connection, &sql).await;
            assert!(matches!(touched, Ok(0) | Err(_)), "{sql}: {touched:?}");
        }
        let error = run(connection, &self.copy_of_a_row(table).await).await;
        let error = error.unwrap_err().to_string();
        assert!(is_refusal(&error), "{table}: {error}");
    }

    /// Inserts what is there already: the fence stands before the primary key.
    async fn copy_of_a_row(&self, table: &str) -> String {
        let tenant = self.pooled.tenant;
        let row =
            format!("SELECT to_jsonb(t)::text FROM {table} t WHERE organisation_id = '{tenant}'");
        let row: String = scalar(&mut self.db.as_superuser().await, &row)
            .await
            .unwrap();
        format!(
            "INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $row${row}$row$)"
        )
    }
}

fn is_refusal(error: &str) -> bool {
    error.contains("row-level security") || error.contains("permission denied")
}

async fn pin(connection: &mut PgConnection, tenancy: &Tenancy, local: bool) {
    let tenant = tenancy.tenant;
    let set = format!("SELECT set_config('app.tenant_id', '{tenant}', {local})");
    run(connection, &set).await.unwrap();
}

#[tokio::test]
async fn without_a_tenant_no_row_is_seen_changed_or_added() {
    let planted = Planted::new().await;
    let mut connection = planted.db.as_app().await;
    planted.nothing_is_reachable(&mut connection).await;
    // Once a transaction has set it, the setting reads as '' and not as NULL.
    let mut tx = connection.begin().await.unwrap();
    pin(&mut tx, &planted.siloed, true).await;
    tx.commit().await.unwrap();
    planted.nothing_is_reachable(&mut connection).await;
}

#[tokio::test]
async fn a_malformed_tenant_shows_nothing() {
    let planted = Planted::new().await;
    let mut connection = planted.db.as_app().await;
    run(
        &mut connection,
        "SELECT set_config('app.tenant_id', 'x'' OR true --', false)",
    )
    .await
    .unwrap();
    for table in &planted.tables {
        for sql in [
            format!("SELECT * FROM {table}"),
            format!("UPDATE {table} SET organisation_id = organisation_id"),
            format!("DELETE FROM {table}"),
            planted.copy_of_a_row(table).await,
        ] {
            let done = run(&mut connection, &sql).await;
            assert!(done.is_err(), "{sql}: {done:?}");
        }
    }
}

#[tokio::test]
async fn with_a_tenant_exactly_its_rows_are_seen_and_none_can_be_smuggled() {
    let planted = Planted::new().await;
    let mut connection = planted.db.as_app().await;
    for (tenancy, other) in [
        (&planted.siloed, &planted.pooled),
        (&planted.pooled, &planted.siloed),
    ] {
        pin(&mut connection, tenancy, false).await;
        for table in &planted.tables {
            let (own, all) = (tenancy.tenant, format!("SELECT count(*) FROM {table}"));
            let seen: i64 = scalar(&mut connection, &all).await.unwrap();
            assert_eq!(seen, planted.stored(table, tenancy).await, "{table}");
            let foreign = format!("{all} WHERE organisation_id <> '{own}'");
            let foreign: i64 = scalar(&mut connection, &foreign).await.unwrap();
            assert_eq!(foreign, 0, "{table}");
            let away = format!("UPDATE {table} SET organisation_id = '{}'", other.tenant);
            let error = run(&mut connection, &away).await.unwrap_err().to_string();
            assert!(is_refusal(&error), "{table}: {error}");
        }
    }
    // The row is the pooled organisation's, the context the siloed one's.
    pin(&mut connection, &planted.siloed, false).await;
    for table in &planted.tables {
        let copy = planted.copy_of_a_row(table).await;
        let error = run(&mut connection, &copy).await.unwrap_err().to_string();
        assert!(is_refusal(&error), "{table}: {error}");
    }
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
    let need = domain::permission::Permission::ReadProjects;
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
    run(
        &mut db.as_superuser().await,
        "DELETE FROM public.seaql_migrations",
    )
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
    run(
        &mut db.as_superuser().await,
        "DROP TABLE public.seaql_migrations",
    )
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
