//! Taking the silos forward: all of them, each for itself.

use crate::{
    database::{Database, Tenancy, connect, run, scalar, settings},
    labels::{self, LABELS, labelled},
};
use adapter_postgres::{
    Lacking, OpenError, Outstanding, Plan, PostgresStore, SiloOutcome, SiloReport, SiloStep,
    migrate, outstanding,
};
use domain::{id::TenantId, ports::Store};
use migration::{TENANT_MIGRATIONS, TenantMigration};
use sea_orm::sqlx::{Connection, PgConnection};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

/// What takes longer will never come.
const HANGS: Duration = Duration::from_mins(1);

/// A database with so many silos at the version before [`LABELS`].
async fn with_silos(count: usize) -> (Database, Vec<Tenancy>) {
    let db = Database::new().await;
    db.silo_newcomers().await;
    let mut silos = Vec::new();
    for index in 0..count {
        silos.push(db.found(&format!("silo{index}")).await);
    }
    (db, silos)
}

async fn migrate_to(db: &Database, plan: &Plan) -> SiloReport {
    migrate(&settings(db.url.clone()), plan, &mut |_| {})
        .await
        .unwrap()
}

fn in_background(db: &Database) -> JoinHandle<SiloReport> {
    let settings = settings(db.url.clone());
    tokio::spawn(async move {
        migrate(&settings, &labels::plan(), &mut |_| {})
            .await
            .unwrap()
    })
}

