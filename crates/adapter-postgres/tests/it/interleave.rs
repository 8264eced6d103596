//! Many tasks of many organisations on few connections: some are cut off at any moment, some fail inside their
//! transaction, some go back to a savepoint. Nobody ever meets what somebody else left.
//!
//! It goes on for five seconds, for a minute with `SAAS_TEST_LONG=1`.

use crate::{
    database::{Database, NOW, Tenancy, new_project, run, settings},
    random::Random,
};
use adapter_local::ambient::UuidV7;
use adapter_postgres::{PostgresSettings, PostgresStore};
use domain::{
    access::Credential,
    api_key::{ApiKey, KeyDigest, KeyId, KeyTerms, NewKey},
    audit::{AuditFilter, AuditTrail},
    id::ApiKeyId,
    page::{PageRequest, Start},
    permission::Permission,
    ports::{Access, IdGenerator, Store, TenantReads, TenantTx},
    project::{Project, ProjectFilter, ProjectSort},
    text::ApiKeyName,
};
use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 4;
const TASKS: usize = 64;
/// Of each placement.
const TENANTS: usize = 25;
const PAGE: PageRequest = PageRequest {
    limit: 10,
    start: Start::Offset(0),
};
const PROJECTS: ProjectFilter = ProjectFilter {
    status: None,
    name: None,
    created_by: None,
    sort_by: ProjectSort::CreatedAt,
    descending: true,
};

/// An organisation all of whose things bear one name, its canary, and those who come to it.
struct Home {
    name: String,
    tenancy: Tenancy,
    key: Credential,
}

/// What there is to do in an organisation.
#[derive(Clone, Copy)]
enum Errand {
    Read,
    List,
    Inspect,
    Write,
    /// Asks for what another organisation has.
    Trespass,
    /// Breaks a rule of the database inside the transaction.
    Fail,
}

#[derive(Default)]
struct Tally {
    done: AtomicU64,
    failed: AtomicU64,
    cut_off: AtomicU64,
}

struct Crowd {
    store: Arc<PostgresStore>,
    homes: Vec<Home>,
    tally: Tally,
}

impl Home {
    async fn found(db: &Database, name: String) -> Self {
        let tenancy = db.found(&name).await;
        let id = ApiKeyId::from_uuid(UuidV7.uuid());
        let (_, n) = id.as_uuid().as_u64_pair();
        let secret = NewKey {
            raw: String::new(),
            key_id: KeyId::parse(&format!("{n:022}")).unwrap(),
            digest: KeyDigest::new([7; 32]),
        };
        let terms = KeyTerms {
            name: ApiKeyName::parse(&name).unwrap(),
            description: None,
            scopes: [Permission::ReadProjects, Permission::CreateProjects]
                .into_iter()
                .collect(),
            expires_at: None,
            allowed_from: None,
        };
        let Credential::User(owner) = tenancy.owner else {
            unreachable!("a user founds");
        };
        let key = ApiKey::issue(id, tenancy.tenant, terms, &secret, owner, NOW);
        let sealed = db
            .store
            .begin(&tenancy.owner, tenancy.tenant, Access::Write);
        let (scope, mut tx) = sealed
            .await
            .unwrap()
            .open(Permission::CreateApiKeys, NOW)
            .unwrap();
        tx.api_keys().insert(&key, &secret).await.unwrap();
        tx.commit(&scope, AuditTrail::exempt("a test of the pool"))
            .await
            .unwrap();
        let key = Credential::ApiKey {
            key_id: secret.key_id,
            digest: secret.digest,
        };
        Self { name, tenancy, key }
    }

    fn assert_own(&self, projects: &[Project]) {
        for project in projects {
            assert_eq!(project.tenant(), self.tenancy.tenant);
            assert_eq!(project.name().as_str(), self.name);
        }
    }

