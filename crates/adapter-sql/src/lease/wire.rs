use async_trait::async_trait;
use domain::id::{TenantId, UserId};
use sea_orm::{DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// One database connection, and the words in which the databases differ.
#[async_trait]
pub trait Wire: Send + 'static {
    /// Which database this is.
    const BACKEND: DbBackend;

    /// The batch that pins the open transaction to one tenant, where the database knows tenants. Only typed values are
    /// printed into it.
    fn enter_tenant(tenant: TenantId) -> Option<String>;

    /// The batch that lets the open transaction see a user's own rows, likewise.
    fn enter_user(user: UserId) -> Option<String>;

    /// Runs a prepared statement.
    ///
    /// # Errors
    /// What the database reports.
    async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr>;

    /// Runs a prepared query and returns its first row.
    ///
    /// # Errors
    /// What the database reports.
    async fn fetch_one(&mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr>;

    /// Runs a prepared query and returns its rows.
    ///
    /// # Errors
    /// What the database reports.
    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr>;

    /// Runs several statements without parameters in one round trip and returns the first row of any of them.
    ///
    /// # Errors
    /// What the database reports.
    async fn batch(&mut self, sql: &str) -> Result<Option<QueryResult>, DbErr>;
}

/// Opens connections.
#[async_trait]
pub trait Connect: Send + Sync + 'static {
    /// What is opened.
    type Wire: Wire;

    /// Opens a connection.
    ///
    /// # Errors
    /// When the database cannot be reached or refuses.
    async fn connect(&self) -> Result<Self::Wire, DbErr>;
}