/// Locks in this database: the server is shared with other tests.
macro_rules! locks {
    ($which:literal) => {
        concat!(
            "EXISTS (SELECT FROM pg_locks WHERE ",
            $which,
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
    };
}

/// Waits until a query is true of the database.
async fn until(db: &Database, condition: &str) {
    let mut connection = db.as_superuser().await;
    let condition = format!("SELECT {condition}");
    let came_true = async {
        while !scalar::<bool>(&mut connection, &condition).await.unwrap() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(HANGS, came_true).await.expect(&condition);
}

#[tokio::test]
async fn every_silo_goes_forward_once_and_is_told_of_once() {
    let (db, silos) = with_silos(7).await;
    let (mut told, mut outcomes) = (BTreeSet::new(), Vec::new());
    let mut on_step = |step: &SiloStep| {
        told.insert(step.tenant);
        outcomes.push((step.outcome.clone(), step.finished, step.total));
    };
    let server = settings(db.url.clone());
    let report = migrate(&server, &labels::plan(), &mut on_step)
        .await
        .unwrap();
    let expected = SiloReport {
        migrated: 7,
        ..SiloReport::default()
    };
    assert_eq!(report, expected);
    assert_eq!(told, silos.iter().map(|silo| silo.tenant).collect());
    let one_by_one: Vec<_> = (1..=7)
        .map(|at| (SiloOutcome::Migrated(1), at, 7))
        .collect();
    assert_eq!(outcomes, one_by_one);
    for silo in &silos {
        assert!(labelled(&db.url, &silo.schema()).await);
    }
    assert!(labelled(&db.url, "pool").await);

    let again = migrate_to(&db, &labels::plan()).await;
    assert_eq!(
        again,
        SiloReport {
            current: 7,
            ..SiloReport::default()
        }
    );
    // The version before leaves alone what the newer one did.
    let before = migrate_to(&db, &Plan::default()).await;
    assert_eq!(
        before,
        SiloReport {
            current: 7,
            ..SiloReport::default()
        }
    );
    assert_eq!(db.store.check_catalogue().await.unwrap(), []);
}

#[tokio::test]
async fn a_silo_that_fails_is_set_aside_as_it_was_until_it_succeeds() {
    let (db, silos) = with_silos(3).await;
    let (bad, schema) = (silos[1].tenant, silos[1].schema());
    // What the migration makes first succeeds, what it makes then is there already.
    db.run(&format!("CREATE TABLE {schema}.labels (id int)"))
        .await;
    let report = migrate_to(&db, &labels::plan()).await;
    assert_eq!(report.migrated, 2);
    let [(tenant, failure)] = &report.failed[..] else {
        panic!("{report:?}");
    };
    assert_eq!((*tenant, failure.migration.as_deref()), (bad, Some(LABELS)));
    assert!(failure.reason.contains("already exists"), "{failure}");
    assert!(!labelled_column(&db, &schema).await);
    let written =
        "SELECT concat_ws(' ', organisation_id, migration, error) FROM platform.silo_failures";
    let written: String = scalar(&mut db.as_superuser().await, written).await.unwrap();
    assert!(
        written.starts_with(&format!("{bad} {LABELS} ")),
        "{written}"
    );
    assert!(written.contains("already exists"), "{written}");

    let still = migrate_to(&db, &labels::plan()).await;
    assert_eq!((still.current, still.failed.len()), (2, 1));
    assert_eq!(
        db.count("SELECT count(*) FROM platform.silo_failures")
            .await,
        1
    );

    db.run(&format!("DROP TABLE {schema}.labels")).await;
    let mended = migrate_to(&db, &labels::plan()).await;
    assert_eq!(
        mended,
        SiloReport {
            migrated: 1,
            current: 2,
            failed: Vec::new()
        }
    );
    assert_eq!(
        db.count("SELECT count(*) FROM platform.silo_failures")
            .await,
        0
    );
}

async fn labelled_column(db: &Database, schema: &str) -> bool {
    let sql = format!(
        "SELECT count(*) FROM pg_attribute
          WHERE attrelid = '{schema}.projects'::regclass AND attname = 'label'"
    );
    db.count(&sql).await == 1
}

#[tokio::test]
async fn a_lost_schema_is_reported_and_not_made_anew_and_one_to_be_made_is_left_alone() {
    let (db, silos) = with_silos(3).await;
    let (lost, unmade) = (&silos[0], &silos[1]);
    db.run(&format!(
        "DROP SCHEMA {} CASCADE; DROP SCHEMA {} CASCADE;
         UPDATE platform.organisations SET status = 'provisioning' WHERE id = '{}'",
        lost.schema(),
        unmade.schema(),
        unmade.tenant
    ))
    .await;
    let report = migrate_to(&db, &labels::plan()).await;
    assert_eq!(report.migrated, 1);
    let [(tenant, failure)] = &report.failed[..] else {
        panic!("{report:?}");
    };
    assert_eq!((*tenant, &failure.migration), (lost.tenant, &None));
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'";
    assert_eq!(db.count(schemas).await, 1);
    db.store.provision(unmade.tenant).await.unwrap();
    assert!(labelled(&db.url, &unmade.schema()).await);
}

/// A transaction that somebody else has open.
async fn elsewhere(db: &Database, sql: &str) -> PgConnection {
    let mut connection = connect(&db.url).await;
    run(&mut connection, "BEGIN").await.unwrap();
    run(&mut connection, sql).await.unwrap();
    connection
}

#[tokio::test]
async fn a_silo_that_is_in_use_is_tried_again_while_the_others_go_on() {
    let (db, silos) = with_silos(4).await;
    let busy = silos[0].schema();
    let mut user = elsewhere(
        &db,
        &format!("LOCK TABLE {busy}.projects IN ACCESS SHARE MODE"),
    )
    .await;
    let runner = in_background(&db);
    // It is refused the lock in the end, and comes back for it.
    let others = silos[1..]
        .iter()
        .map(|silo| format!("to_regclass('{}.labels') IS NOT NULL", silo.schema()));
    until(&db, &others.collect::<Vec<_>>().join(" AND ")).await;
    let waits = locks!("NOT granted");
    until(&db, waits).await;
    until(&db, &format!("NOT {waits}")).await;
    assert!(!labelled(&db.url, &busy).await);
    run(&mut user, "COMMIT").await.unwrap();
    let expected = SiloReport {
        migrated: 4,
        ..SiloReport::default()
    };
    assert_eq!(runner.await.unwrap(), expected);
    assert!(labelled(&db.url, &busy).await);
}

#[tokio::test]
async fn a_silo_that_stays_in_use_is_set_aside() {
    let (db, silos) = with_silos(2).await;
    let busy = silos[0].schema();
    let _user = elsewhere(
        &db,
        &format!("LOCK TABLE {busy}.projects IN ACCESS SHARE MODE"),
    )
    .await;
    let report = migrate_to(&db, &labels::plan()).await;
    assert_eq!(report.migrated, 1);
    let [(tenant, failure)] = &report.failed[..] else {
        panic!("{report:?}");
    };
    assert_eq!(
        (*tenant, failure.migration.as_deref()),
        (silos[0].tenant, Some(LABELS))
    );
    assert!(failure.reason.contains("lock timeout"), "{failure}");
}

#[tokio::test]
async fn two_runners_at_once_share_the_work() {
    let (db, silos) = with_silos(12).await;
    let (one, two) = (in_background(&db), in_background(&db));
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_eq!((&one.failed, &two.failed), (&Vec::new(), &Vec::new()));
    assert_eq!(one.migrated + two.migrated, silos.len());
    assert_eq!(one.current + two.current, silos.len());
    for silo in &silos {
        assert!(labelled(&db.url, &silo.schema()).await);
    }
}

fn lock_of(tenant: TenantId) -> String {
    format!("SELECT pg_advisory_xact_lock(platform.silo_lock('{tenant}'))")
}

/// Whether the runner has stored its scripts.
const STORED: &str = "EXISTS (SELECT FROM platform.tenant_scripts WHERE name = 't9000_labels')";

#[tokio::test]
async fn a_silo_that_is_made_during_the_run_is_made_at_the_newest_version() {
    let (db, silos) = with_silos(2).await;
    let newcomer = &silos[1];
    db.run(&format!(
        "DROP SCHEMA {} CASCADE;
         UPDATE platform.organisations SET status = 'provisioning' WHERE id = '{}'",
        newcomer.schema(),
        newcomer.tenant
    ))
    .await;
    let mut other = elsewhere(&db, &lock_of(silos[0].tenant)).await;
    let runner = in_background(&db);
    until(&db, STORED).await;
    db.store.provision(newcomer.tenant).await.unwrap();
    assert!(labelled(&db.url, &newcomer.schema()).await);
    assert!(!runner.is_finished(), "the run goes on");
    run(&mut other, "COMMIT").await.unwrap();
    assert_eq!(runner.await.unwrap().failed, []);
    assert_eq!(db.store.check_catalogue().await.unwrap(), []);
}

#[tokio::test]
async fn a_silo_whose_making_began_before_the_run_is_taken_forward_by_it() {
    let (db, silos) = with_silos(1).await;
    let early = &silos[0];
    db.run(&format!(
        "DROP SCHEMA {} CASCADE;
         UPDATE platform.organisations SET status = 'provisioning' WHERE id = '{}'",
        early.schema(),
        early.tenant
    ))
    .await;
    let provision = format!("SELECT platform.provision_silo('{}')", early.tenant);
    let mut maker = elsewhere(&db, &provision).await;
    let runner = in_background(&db);
    until(
        &db,
        locks!("NOT granted AND relation = 'platform.tenant_scripts'::regclass"),
    )
    .await;
    run(&mut maker, "COMMIT").await.unwrap();
    let expected = SiloReport {
        migrated: 1,
        ..SiloReport::default()
    };
    assert_eq!(runner.await.unwrap(), expected);
    assert!(labelled(&db.url, &early.schema()).await);
}

#[tokio::test]
async fn a_silo_that_is_removed_during_the_run_is_no_failure() {
    let (db, silos) = with_silos(2).await;
    let gone = &silos[0];
    db.run(&format!(
        "UPDATE platform.organisations SET status = 'deleted' WHERE id = '{}'",
        gone.tenant
    ))
    .await;
    let mut remover = elsewhere(&db, &lock_of(gone.tenant)).await;
    let runner = in_background(&db);
    until(
        &db,
        &format!("to_regclass('{}.labels') IS NOT NULL", silos[1].schema()),
    )
    .await;
    let purge = format!("SELECT platform.purge_tenant('{}')", gone.tenant);
    run(&mut remover, &purge).await.unwrap();
    run(&mut remover, "COMMIT").await.unwrap();
    let expected = SiloReport {
        migrated: 1,
        current: 1,
        failed: Vec::new(),
    };
    assert_eq!(runner.await.unwrap(), expected);
    assert_eq!(
        db.count("SELECT count(*) FROM platform.silo_failures")
            .await,
        0
    );
}

#[tokio::test]
async fn looking_first_tells_what_would_be_done_and_does_none_of_it() {
    let empty = settings(Database::create());
    let names = |outstanding: &Outstanding| outstanding.shared.join(" ");
    let told = outstanding(&empty, &Plan::default()).await.unwrap();
    assert_eq!(
        names(&told),
        "m0001_organisation_api m0002_tenancy t0001_baseline t0002_resources_and_audit_detail"
    );
    let made = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('platform', 'pool')";
    let mut connection = connect(&empty.url).await;
    assert_eq!(scalar::<i64>(&mut connection, made).await.unwrap(), 0);

    let (db, silos) = with_silos(3).await;
    let server = settings(db.url.clone());
    let nothing = Outstanding {
        shared: Vec::new(),
        silos: Vec::new(),
    };
    assert_eq!(
        outstanding(&server, &Plan::default()).await.unwrap(),
        nothing
    );
    db.run(&format!("DROP SCHEMA {} CASCADE", silos[2].schema()))
        .await;
    let told = outstanding(&server, &labels::plan()).await.unwrap();
    assert_eq!(names(&told), LABELS);
    let by_tenant: BTreeMap<_, _> = told
        .silos
        .into_iter()
        .map(|Lacking { tenant, lacking }| (tenant, lacking))
        .collect();
    let behind = Ok(vec![LABELS.to_owned()]);
    assert_eq!(by_tenant[&silos[0].tenant], behind);
    assert_eq!(by_tenant[&silos[1].tenant], behind);
    assert!(by_tenant[&silos[2].tenant].is_err());
    assert!(!labelled(&db.url, &silos[0].schema()).await);
    assert_eq!(
        db.count(&format!("SELECT ({STORED})::int::bigint")).await,
        0
    );
}

#[tokio::test]
async fn a_tenant_migration_that_was_edited_is_refused_and_changes_nothing() {
    let (db, _) = with_silos(1).await;
    let edited = |tables| TenantMigration {
        tables,
        ..TENANT_MIGRATIONS[1]
    };
    for (second, third) in [
        (edited("SELECT 1;"), labels::MIGRATION),
        (labels::MIGRATION, TENANT_MIGRATIONS[1]),
    ] {
        let plan = Plan {
            tenant_migrations: vec![TENANT_MIGRATIONS[0], second, third].leak(),
            ..Plan::default()
        };
        let refused = migrate(&settings(db.url.clone()), &plan, &mut |_| {}).await;
        let OpenError::Unusable(reason) = refused.unwrap_err() else {
            panic!("it was refused for another reason");
        };
        assert!(reason.contains("edited"), "{reason}");
        assert!(reason.contains(TENANT_MIGRATIONS[1].name), "{reason}");
    }
    assert_eq!(
        db.count(&format!("SELECT ({STORED})::int::bigint")).await,
        0
    );
}

#[tokio::test]
async fn grants_that_changed_reach_every_silo() {
    let (db, silos) = with_silos(2).await;
    let other = adapter_postgres::PostgresSettings {
        app_role: "saas_api_other".to_owned(),
        ..settings(db.url.clone())
    };
    let report = migrate(&other, &Plan::default(), &mut |_| {})
        .await
        .unwrap();
    assert_eq!(report.migrated, 2);
    let store = PostgresStore::open(&other, Arc::new(adapter_local::ambient::UuidV7))
        .await
        .unwrap();
    assert_eq!(store.posture().role, "saas_api_other");
    silos[0].write(&store, "by another role").await;
}

#[tokio::test]
async fn a_runner_that_is_dropped_leaves_no_silo_halfway_and_no_lock() {
    let (db, silos) = with_silos(6).await;
    for polls in [1, 3, 10, 30, 60] {
        let runner = in_background(&db);
        sleep(Duration::from_millis(polls)).await;
        runner.abort();
    }
    until(&db, concat!("NOT ", locks!("locktype = 'advisory'"))).await;
    for silo in &silos {
        // Panics when it is neither.
        labelled(&db.url, &silo.schema()).await;
    }
    assert_eq!(migrate_to(&db, &labels::plan()).await.failed, []);
    let mut open = db.as_superuser().await;
    let open: i64 = {
        let mut tx = open.begin().await.unwrap();
        let sql = "SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        scalar(&mut tx, sql).await.unwrap()
    };
    assert_eq!(open, 0);
}
