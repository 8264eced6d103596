//! Many silos, and a runner that does not live to see the end: `kill -9` again and again, the database's crash once.
//!
//! With `SAAS_TEST_LONG=1` there are a thousand silos and twenty kills. What was measured is printed.

use crate::{
    database::{Database, connect, run, scalar, settings},
    labels::{self, LABELS},
    random::Random,
};
use adapter_local::ambient::UuidV7;
use adapter_postgres::{Plan, PostgresStore, migrate};
use domain::{id::TenantId, ports::Store};
use migration::{TENANT_MIGRATIONS, TenantMigration};
use private_postgres::{Durability, PrivatePostgres};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    num::NonZeroUsize,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Tells the test below which database to work on.
const URL: &str = "SAAS_TEST_RUNNER_URL";
/// What it prints when it was at it.
const DONE: &str = "silos taken forward: ";
/// What takes longer will never come.
const HANGS: Duration = Duration::from_mins(1);
/// No session may grow beyond this, in MiB: it is replaced before it has touched too many schemas.
const SESSION_LIMIT: u64 = 32;

/// The runner; as a process of its own when [`URL`] is set.
#[tokio::test]
async fn a_runner_takes_what_is_left_forward() {
    let url = if let Ok(url) = env::var(URL) {
        url
    } else {
        let db = Database::new().await;
        make_silos(&db.url, 2).await;
        db.url
    };
    let report = migrate(&settings(url), &labels::plan(), &mut |_| {})
        .await
        .unwrap();
    assert_eq!(report.failed, []);
    assert!(report.migrated + report.current > 0, "there was no silo");
    println!("{DONE}{}", report.migrated);
}

