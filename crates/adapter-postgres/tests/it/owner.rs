//! An installation as it is documented: the owner's role is no superuser, and forced row-level security binds it.

use crate::database::{Database, run, scalar, settings};
use adapter_local::ambient::UuidV7;
use adapter_postgres::{Plan, PostgresSettings, PostgresStore, migrate};
use domain::{id::TenantId, ports::Store};
use migration::Migrator;
use sea_orm::{SqlxPostgresConnector, sqlx::postgres::PgPoolOptions};
use sea_orm_migration::MigratorTrait;
use std::{process::Command, str::FromStr, sync::Arc};
use tokio::sync::Mutex;
use uuid::Uuid;

const TENANT: &str = "019b0000-0000-7000-8000-00000000000a";

/// A database with the roles of `deploy/postgres-roles.sql`.
struct Installation {
    superuser: String,
    owner: PostgresSettings,
    server: PostgresSettings,
}

impl Installation {
    async fn new() -> Self {
        // Roles belong to the whole server, which several tests of this process share.
        static ROLES: Mutex<()> = Mutex::const_new(());
        let superuser = Database::create();
        let alone = ROLES.lock().await;
        let made = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", "--dbname", &superuser, "--file"])
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../deploy/postgres-roles.sql"
            ))
            .env("SAAS_API_OWNER_PASSWORD", "owner")
            .env("SAAS_API_APP_PASSWORD", "app")
            .status()
            .unwrap();
        drop(alone);
        assert!(made.success());
        let (_, place) = superuser.rsplit_once('@').unwrap();
        let as_role = |role: &str| settings(format!("postgres://{role}@{place}"));
        Self {
            owner: as_role("saas_api_owner:owner"),
            server: PostgresSettings {
                require_unprivileged: true,
                ..as_role("saas_api_app:app")
            },
            superuser,
        }
    }

    /// The first migration only, as the version before this one left it.
    async fn up_to_the_first(&self) {
        let owner = sea_orm::sqlx::postgres::PgConnectOptions::from_str(&self.owner.url).unwrap();
        let owner = owner.options([("search_path", "public")]);
        let pool = PgPoolOptions::new().max_connections(1).connect_with(owner);
        let database = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.await.unwrap());
        Migrator::up(&database, Some(1)).await.unwrap();
        database.close().await.unwrap();
    }

    async fn migrate(&self) {
        let report = migrate(&self.owner, &Plan::default(), &mut |_| {}).await;
        assert_eq!(report.unwrap().failed, []);
    }

    async fn store(&self) -> PostgresStore {
        PostgresStore::open(&self.server, Arc::new(UuidV7))
            .await
            .unwrap()
    }

    async fn run(&self, sql: &str) {
        let mut superuser = crate::database::connect(&self.superuser).await;
        run(&mut superuser, sql).await.unwrap();
    }

    async fn text(&self, sql: &str) -> String {
        let mut superuser = crate::database::connect(&self.superuser).await;
        scalar(&mut superuser, sql).await.unwrap()
    }
}

/// The tables of the first migration, where they are after the second, and what is expected to be different in their rows.
const MOVED: [(&str, &str); 9] = [
    ("users", "platform"),
    ("organisations", "platform"),
    ("user_events", "platform"),
    ("user_idempotency_records", "platform"),
    ("organisation_memberships", "platform"),
    ("api_keys", "platform"),
    ("idempotency_records", "platform"),
    ("projects", "pool"),
    ("audit_events", "pool"),
];

/// Every row of a table, reduced to the columns that the first migration made.
async fn rows(installation: &Installation, schema: &str, table: &str, columns: &str) -> String {
    let sql = format!(
        "SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)), '[]')::text
           FROM (SELECT {columns} FROM {schema}.{table}) AS t"
    );
    installation.text(&sql).await
}

#[tokio::test]
async fn an_upgrade_by_the_owner_keeps_every_row_and_translates_every_scope() {
    let installation = Installation::new().await;
    installation.up_to_the_first().await;
    installation.run(include_str!("first_rows.sql")).await;
    let mut before = Vec::new();
    for (table, _) in MOVED {
        let columns =
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                        WHERE attnum > 0 AND attrelid = 'public.{table}'::regclass";
        let columns = installation.text(&columns.replace("{table}", table)).await;
        let stored = rows(&installation, "public", table, &columns).await;
        assert_ne!(stored, "[]", "{table}");
        before.push((columns, stored));
    }

    installation.migrate().await;

    for ((table, schema), (columns, stored)) in MOVED.into_iter().zip(before) {
        let expected = stored.replace(
            "write:projects",
            "create:projects update:projects delete:projects",
        );
        assert_eq!(expected != stored, table == "api_keys", "{table}");
        assert_eq!(
            rows(&installation, schema, table, &columns).await,
            expected,
            "{table}"
        );
    }
    let defaults =
        "SELECT string_agg(DISTINCT tier || status || placement, ' ') FROM platform.organisations";
    assert_eq!(installation.text(defaults).await, "freeactivepool");
    let left = "SELECT string_agg(relname, ' ') FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    assert_eq!(installation.text(left).await, "seaql_migrations");
    assert_eq!(
        installation.store().await.check_catalogue().await.unwrap(),
        []
    );
    installation.migrate().await;
}

#[tokio::test]
async fn a_silo_is_made_and_everything_removed_where_the_owner_is_bound_by_the_fence() {
    let installation = Installation::new().await;
    installation.up_to_the_first().await;
    installation.run(include_str!("first_rows.sql")).await;
    installation.migrate().await;
    let store = installation.store().await;
    let tenant = TenantId::from_uuid(Uuid::from_str(TENANT).unwrap());
    let set =
        |change: &str| format!("UPDATE platform.organisations SET {change} WHERE id = '{TENANT}'");

    installation
        .run(&set("placement = 'silo', status = 'provisioning'"))
        .await;
    store.provision(tenant).await.unwrap();
    installation.run(&set("status = 'active'")).await;
    assert_eq!(store.check_catalogue().await.unwrap(), []);

    installation.run(&set("status = 'deleted'")).await;
    // The organisation, a membership, a key, an idempotency record; in the pool a project and an event.
    assert_eq!(store.purge(tenant).await.unwrap(), 6);
    assert_eq!(store.check_catalogue().await.unwrap(), []);
}
