//! What is known about a caller, alone or together with what is asked for: one statement, so one snapshot.

use domain::{access::Credential, id::TenantId};
use sea_orm::{DbBackend, Statement, Value};

/// A user in a tenant. Parameters: user, tenant.
const USER: &str = "
  FROM (SELECT 1)
  LEFT JOIN users u ON u.id = ?1
  LEFT JOIN organisation_memberships m ON m.organisation_id = ?2 AND m.user_id = u.id";
const USER_COLUMNS: &str = "SELECT u.is_active AS user_active, m.role AS role";

/// A key, wherever it belongs, and the role that its creator holds there. Parameters: key id, tenant.
const KEY: &str = "
  FROM (SELECT ?2 AS tenant)
  LEFT JOIN api_keys k ON k.key_id = ?1
  LEFT JOIN users c ON c.id = k.created_by_user_id AND c.is_active
  LEFT JOIN organisation_memberships cm ON cm.organisation_id = k.organisation_id AND cm.user_id = c.id";
const KEY_COLUMNS: &str =
    "SELECT k.id AS key_row_id, k.organisation_id AS key_tenant, k.digest AS key_digest,
  k.revoked_at IS NOT NULL AS key_revoked, k.scopes AS key_scopes, cm.role AS creator_role";

const PROJECT: &str = "
  LEFT JOIN projects p ON p.organisation_id = ?2 AND p.id = ?3 AND p.deleted_at IS NULL";
const PROJECT_COLUMNS: &str =
    ", p.organisation_id, p.id, p.name, p.name_folded, p.status, p.description,
  p.created_by_user_id, p.updated_by_user_id, p.version, p.created_at, p.updated_at, p.deleted_at";

/// The facts about a caller.
pub(crate) fn facts(caller: &Credential, tenant: TenantId) -> Statement {
    let (columns, from, who) = parts(caller);
    let sql = format!("{columns}{from}");
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, [who, tenant.as_uuid().into()])
}

/// The facts about a caller, and a live project.
pub(crate) fn project(caller: &Credential, tenant: TenantId, id: uuid::Uuid) -> Statement {
    let (columns, from, who) = parts(caller);
    let sql = format!("{columns}{PROJECT_COLUMNS}{from}{PROJECT}");
    let values = [who, tenant.as_uuid().into(), id.into()];
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

fn parts(caller: &Credential) -> (&'static str, &'static str, Value) {
    match caller {
        Credential::User(user) => (USER_COLUMNS, USER, user.as_uuid().into()),
        Credential::ApiKey { key_id, .. } => (KEY_COLUMNS, KEY, key_id.as_str().into()),
    }
}