fn runner(url: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "fan_out::a_runner_takes_what_is_left_forward",
            "--exact",
            "--nocapture",
        ])
        .env(URL, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// How many silos a runner took forward that came to its end.
fn finished(child: Child) -> usize {
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    let line = printed.lines().find_map(|line| line.split_once(DONE));
    line.unwrap().1.parse().unwrap()
}

/// Makes silos as the server does.
async fn make_silos(url: &str, count: usize) {
    let add = format!(
        "INSERT INTO platform.organisations (id, name, slug, version, created_at, updated_at, placement, status)
         SELECT gen_random_uuid(), 'Silo', 'silo-' || n, 1, now(), now(), 'silo', 'provisioning'
           FROM generate_series(1, {count}) n"
    );
    let mut superuser = connect(url).await;
    run(&mut superuser, &add).await.unwrap();
    let ids = "SELECT array_agg(id) FROM platform.organisations";
    let ids: Vec<Uuid> = scalar(&mut superuser, ids).await.unwrap();
    let store = PostgresStore::open(&settings(url.to_owned()), Arc::new(UuidV7))
        .await
        .unwrap();
    for id in ids {
        store.provision(TenantId::from_uuid(id)).await.unwrap();
    }
    run(
        &mut superuser,
        "UPDATE platform.organisations SET status = 'active'",
    )
    .await
    .unwrap();
}

/// The silos that are at the new version. Every other one is exactly at the old one.
async fn forward(url: &str) -> BTreeSet<String> {
    let sql = include_str!("versions.sql").replace("{name}", LABELS);
    let parts: Vec<String> = scalar(&mut connect(url).await, &sql).await.unwrap();
    let mut forward = BTreeSet::new();
    for line in parts {
        let (schema, parts) = line.split_once(' ').unwrap();
        assert!(
            ["ttttt", "fffff"].contains(&parts),
            "{schema} is halfway: {parts}"
        );
        if parts == "ttttt" {
            forward.insert(schema.to_owned());
        }
    }
    forward
}

/// Waits until so many silos are at the new version, or the runner has ended.
async fn until(url: &str, count: usize, child: &mut Child) {
    let mut connection = connect(url).await;
    let sql = "SELECT count(*) FROM pg_class WHERE relname = 'ix_projects_label' AND relnamespace <> 'pool'::regnamespace";
    while child.try_wait().unwrap().is_none() {
        let done: i64 = scalar(&mut connection, sql).await.unwrap();
        if usize::try_from(done).unwrap() >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits for the sessions of a runner that is no more, and holds that it left no lock.
async fn nothing_is_left(url: &str) {
    let mut connection = connect(url).await;
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'saas-api'";
    let end = Instant::now() + HANGS;
    while scalar::<i64>(&mut connection, sessions).await.unwrap() > 0 {
        assert!(Instant::now() < end, "a session outlives its runner");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let locks = "SELECT count(*) FROM pg_locks LEFT JOIN pg_stat_activity a USING (pid)
                  WHERE pid <> pg_backend_pid() AND a.backend_type IS DISTINCT FROM 'autovacuum worker'";
    assert_eq!(scalar::<i64>(&mut connection, locks).await.unwrap(), 0);
}

/// Anonymous memory of the largest session of a runner, and of the largest runner, in MiB.
#[derive(Debug, Default)]
struct Peak {
    session: u64,
    runner: u64,
}

impl Peak {
    async fn watch(url: &str, runners: &mut [Child]) -> Self {
        let mut connection = connect(url).await;
        let pids = "SELECT coalesce(array_agg(pid), '{}') FROM pg_stat_activity WHERE application_name = 'saas-api'";
        let mut peak = Self::default();
        while runners
            .iter_mut()
            .any(|runner| runner.try_wait().unwrap().is_none())
        {
            let sessions: Vec<i32> = scalar(&mut connection, pids).await.unwrap();
            let sessions = sessions
                .into_iter()
                .map(i32::cast_unsigned)
                .filter_map(mebibytes);
            peak.session = sessions.fold(peak.session, u64::max);
            let runners = runners.iter().map(Child::id).filter_map(mebibytes);
            peak.runner = runners.fold(peak.runner, u64::max);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        peak
    }
}

/// The memory of a process that is its own, if it still runs.
fn mebibytes(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024)
}

/// Which session took a silo forward.
const SESSIONS: TenantMigration = TenantMigration {
    name: "t9000_sessions",
    tables: "CREATE TABLE session AS SELECT pg_backend_pid() AS pid;",
    postgres: "",
};

#[tokio::test]
async fn no_session_takes_more_than_a_hundred_silos_forward() {
    let db = Database::new().await;
    make_silos(&db.url, 120).await;
    let plan = Plan {
        tenant_migrations: [TENANT_MIGRATIONS, &[SESSIONS]].concat().leak(),
        jobs: NonZeroUsize::MIN,
    };
    let report = migrate(&settings(db.url.clone()), &plan, &mut |_| {})
        .await
        .unwrap();
    assert_eq!(report.migrated, 120);
    let mut connection = db.as_superuser().await;
    let tables =
        "SELECT array_agg(nspname || '.session') FROM pg_namespace WHERE nspname LIKE 't\\_%'";
    let tables: Vec<String> = scalar(&mut connection, tables).await.unwrap();
    let mut by_session: BTreeMap<i32, usize> = BTreeMap::new();
    for table in tables {
        let pid = scalar(&mut connection, &format!("SELECT pid FROM {table}"))
            .await
            .unwrap();
        *by_session.entry(pid).or_default() += 1;
    }
    let mut counts: Vec<_> = by_session.into_values().collect();
    counts.sort_unstable();
    assert_eq!(counts, [20, 100]);
}

#[tokio::test]
async fn whatever_kills_the_runner_each_silo_is_here_or_there_and_the_rest_is_done_later() {
    let long = env::var("SAAS_TEST_LONG").is_ok_and(|long| long == "1");
    let (silos, kills) = if long { (1_000, 20) } else { (30, 3) };
    let mut random = Random::new();
    // What has been committed is handed to the operating system, which does not crash; writing it through to the disk
    // would be most of the time that this takes.
    let mut server = PrivatePostgres::start_own(Durability::Volatile).unwrap();
    let url = server.create_database("fan_out");
    server.query(&url, "ALTER DATABASE fan_out SET synchronous_commit = on");
    migrate(&settings(url.clone()), &Plan::default(), &mut |_| {})
        .await
        .unwrap();
    let start = Instant::now();
    make_silos(&url, silos).await;
    let made = start.elapsed();

    println!("{silos} silos made in {made:?}");
    let (mut done, mut cut_off) = (forward(&url).await.len(), 0);
    assert_eq!(done, 0);
    // The last of them leaves something to do.
    let stride = silos / (2 * kills + 2);
    for at in 0..=kills {
        let mut child = runner(&url);
        let ahead = 1 + random.below(stride as u64);
        until(&url, done + usize::try_from(ahead).unwrap(), &mut child).await;
        thread::sleep(Duration::from_micros(random.below(5_000)));
        if at == kills / 2 {
            server.crash();
            assert!(!child.wait().unwrap().success(), "it noticed nothing");
            server.start_again().unwrap();
        } else {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        nothing_is_left(&url).await;
        let now = forward(&url).await.len();
        assert!(now >= done, "what was done stays done");
        cut_off += usize::from(now > done && now < silos);
        done = now;
    }
    assert!(cut_off > 0, "no run was cut off");

    let start = Instant::now();
    let mut runners = [runner(&url), runner(&url)];
    let peak = Peak::watch(&url, &mut runners).await;
    let rest: usize = runners.into_iter().map(finished).sum();
    let took = start.elapsed();
    assert_eq!(
        rest,
        silos - done,
        "they do what is left, and nothing twice"
    );
    assert_eq!(forward(&url).await.len(), silos);
    nothing_is_left(&url).await;
    let failures = "SELECT count(*) FROM platform.silo_failures";
    assert_eq!(
        scalar::<i64>(&mut connect(&url).await, failures)
            .await
            .unwrap(),
        0
    );
    println!(
        "{kills} kills and a crash, {cut_off} of them in the middle; then two runners took {rest} forward in {took:?}; \
         {peak:?} MiB"
    );
    assert!(peak.session <= SESSION_LIMIT, "{peak:?}");
}