    /// Holds when whatever a transaction finds is this organisation's.
    async fn inspect(&self, mut tx: Box<dyn TenantTx>) {
        let tenant = tx.tenant().find().await.unwrap().unwrap();
        assert_eq!(tenant.name().as_str(), self.name);
        let members = tx.members().list(&PAGE).await.unwrap().items;
        let names: Vec<_> = members
            .iter()
            .map(|member| member.user.display_name.as_str())
            .collect();
        assert_eq!(names, [&self.name]);
        let keys = tx.api_keys().list(&PAGE).await.unwrap().items;
        let names: Vec<_> = keys.iter().map(|key| key.terms.name.as_str()).collect();
        assert_eq!(names, [&self.name]);
        let filter = AuditFilter::default();
        let events = tx.audit_log().list(&filter, &PAGE).await.unwrap().items;
        assert!(!events.is_empty());
        assert!(
            events
                .iter()
                .all(|event| event.tenant == self.tenancy.tenant)
        );
        let projects = tx.projects().list(&PROJECTS, &PAGE).await.unwrap().items;
        assert!(!projects.is_empty());
        self.assert_own(&projects);
    }
}

impl Crowd {
    async fn run(&self, errand: Errand, home: usize, other: usize, by_key: bool) {
        let (home, other) = (&self.homes[home], &self.homes[other]);
        let Tenancy {
            owner,
            tenant,
            project,
        } = &home.tenancy;
        let (store, tenant) = (&*self.store, *tenant);
        let caller = if by_key { &home.key } else { owner };
        match errand {
            Errand::Read => {
                let sealed = store.project(caller, tenant, *project).await.unwrap();
                let (_, found) = sealed.open(Permission::ReadProjects, NOW).unwrap();
                home.assert_own(&[found.unwrap()]);
            }
            Errand::List => {
                let sealed = store
                    .projects(caller, tenant, &PROJECTS, &PAGE)
                    .await
                    .unwrap();
                let (_, page) = sealed.open(Permission::ReadProjects, NOW).unwrap();
                assert!(!page.items.is_empty());
                home.assert_own(&page.items);
            }
            Errand::Inspect => {
                let sealed = store.begin(caller, tenant, Access::Read).await.unwrap();
                let (_, tx) = sealed.open(Permission::ReadProjects, NOW).unwrap();
                home.inspect(tx).await;
            }
            Errand::Write | Errand::Fail => {
                let sealed = store.begin(caller, tenant, Access::Write).await.unwrap();
                let (scope, mut tx) = sealed.open(Permission::CreateProjects, NOW).unwrap();
                let project = new_project(tenant, &home.name);
                tx.projects().insert(&project).await.unwrap();
                if matches!(errand, Errand::Fail) {
                    assert!(tx.projects().insert(&project).await.is_err());
                    return;
                }
                let trail = AuditTrail::exempt("a test of the pool");
                tx.commit(&scope, trail).await.unwrap();
            }
            Errand::Trespass => {
                let theirs = other.tenancy.project;
                let sealed = store.project(caller, tenant, theirs).await.unwrap();
                let (_, found) = sealed.open(Permission::ReadProjects, NOW).unwrap();
                assert_eq!(found, None);
                let theirs = other.tenancy.tenant;
                let sealed = store.begin(caller, theirs, Access::Read).await.unwrap();
                assert!(sealed.open_to_belonging(NOW).is_err());
            }
        }
    }

