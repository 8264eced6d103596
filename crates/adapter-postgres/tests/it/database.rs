//! A migrated database of one test, on the process's private server.

use adapter_local::ambient::UuidV7;
use adapter_postgres::{Plan, PostgresSettings, PostgresStore, migrate};
use domain::{
    access::{Credential, TenantScope},
    audit::{AuditEvent, AuditTrail},
    email::Email,
    id::{MembershipId, ProjectId, TenantId, UserId},
    membership::Membership,
    password::PasswordHash,
    permission::Permission,
    ports::{Access, IdGenerator, Store},
    project::{Project, ProjectStatus},
    role::Role,
    tenant::Tenant,
    text::{DisplayName, ProjectName, TenantName},
    user::{Account, User},
};
use private_postgres::PrivatePostgres;
use sea_orm::sqlx::{self, ConnectOptions, Executor, PgConnection, postgres::PgConnectOptions};
use std::{
    pin::Pin,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use time::OffsetDateTime;

pub(crate) const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// A change that is under way.
pub(crate) type Tampered = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A database, and a store on it that runs as the server's own role.
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) store: Arc<PostgresStore>,
}

/// A user with an organisation and a project in it.
pub(crate) struct Tenancy {
    pub(crate) owner: Credential,
    pub(crate) tenant: TenantId,
    pub(crate) project: ProjectId,
}

pub(crate) fn settings(url: String) -> PostgresSettings {
    PostgresSettings {
        url,
        app_role: "saas_api_app".to_owned(),
        connections_per_worker: 2,
        acquire: Duration::from_secs(5),
        max_lifetime: Duration::from_mins(30),
        statement_timeout: Duration::from_secs(5),
        lock_timeout: Duration::from_secs(2),
        idle_in_transaction_timeout: Duration::from_secs(10),
        require_unprivileged: false,
    }
}

impl Database {
    pub(crate) async fn new() -> Self {
        Self::with(settings(Self::create())).await
    }

    /// An empty database.
    pub(crate) fn create() -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "t{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        PrivatePostgres::shared().create_database(&name)
    }

    /// Migrates and opens a database.
    pub(crate) async fn with(settings: PostgresSettings) -> Self {
        migrate(&settings, &Plan::default(), &mut |_| {})
            .await
            .unwrap();
        let store = PostgresStore::open(&settings, Arc::new(UuidV7))
            .await
            .unwrap();
        Self {
            url: settings.url,
            store: Arc::new(store),
        }
    }

    /// A connection past the store, as the server's own role.
    pub(crate) async fn as_app(&self) -> PgConnection {
        let options = PgConnectOptions::from_str(&self.url).unwrap();
        options
            .options([("role", "saas_api_app"), ("search_path", "pool, platform")])
            .connect()
            .await
            .unwrap()
    }

    /// A connection past the store and past every fence.
    pub(crate) async fn as_superuser(&self) -> PgConnection {
        connect(&self.url).await
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        scalar(&mut self.as_superuser().await, sql).await.unwrap()
    }

    /// Statements past every fence.
    pub(crate) async fn run(&self, sql: &str) {
        run(&mut self.as_superuser().await, sql).await.unwrap();
    }

    /// Changes the control plane past every fence.
    pub(crate) fn tamper(&self) -> impl Fn(&'static str) -> Tampered + Send + Sync + use<> {
        let url = self.url.clone();
        move |sql| {
            let url = url.clone();
            Box::pin(async move {
                let mut connection = connect(&url).await;
                run(&mut connection, "SET search_path = platform")
                    .await
                    .unwrap();
                run(&mut connection, sql).await.unwrap();
            })
        }
    }

    /// Gives every organisation that is founded from now on a schema of its own, whoever founds it.
    pub(crate) async fn silo_newcomers(&self) {
        self.run(include_str!("silo_newcomers.sql")).await;
    }

    /// Every table that belongs to tenants, with its schema.
    pub(crate) async fn tenant_tables(&self) -> Vec<String> {
        let sql = "SELECT array_agg(c.oid::regclass::text ORDER BY n.nspname, c.relname)
                     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id'
                    WHERE c.relkind = 'r' AND c.relpersistence = 'p'";
        let mut connection = self.as_superuser().await;
        run(&mut connection, "SET search_path = ''").await.unwrap();
        scalar(&mut connection, sql).await.unwrap()
    }

    pub(crate) async fn found(&self, name: &str) -> Tenancy {
        let ids = UuidV7;
        let user = UserId::from_uuid(ids.uuid());
        let email = Email::parse(&format!("{name}@example.com")).unwrap();
        let account = Account {
            user: User::register(user, email, DisplayName::parse(name).unwrap(), NOW),
            password_hash: PasswordHash::new("$unusable$".to_owned()),
        };
        let mut tx = self
            .store
            .begin_platform(Some(user), Access::Write)
            .await
            .unwrap();
        tx.users().insert(&account).await.unwrap();
        let tenant = TenantId::from_uuid(ids.uuid());
        tx.tenants()
            .insert(&Tenant::found(
                tenant,
                TenantName::parse(name).unwrap(),
                None,
                NOW,
            ))
            .await
            .unwrap();
        let scope = TenantScope::founder(tenant, user, NOW);
        let mut tx = tx.enter(scope.clone()).await.unwrap();
        let membership = MembershipId::from_uuid(ids.uuid());
        let owner = Membership::join(membership, tenant, user, Role::Owner, NOW);
        tx.members().insert(&owner).await.unwrap();
        let project = new_project(tenant, name);
        tx.projects().insert(&project).await.unwrap();
        let trail = AuditTrail::of(AuditEvent::project_created(&project));
        tx.commit(&scope, trail).await.unwrap();
        Tenancy {
            owner: Credential::User(user),
            tenant,
            project: project.id(),
        }
    }
}

pub(crate) async fn connect(url: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(url).unwrap();
    let options = options.options([("search_path", "pool, platform, public")]);
    options.connect().await.unwrap()
}

/// Runs statements and says how many rows the last one touched.
pub(crate) async fn run(connection: &mut PgConnection, sql: &str) -> Result<u64, sqlx::Error> {
    let done = connection
        .execute(sqlx::AssertSqlSafe(sql.to_owned()))
        .await?;
    Ok(done.rows_affected())
}

/// Runs a query for one value.
pub(crate) async fn scalar<T>(connection: &mut PgConnection, sql: &str) -> Result<T, sqlx::Error>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()));
    query.fetch_one(connection).await
}

pub(crate) fn new_project(tenant: TenantId, name: &str) -> Project {
    let id = ProjectId::from_uuid(UuidV7.uuid());
    let fields = (
        ProjectName::parse(name).unwrap(),
        None,
        ProjectStatus::Active,
    );
    Project::create(id, tenant, fields, None, NOW)
}

impl Tenancy {
    /// The schema of a siloed organisation.
    pub(crate) fn schema(&self) -> String {
        format!("t_{}", self.tenant.as_uuid().simple())
    }

    /// Writes a project the way a request does.
    pub(crate) async fn write(&self, store: &PostgresStore, name: &str) {
        let sealed = store
            .begin(&self.owner, self.tenant, Access::Write)
            .await
            .unwrap();
        let (scope, mut tx) = sealed.open(Permission::CreateProjects, NOW).unwrap();
        let project = new_project(self.tenant, name);
        tx.projects().insert(&project).await.unwrap();
        let trail = AuditTrail::of(AuditEvent::project_created(&project));
        tx.commit(&scope, trail).await.unwrap();
    }
}
