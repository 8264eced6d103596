//! What a database role may do, and whether requests may run as it.

use crate::{store::OpenError, wire::PostgresConnector};
use adapter_sql::{Connect, Wire};
use sea_orm::{
    DbBackend, DbErr, QueryResult, Statement,
    sqlx::{self, postgres::PgConnectOptions},
};
use std::time::Duration;
use tokio::time::timeout;

/// How long opening the first connection may take: whoever waits for the database wants to say so meanwhile.
pub(crate) const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// The oldest supported server, as `server_version_num`.
const OLDEST_SERVER: i32 = 150_000;

/// What the role of a connection may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posture {
    /// The role that statements run as.
    pub role: String,
    /// A superuser is bound by nothing.
    pub superuser: bool,
    /// Row-level security does not apply.
    pub bypasses_row_level_security: bool,
    /// It owns tables, and could switch their fence off.
    pub owns_tables: bool,
    /// `server_version_num`, e.g. 150018.
    pub server_version: i32,
    /// The roles that it may become.
    memberships: Vec<String>,
}

impl Posture {
    /// Whether the role could get around row-level security.
    pub const fn is_privileged(&self) -> bool {
        self.superuser || self.bypasses_row_level_security || self.owns_tables
    }

    pub(crate) fn may_become(&self, role: &str) -> bool {
        self.memberships.iter().any(|member| member == role)
    }

    pub(crate) fn check(&self, require_unprivileged: bool) -> Result<(), OpenError> {
        if self.server_version < OLDEST_SERVER {
            let found = self.server_version / 10_000;
            return Err(OpenError::Unusable(format!(
                "PostgreSQL 15 or later is needed, not {found}"
            )));
        }
        let reason = match self {
            Self {
                superuser: true, ..
            } => "is a superuser",
            Self {
                bypasses_row_level_security: true,
                ..
            } => "bypasses row-level security",
            Self {
                owns_tables: true, ..
            } => "owns tables",
            _ => return Ok(()),
        };
        let problem = format!("{} {reason}", self.role);
        // An owner is still bound by FORCE; the other two are not.
        if require_unprivileged || self.superuser || self.bypasses_row_level_security {
            return Err(OpenError::Unsafe(problem));
        }
        tracing::warn!(
            role = self.role,
            "the database role owns tables: it could switch their row-level security off"
        );
        Ok(())
    }
}

const POSTURE: &str = "
SELECT r.rolname::text AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND c.relowner = r.oid
                  AND (n.nspname IN ('public', 'platform', 'pool') OR n.nspname LIKE 't\\_%')) AS owns,
       current_setting('server_version_num')::int AS version,
       (SELECT coalesce(string_agg(m.rolname::text, ' '), '') FROM pg_roles m
         WHERE m.oid <> r.oid AND pg_has_role(r.oid, m.oid, 'MEMBER')) AS memberships
  FROM pg_roles r WHERE r.rolname = current_user";

/// Asks what a connection's role may do; `role` is the one that the connection asks to become.
pub(crate) async fn posture(
    options: &PgConnectOptions,
    role: Option<&str>,
) -> Result<Posture, OpenError> {
    let connector = PostgresConnector(options.clone());
    let connected = timeout(CONNECT_LIMIT, connector.connect()).await;
    let mut wire =
        connected.unwrap_or_else(|_| Err(adapter_sql::connect_error(sqlx::Error::PoolTimedOut)))?;
    let ask = Statement::from_sql_and_values(DbBackend::Postgres, POSTURE, []);
    let row = wire.fetch_one(ask).await?;
    let row = row
        .ok_or_else(|| OpenError::Unusable("the database does not know its own role".to_owned()))?;
    let posture = read(&row)?;
    match role {
        Some(role) if posture.role != role => Err(OpenError::Unsafe(format!(
            "the connection did not become {role}"
        ))),
        _ => Ok(posture),
    }
}

fn read(row: &QueryResult) -> Result<Posture, DbErr> {
    let memberships: String = row.try_get("", "memberships")?;
    Ok(Posture {
        role: row.try_get("", "role")?,
        superuser: row.try_get("", "superuser")?,
        bypasses_row_level_security: row.try_get("", "bypasses")?,
        owns_tables: row.try_get("", "owns")?,
        server_version: row.try_get("", "version")?,
        memberships: memberships.split(' ').map(str::to_owned).collect(),
    })
}