    /// One task: errand after errand, each on a task of its own so that it can be cut off.
    async fn roam(self: Arc<Self>, mut random: Random, until: Instant) {
        while Instant::now() < until {
            let home = random.below(2 * TENANTS as u64);
            let other = (home + 1 + random.below(2 * TENANTS as u64 - 1)) % (2 * TENANTS as u64);
            let [home, other] = [home, other].map(|at| usize::try_from(at).unwrap());
            let (fate, by_key) = (random.below(10), random.below(2) == 0);
            let errand = match (fate, random.below(6)) {
                (0, 5) | (9, _) => Errand::Fail,
                (_, 0) => Errand::Read,
                (_, 1) => Errand::List,
                (_, 2) => Errand::Inspect,
                (_, 3) => Errand::Write,
                _ => Errand::Trespass,
            };
            let crowd = self.clone();
            let task = tokio::spawn(async move { crowd.run(errand, home, other, by_key).await });
            if fate < 2 {
                tokio::time::sleep(Duration::from_micros(random.below(20_000))).await;
                task.abort();
            }
            let counter = match task.await {
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => &self.tally.cut_off,
                Ok(()) if matches!(errand, Errand::Fail) => &self.tally.failed,
                Ok(()) => &self.tally.done,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until every connection is back, and says how many there are.
    async fn at_rest(&self) -> usize {
        while self.store.usage().in_use > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.store.usage().idle
    }
}

/// Connections of the server, by what they are doing.
async fn sessions(db: &Database, state: &str) -> i64 {
    db.count(&format!(
        "SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'saas-api' AND state {state}"
    ))
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_becomes_of_a_transaction_nobody_meets_what_it_left() {
    let seconds = match env::var("SAAS_TEST_LONG") {
        Ok(long) if long == "1" => 60,
        _ => 5,
    };
    let mut random = Random::new();
    let db = Database::with(PostgresSettings {
        connections_per_worker: CONNECTIONS,
        acquire: Duration::from_mins(1),
        statement_timeout: Duration::from_mins(1),
        lock_timeout: Duration::from_mins(1),
        idle_in_transaction_timeout: Duration::from_mins(1),
        ..settings(Database::create())
    })
    .await;
    let mut homes = Vec::new();
    for n in 0..2 * TENANTS {
        if n == TENANTS {
            db.silo_newcomers().await;
        }
        homes.push(Home::found(&db, format!("canary-{n}")).await);
    }
    db.run(include_str!("interleave.sql")).await;
    let crowd = Arc::new(Crowd {
        store: db.store.clone(),
        homes,
        tally: Tally::default(),
    });

    let until = Instant::now() + Duration::from_secs(seconds);
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        tasks.spawn(crowd.clone().roam(random.fork(), until));
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let Tally {
        done,
        failed,
        cut_off,
    } = &crowd.tally;
    let [done, failed, cut_off] = [done, failed, cut_off].map(|n| n.load(Ordering::Relaxed));
    println!("{done} done, {failed} failed, {cut_off} cut off in {seconds} s");
    assert!(done > 0 && failed > 0 && cut_off > 0);

    // Each connection once more at the same time: entering is what looks at what it was left with.
    let connections = crowd.at_rest().await;
    assert!((1..=CONNECTIONS).contains(&connections), "{connections}");
    let mut held = Vec::new();
    for home in &crowd.homes[..connections] {
        let entering = db.store.begin(&home.key, home.tenancy.tenant, Access::Read);
        held.push(entering.await.unwrap());
    }
    drop(held);
    let connections = crowd.at_rest().await;
    // A connection that was closed in the middle of something takes a moment to end.
    while sessions(&db, "<> 'idle'").await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        sessions(&db, "= 'idle'").await,
        i64::try_from(connections).unwrap()
    );

    let home = &crowd.homes[0].tenancy;
    let mut left = db.as_app().await;
    let entry = format!(
        "SELECT * FROM platform.tenant_access('{}', NULL, 'k')",
        home.tenant
    );
    run(&mut left, &entry).await.unwrap();
    for left_behind in ["app.user_id = 'x'", "search_path = pool"] {
        run(&mut left, &format!("SET {left_behind}")).await.unwrap();
        let refused = run(&mut left, &entry).await.unwrap_err().to_string();
        assert!(refused.contains("left behind"), "{refused}");
        run(&mut left, "RESET ALL").await.unwrap();
    }
}
