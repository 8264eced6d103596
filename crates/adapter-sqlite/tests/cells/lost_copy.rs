//! A crash between the two commits: the effect is there, the other database's copy of the outcome is not.

use super::database;
use adapter_cells::CellStore;
use adapter_local::ambient::UuidV7;
use domain::{
    access::TenantScope,
    audit::{AuditEvent, AuditFilter, AuditTrail},
    email::Email,
    id::{MembershipId, ProjectId, TenantId, UserId},
    idempotency::{Claim, IdempotencyKey, StoredOutcome},
    membership::Membership,
    page::{PageRequest, Start},
    password::PasswordHash,
    ports::{Access, IdGenerator, Store, TenantTx},
    project::{Project, ProjectStatus},
    role::Role,
    tenant::{Isolation, Placement, Tenant, Tier},
    text::{DatabaseName, DisplayName, ProjectName, TenantName},
    user::{Account, User},
};
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use time::OffsetDateTime;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
const DATABASES: [&str; 2] = ["main.db", "cell.db"];

/// An organisation in a cell, opened as it is in service.
struct World {
    store: CellStore,
    scope: TenantScope,
    directory: TempDir,
}

fn nothing() -> AuditTrail {
    AuditTrail::exempt("what a test prepares is not worth an event")
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let [main, cell] = DATABASES.map(|name| directory.path().join(name));
        let name = DatabaseName::parse("elsewhere").unwrap();
        let cells = [(name.clone(), database(&cell).await)];
        let store = CellStore::new(database(&main).await, cells);
        let place = Placement {
            isolation: Isolation::Pool,
            database: Some(name),
        };
        let (id, owner) = (
            TenantId::from_uuid(UuidV7.uuid()),
            UserId::from_uuid(UuidV7.uuid()),
        );
        let tenant = Tenant::found(id, TenantName::parse("Acme").unwrap(), None, NOW);
        let scope = TenantScope::founder(id, owner, NOW);
        let world = Self {
            store,
            scope,
            directory,
        };
        world.register(owner).await;
        let mut tx = world
            .store
            .begin_platform(Some(owner), Access::Write)
            .await
            .unwrap();
        tx.tenants()
            .insert(&tenant.placed(Tier::Pro, place))
            .await
            .unwrap();
        let mut tx = tx.enter(world.scope.clone()).await.unwrap();
        tx.members()
            .insert(&world.member(owner, Role::Owner))
            .await
            .unwrap();
        tx.commit(&world.scope, nothing()).await.unwrap();
        world.store.provision(id).await.unwrap();
        world
    }

    async fn register(&self, id: UserId) {
        let email = Email::parse(&format!("{}@example.com", id.as_uuid().simple())).unwrap();
        let account = Account {
            user: User::register(id, email, DisplayName::parse("Ada").unwrap(), NOW),
            password_hash: PasswordHash::new("$unusable$".to_owned()),
        };
        let mut tx = self
            .store
            .begin_platform(Some(id), Access::Write)
            .await
            .unwrap();
        tx.users().insert(&account).await.unwrap();
        tx.commit(id, &NOW.into(), nothing()).await.unwrap();
    }

    fn member(&self, user: UserId, role: Role) -> Membership {
        let id = MembershipId::from_uuid(UuidV7.uuid());
        Membership::join(id, self.scope.tenant(), user, role, NOW)
    }

    async fn begin(&self) -> Box<dyn TenantTx> {
        let tx = self
            .store
            .begin_platform(None, Access::Write)
            .await
            .unwrap();
        tx.enter(self.scope.clone()).await.unwrap()
    }

    async fn claim(&self, tx: &mut dyn TenantTx) -> Claim {
        let actor = self.scope.actor().as_uuid();
        tx.idempotency().claim(actor, &key(), NOW).await.unwrap()
    }

    /// Claims a key, has an effect, keeps the outcome.
    async fn carry_out(&self, effect: impl AsyncFnOnce(&mut dyn TenantTx) -> AuditTrail) {
        let mut tx = self.begin().await;
        assert_eq!(self.claim(&mut *tx).await, Claim::Fresh);
        let trail = effect(&mut *tx).await;
        let actor = self.scope.actor().as_uuid();
        tx.idempotency()
            .complete(actor, &key(), &outcome())
            .await
            .unwrap();
        tx.commit(&self.scope, trail).await.unwrap();
    }

    /// Forgets every outcome in one of the databases.
    #[expect(
        clippy::disallowed_methods,
        reason = "no port forgets what has not expired"
    )]
    async fn forget(&self, database: &str) {
        let path = self.directory.path().join(database);
        let database = Database::connect(format!("sqlite://{}", path.display()))
            .await
            .unwrap();
        let forget = "DELETE FROM idempotency_records";
        let forgotten = database.execute_unprepared(forget).await.unwrap();
        assert_eq!(
            forgotten.rows_affected(),
            1,
            "the outcome is in both databases"
        );
    }

    async fn events(&self) -> usize {
        let everything = PageRequest {
            limit: 100,
            start: Start::After(None),
        };
        let mut tx = self.begin().await;
        let log = tx.audit_log();
        log.list(&AuditFilter::default(), &everything)
            .await
            .unwrap()
            .items
            .len()
    }
}

fn key() -> IdempotencyKey {
    IdempotencyKey {
        key: "once".to_owned(),
        operation: "POST /x".to_owned(),
        fingerprint: [7; 32],
        keep: time::Duration::DAY,
    }
}

fn outcome() -> StoredOutcome {
    StoredOutcome("done".to_owned())
}

#[tokio::test]
async fn an_effect_in_the_cell_is_remembered_when_the_main_database_lost_the_outcome() {
    for lost in DATABASES {
        let world = World::new().await;
        let tenant = world.scope.tenant();
        world
            .carry_out(async |tx| {
                let id = ProjectId::from_uuid(UuidV7.uuid());
                let name = ProjectName::parse("Apollo").unwrap();
                let fields = (name, None, ProjectStatus::Active);
                let project = Project::create(id, tenant, fields, None, NOW);
                tx.projects().insert(&project).await.unwrap();
                AuditTrail::of(AuditEvent::project_created(&project))
            })
            .await;
        world.forget(lost).await;
        let mut again = world.begin().await;
        assert_eq!(
            world.claim(&mut *again).await,
            Claim::Replay(outcome()),
            "{lost}"
        );
        drop(again);
        assert_eq!(world.events().await, 1, "recorded once, beside the effect");
    }
}

#[tokio::test]
async fn an_effect_in_the_main_database_is_remembered_when_the_cell_lost_the_outcome() {
    for lost in DATABASES {
        let world = World::new().await;
        let guest = UserId::from_uuid(UuidV7.uuid());
        world.register(guest).await;
        let member = world.member(guest, Role::Viewer);
        world
            .carry_out(async |tx| {
                tx.members().insert(&member).await.unwrap();
                AuditTrail::of(AuditEvent::member_added(&member))
            })
            .await;
        world.forget(lost).await;
        let mut again = world.begin().await;
        assert_eq!(
            world.claim(&mut *again).await,
            Claim::Replay(outcome()),
            "{lost}"
        );
        drop(again);
        assert_eq!(world.events().await, 1, "recorded once, beside the effect");
    }
}
