//! Organisations with a schema of their own, through the store and past it.

use crate::database::{Database, NOW, Tenancy, run, scalar, settings};
use adapter_local::ambient::UuidV7;
use adapter_postgres::{PostgresSettings, PostgresStore};
use domain::{
    id::TenantId,
    permission::Permission,
    ports::{Access, IdGenerator, Store, StoreError, TenantReads},
    project::{ProjectFilter, ProjectSort},
};
use sea_orm::sqlx::{Connection, PgConnection};
use std::{collections::BTreeSet, sync::Arc};
use store_contract::walk::EVERYTHING;

/// A pooled organisation and a siloed one.
async fn both() -> (Database, Tenancy, Tenancy) {
    let db = Database::new().await;
    let pooled = db.found("pooled").await;
    db.silo_newcomers().await;
    let siloed = db.found("siloed").await;
    (db, pooled, siloed)
}

async fn names(store: &PostgresStore, tenancy: &Tenancy) -> BTreeSet<String> {
    let filter = ProjectFilter {
        status: None,
        name: None,
        created_by: None,
        sort_by: ProjectSort::CreatedAt,
        descending: false,
    };
    let listed = store.projects(&tenancy.owner, tenancy.tenant, &filter, &EVERYTHING);
    let (_, listed) = listed
        .await
        .unwrap()
        .open(Permission::ReadProjects, NOW)
        .unwrap();
    let name = |project: &domain::project::Project| project.name().as_str().to_owned();
    listed.items.iter().map(name).collect()
}

async fn read(store: &PostgresStore, tenancy: &Tenancy, of: &Tenancy) -> Option<String> {
    let sealed = store.project(&tenancy.owner, tenancy.tenant, of.project);
    let (_, project) = sealed
        .await
        .unwrap()
        .open(Permission::ReadProjects, NOW)
        .unwrap();
    project.map(|project| project.name().as_str().to_owned())
}

/// The sessions of the stores on this database.
async fn backends(db: &Database) -> Vec<i32> {
    let sql = "SELECT array_agg(pid ORDER BY pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'saas-api'";
    scalar(&mut db.as_superuser().await, sql).await.unwrap()
}

#[tokio::test]
async fn siloed_and_pooled_tenants_take_turns_on_one_connection_and_never_meet() {
    let db = Database::new().await;
    let mut tenancies = Vec::new();
    for name in ["p0", "p1"] {
        tenancies.push((name, db.found(name).await));
    }
    db.silo_newcomers().await;
    for name in ["s0", "s1"] {
        tenancies.push((name, db.found(name).await));
    }
    tenancies.swap(1, 2);
    let single = PostgresSettings {
        connections_per_worker: 1,
        ..settings(db.url.clone())
    };
    let store = PostgresStore::open(&single, Arc::new(UuidV7))
        .await
        .unwrap();
    store.ping().await.unwrap();
    let before = backends(&db).await;
    // Each statement is prepared once for this connection, and then meant anew in every round.
    for round in 0..6 {
        for (index, (name, tenancy)) in tenancies.iter().enumerate() {
            tenancy.write(&store, &format!("{name} {round}")).await;
            assert_eq!(read(&store, tenancy, tenancy).await.as_deref(), Some(*name));
            let (_, next) = &tenancies[(index + 1) % tenancies.len()];
            assert_eq!(read(&store, tenancy, next).await, None);
            let mut expected: BTreeSet<_> = (0..=round).map(|at| format!("{name} {at}")).collect();
            expected.insert((*name).to_owned());
            assert_eq!(names(&store, tenancy).await, expected);
        }
    }
    assert_eq!(backends(&db).await, before, "one connection served it all");
}

#[tokio::test]
async fn a_missing_schema_is_an_error_and_not_another_place() {
    let (db, _, siloed) = both().await;
    let silo = siloed.schema();
    // Bait with the right organisation's id, wherever a careless path would lead.
    db.run(&format!(
        "CREATE TABLE public.projects AS SELECT * FROM {silo}.projects;
         GRANT ALL ON public.projects TO saas_api_app;
         INSERT INTO pool.projects SELECT * FROM {silo}.projects;
         DROP SCHEMA {silo} CASCADE"
    ))
    .await;
    let missing = |error: StoreError| {
        let StoreError::Failed(source) = error else {
            panic!("{error}");
        };
        assert!(source.to_string().contains("does not exist"), "{source}");
    };
    let hot = db
        .store
        .project(&siloed.owner, siloed.tenant, siloed.project)
        .await;
    missing(hot.err().unwrap());
    for access in [Access::Read, Access::Write] {
        let sealed = db
            .store
            .begin(&siloed.owner, siloed.tenant, access)
            .await
            .unwrap();
        let (_, mut tx) = sealed.open(Permission::ReadProjects, NOW).unwrap();
        missing(tx.projects().find(siloed.project).await.unwrap_err());
    }
}

/// The ways into a tenant, as the server's role takes them.
fn entrances(tenancy: &Tenancy) -> [String; 3] {
    let domain::access::Credential::User(user) = tenancy.owner else {
        panic!("an owner is a user");
    };
    let (tenant, project) = (tenancy.tenant, tenancy.project);
    [
        format!("SELECT platform.enter_tenant('{tenant}')"),
        format!("SELECT * FROM platform.tenant_access('{tenant}', '{user}', NULL)"),
        format!("SELECT * FROM platform.read_project('{tenant}', '{user}', NULL, '{project}')"),
    ]
}

async fn path(connection: &mut PgConnection) -> String {
    scalar(connection, "SHOW search_path").await.unwrap()
}

