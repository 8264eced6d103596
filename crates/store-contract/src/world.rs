//! People and organisations to try things with, made through the ports.

mod drafts;
mod operator;

pub use drafts::{document, terms};

use domain::{
    access::{Credential, TenantScope},
    api_key::{ApiKey, NewKey},
    audit::AuditTrail,
    email::Email,
    id::{MembershipId, TenantId, UserId},
    membership::Membership,
    password::PasswordHash,
    permission::Permission,
    ports::{Access, PlatformTx, Store, StoreError, StoreResult, TenantTx},
    role::Role,
    slug::Slug,
    tenant::{Isolation, Placement, Tenant, TenantState, Tier},
    text::{DisplayName, TenantName},
    user::{Account, User},
};
use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// When a case begins, to the microsecond.
pub const START: OffsetDateTime = datetime!(2026-01-02 03:04:05.678_901 UTC);

/// So many microseconds after [`START`].
pub fn after(micros: i64) -> OffsetDateTime {
    START + Duration::microseconds(micros)
}

/// The decision not to record anything.
pub fn unrecorded() -> AuditTrail {
    AuditTrail::exempt("what a case prepares is not worth an event")
}

/// A statement on the control plane, past the store and past every fence.
pub(crate) type Tamper =
    Arc<dyn Fn(&'static str) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A store and a source of identifiers.
#[derive(Clone)]
pub struct World {
    store: Arc<dyn Store>,
    ids: Arc<AtomicU64>,
    isolation: Isolation,
    tamper: Option<Tamper>,
}

/// An organisation and its founder.
#[derive(Clone)]
pub struct Organisation {
    /// The organisation as it was founded.
    pub tenant: Tenant,
    /// Its first owner.
    pub owner: UserId,
}

impl Organisation {
    /// The organisation's id.
    pub const fn id(&self) -> TenantId {
        self.tenant.id()
    }
}

/// An API key, whoever holds it, and what is stored of it.
pub struct IssuedKey {
    /// The key's row.
    pub key: ApiKey,
    /// What was made.
    pub secret: NewKey,
}

impl IssuedKey {
    /// What its holder comes with.
    pub fn credential(&self) -> Credential {
        Credential::ApiKey {
            key_id: self.secret.key_id.clone(),
            digest: self.secret.digest,
        }
    }
}

/// A transaction in an organisation, opened.
pub struct Work {
    /// Who acts where.
    pub scope: TenantScope,
    /// The transaction.
    pub tx: Box<dyn TenantTx>,
}

impl Work {
    /// Commits with events.
    ///
    /// # Errors
    /// What the store says.
    pub async fn commit(self, trail: AuditTrail) -> StoreResult<()> {
        self.tx.commit(&self.scope, trail).await
    }

    /// Commits without events, which has to succeed.
    pub async fn done(self) {
        self.commit(unrecorded()).await.unwrap();
    }
}

impl World {
    /// A world around an empty store, whose organisations are kept apart like this.
    pub(crate) fn new(store: Arc<dyn Store>, isolation: Isolation, tamper: Option<Tamper>) -> Self {
        let ids = Arc::new(AtomicU64::new(1));
        Self {
            store,
            ids,
            isolation,
            tamper,
        }
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// An identifier of the form of version 7, later ones sorting after earlier ones.
    pub fn uuid(&self) -> Uuid {
        let n = self.ids.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u64_pair(0x019b_0000_0000_7000, 0x8000_0000_0000_0000 | n)
    }

    /// A user who has not registered yet, at an address of their own.
    pub fn newcomer(&self) -> Account {
        let id = UserId::from_uuid(self.uuid());
        let email = Email::parse(&format!("u{}@example.com", id.as_uuid().simple())).unwrap();
        let name = DisplayName::parse("Zoë 🦊 O'Neil").unwrap();
        Account {
            user: User::register(id, email, name, START),
            password_hash: PasswordHash::new("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA".to_owned()),
        }
    }

    /// Registers a user.
    ///
    /// # Errors
    /// What the store says.
    pub async fn register(&self, account: &Account) -> StoreResult<()> {
        let mut tx = self.platform(Some(account.user.id), Access::Write).await;
        tx.users().insert(account).await?;
        tx.commit(account.user.id, &START.into(), unrecorded())
            .await
    }

    /// A registered user.
    pub async fn user(&self) -> UserId {
        let account = self.newcomer();
        self.register(&account).await.unwrap();
        account.user.id
    }

    /// A transaction outside all organisations.
    pub async fn platform(&self, user: Option<UserId>, access: Access) -> Box<dyn PlatformTx> {
        self.store.begin_platform(user, access).await.unwrap()
    }

    /// An organisation that does not exist yet, with a slug of its own; once it does, it can be used.
    pub fn unfounded(&self, name: &str) -> Tenant {
        let id = TenantId::from_uuid(self.uuid());
        let slug = Slug::parse(format!("o{}", id.as_uuid().simple())).unwrap();
        self.unfounded_at(id, name, slug)
    }

    /// The same with an id and a slug of one's choice.
    pub fn unfounded_at(&self, id: TenantId, name: &str, slug: Slug) -> Tenant {
        let name = TenantName::parse(name).unwrap();
        let pooled = Tenant::found(id, name, Some(slug), START);
        // Whoever runs a suite of siloed organisations makes their places as they are founded.
        let state = TenantState {
            tier: Tier::Enterprise,
            placement: Placement {
                isolation: self.isolation,
                database: None,
            },
            ..pooled.state().clone()
        };
        Tenant::restore(state, 1)
    }

    /// Founds an organisation with a user as its owner.
    ///
    /// # Errors
    /// What the store says.
    pub async fn found(&self, tenant: &Tenant, owner: UserId) -> StoreResult<()> {
        let (id, now) = (tenant.id(), tenant.state().created_at);
        let mut tx = self.platform(Some(owner), Access::Write).await;
        tx.tenants().insert(tenant).await?;
        let scope = TenantScope::founder(id, owner, now);
        let mut tx = tx.enter(scope.clone()).await?;
        let membership = self.membership(id, owner, Role::Owner, now);
        tx.members().insert(&membership).await?;
        tx.commit(&scope, unrecorded()).await
    }

    /// An organisation with an owner of its own.
    pub async fn organisation(&self) -> Organisation {
        let (tenant, owner) = (self.unfounded("Acme"), self.user().await);
        self.found(&tenant, owner).await.unwrap();
        Organisation { tenant, owner }
    }

    /// A membership that is not stored yet.
    pub fn membership(
        &self,
        tenant: TenantId,
        user: UserId,
        role: Role,
        at: OffsetDateTime,
    ) -> Membership {
        Membership::join(MembershipId::from_uuid(self.uuid()), tenant, user, role, at)
    }

    /// A new user who is a member.
    pub async fn member(&self, home: &Organisation, role: Role) -> UserId {
        let user = self.user().await;
        let membership = self.membership(home.id(), user, role, START);
        let mut work = self.write(home).await;
        work.tx.members().insert(&membership).await.unwrap();
        work.done().await;
        user
    }

    /// A transaction of any caller who holds the permission.
    pub async fn enter(
        &self,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
        need: Permission,
    ) -> Work {
        let sealed = self.store.begin(caller, tenant, access).await.unwrap();
        let (scope, tx) = sealed.open(need, START).unwrap();
        Work { scope, tx }
    }

    /// The owner's transaction to write in.
    pub async fn write(&self, home: &Organisation) -> Work {
        self.as_owner(home, Access::Write).await
    }

    /// The owner's transaction to read from.
    pub async fn read(&self, home: &Organisation) -> Work {
        self.as_owner(home, Access::Read).await
    }

    async fn as_owner(&self, home: &Organisation, access: Access) -> Work {
        let owner = Credential::User(home.owner);
        self.enter(&owner, home.id(), access, Permission::DeleteOrganisation)
            .await
    }
}

/// Holds when a write was refused because the entity belongs to another organisation.
pub fn assert_foreign(result: StoreResult<()>) {
    let error = result.expect_err("an entity of another organisation was written");
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
}

/// Holds when the row was not what it was taken for.
pub fn assert_stale(result: StoreResult<()>) {
    let error = result.expect_err("a row that had changed was written");
    assert!(matches!(error, StoreError::Stale), "{error:?}");
}
