//! What is known about a caller, alone or together with what is asked for: one statement, so one snapshot.

use domain::{access::Credential, id::TenantId};
use sea_orm::{DbBackend, Statement, Value};

/// A user in a tenant. Parameters: user, tenant.
const USER: &str = "
  FROM (SELECT 1)
  LEFT JOIN organisations o ON o.id = ?2
  LEFT JOIN users u ON u.id = ?1
  LEFT JOIN organisation_memberships m ON m.organisation_id = o.id AND m.user_id = u.id
  LEFT JOIN roles r ON r.organisation_id = m.organisation_id AND r.name = m.role";
const USER_COLUMNS: &str = "SELECT o.status AS tenant_status, u.is_active AS user_active, m.role AS role, r.grants AS role_grants";

/// A key, wherever it belongs, found by the current secret or by the one before it, and what its creator is there.
/// Parameters: key id, tenant.
const KEY: &str = "
  FROM (SELECT ?2 AS tenant)
  LEFT JOIN (
    SELECT a.*, a.digest AS presented_digest, a.expires_at AS valid_until
      FROM api_keys a WHERE a.key_id = ?1
    UNION ALL
    SELECT a.*, a.previous_digest, min(a.previous_valid_until, coalesce(a.expires_at, a.previous_valid_until))
      FROM api_keys a WHERE a.previous_key_id = ?1
    LIMIT 1
  ) k
  LEFT JOIN organisations o ON o.id = k.organisation_id
  LEFT JOIN users c ON c.id = k.created_by_user_id AND c.is_active
  LEFT JOIN organisation_memberships cm ON cm.organisation_id = k.organisation_id AND cm.user_id = c.id
  LEFT JOIN roles cr ON cr.organisation_id = cm.organisation_id AND cr.name = cm.role";
const KEY_COLUMNS: &str = "SELECT o.status AS tenant_status,
  k.id AS key_row_id, k.organisation_id AS key_tenant, k.presented_digest AS key_digest,
  k.revoked_at IS NOT NULL AS key_revoked, k.valid_until AS key_valid_until, k.scopes AS key_scopes,
  k.allowed_cidrs AS key_cidrs, k.created_by_user_id AS creator_id, cm.role AS creator_role, cr.grants AS creator_grants";

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

/// Whether a statement is one of these.
#[cfg(test)]
pub(crate) fn is_about_a_caller(sql: &str) -> bool {
    sql.starts_with(USER_COLUMNS) || sql.starts_with(KEY_COLUMNS)
}