#[tokio::test]
async fn the_path_of_a_siloed_transaction_names_its_schema_and_the_control_plane_only() {
    let (db, pooled, siloed) = both().await;
    let mut connection = db.as_app().await;
    for entrance in entrances(&siloed) {
        let mut tx = connection.begin().await.unwrap();
        run(&mut tx, &entrance).await.unwrap();
        assert_eq!(
            path(&mut tx).await,
            format!("{}, platform", siloed.schema())
        );
        let really = "SELECT array_to_string(current_schemas(true), ' ')";
        let really: String = scalar(&mut tx, really).await.unwrap();
        assert_eq!(really, format!("pg_catalog {} platform", siloed.schema()));
        tx.rollback().await.unwrap();
    }
    for entrance in entrances(&pooled) {
        let mut tx = connection.begin().await.unwrap();
        run(&mut tx, &entrance).await.unwrap();
        assert_eq!(path(&mut tx).await, "pool, platform");
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn after_a_commit_a_rollback_and_an_error_nothing_of_the_tenant_stays() {
    let (db, _, siloed) = both().await;
    let mut connection = db.as_app().await;
    for entrance in entrances(&siloed) {
        for end in ["COMMIT", "ROLLBACK", "SELECT 1 / 0; COMMIT"] {
            run(&mut connection, "BEGIN").await.unwrap();
            run(&mut connection, &entrance).await.unwrap();
            assert_ne!(path(&mut connection).await, "pool, platform");
            if run(&mut connection, end).await.is_err() {
                run(&mut connection, "ROLLBACK").await.unwrap();
            }
            assert_eq!(path(&mut connection).await, "pool, platform", "{end}");
            let context = "SELECT concat(current_setting('app.tenant_id', true),
                                         current_setting('app.user_id', true),
                                         current_setting('app.key_id', true))";
            let context: String = scalar(&mut connection, context).await.unwrap();
            assert_eq!(context, "", "{end}");
        }
    }
}

async fn place(db: &Database, tenancy: &Tenancy, change: &str) {
    let tenant = tenancy.tenant;
    db.run(&format!(
        "UPDATE platform.organisations SET {change} WHERE id = '{tenant}'"
    ))
    .await;
}

const PROVISIONING: &str = "placement = 'silo', status = 'provisioning'";

#[tokio::test]
async fn provisioning_makes_a_complete_schema_once_however_often_it_is_asked_for() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    place(&db, &acme, PROVISIONING).await;
    let all = (0..4).map(|_| {
        let (store, tenant) = (db.store.clone(), acme.tenant);
        tokio::spawn(async move { store.provision(tenant).await })
    });
    for racing in all.collect::<Vec<_>>() {
        racing.await.unwrap().unwrap();
    }
    db.store.provision(acme.tenant).await.unwrap();
    place(&db, &acme, "status = 'active'").await;
    assert_eq!(db.store.check_catalogue().await.unwrap(), []);
    acme.write(&db.store, "in the silo").await;
    let stored = format!("SELECT count(*) FROM {}.projects", acme.schema());
    assert_eq!(db.count(&stored).await, 1);
}

#[tokio::test]
async fn only_a_silo_that_is_being_provisioned_is_made() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    for (placement, status, database) in [
        ("pool", "provisioning", "NULL"),
        ("silo", "active", "NULL"),
        ("silo", "suspended", "NULL"),
        ("silo", "deleted", "NULL"),
        ("silo", "provisioning", "'eu'"),
    ] {
        let state =
            format!("placement = '{placement}', status = '{status}', database = {database}");
        place(&db, &acme, &state).await;
        let refused = db.store.provision(acme.tenant).await.unwrap_err();
        assert!(
            matches!(refused, StoreError::Failed(_)),
            "{state}: {refused}"
        );
    }
    let nobody = TenantId::from_uuid(UuidV7.uuid());
    assert!(db.store.provision(nobody).await.is_err());
    let made = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'";
    assert_eq!(db.count(made).await, 0);
}

#[tokio::test]
async fn what_is_provisioned_in_a_transaction_that_fails_is_gone() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    place(&db, &acme, PROVISIONING).await;
    let mut connection = db.as_app().await;
    let mut tx = connection.begin().await.unwrap();
    let provision = format!("SELECT platform.provision_silo('{}')", acme.tenant);
    run(&mut tx, &provision).await.unwrap();
    assert_eq!(
        path(&mut tx).await,
        "pool, platform",
        "the function's path stays inside"
    );
    tx.rollback().await.unwrap();
    let made = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'";
    assert_eq!(db.count(made).await, 0);
}

#[tokio::test]
async fn the_server_makes_and_changes_schemas_through_the_two_functions_only() {
    let (db, _, siloed) = both().await;
    let silo = siloed.schema();
    let mut connection = db.as_app().await;
    for sql in [
        "CREATE SCHEMA mine".to_owned(),
        format!("CREATE TABLE {silo}.mine (id int)"),
        "CREATE TABLE pool.mine (id int)".to_owned(),
        "CREATE TABLE platform.mine (id int)".to_owned(),
        "CREATE TABLE public.mine (id int)".to_owned(),
        format!("DROP SCHEMA {silo} CASCADE"),
        format!("INSERT INTO {silo}.tenant_migrations VALUES ('t9999', now())"),
        "UPDATE platform.tenant_scripts SET sql = 'DROP SCHEMA pool CASCADE'".to_owned(),
        "INSERT INTO platform.tenant_scripts VALUES (7, 'mine', 'SELECT 1')".to_owned(),
        "SELECT platform.apply_tenant_script('t0001_baseline')".to_owned(),
    ] {
        let error = run(&mut connection, &sql).await.unwrap_err().to_string();
        let refused = error.contains("permission denied") || error.contains("must be owner");
        assert!(refused, "{sql}: {error}");
    }
}
