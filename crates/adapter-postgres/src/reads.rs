//! The calls that bring authority, alone in the batch that begins a transaction, or together with the data.

use domain::{
    access::Credential,
    id::{ProjectId, TenantId},
    ports::Access,
};
use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

pub(crate) const WRITE: &str = "BEGIN";
/// One snapshot for all statements, so that a page and its total agree.
pub(crate) const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(crate) const fn begin(access: Access) -> &'static str {
    match access {
        Access::Read => READ,
        Access::Write => WRITE,
    }
}

/// Begins a transaction, enters the tenant and answers what is known about the caller. A batch takes no parameters:
/// what is printed into it are two UUIDs, or a UUID and a key id, which its type restricts to letters and digits.
pub(crate) fn begin_with_facts(caller: &Credential, tenant: TenantId, access: Access) -> String {
    let begin = begin(access);
    match caller {
        Credential::User(user) => {
            format!("{begin}; SELECT * FROM platform.tenant_access('{tenant}', '{user}', NULL)")
        }
        Credential::ApiKey { key_id, .. } => {
            let key_id = key_id.as_str();
            format!("{begin}; SELECT * FROM platform.tenant_access('{tenant}', NULL, '{key_id}')")
        }
    }
}

/// The facts about a caller, and a live project.
pub(crate) fn project(caller: &Credential, tenant: TenantId, id: ProjectId) -> Statement {
    let (user, key): (Option<Uuid>, Option<&str>) = match caller {
        Credential::User(user) => (Some(user.as_uuid()), None),
        Credential::ApiKey { key_id, .. } => (None, Some(key_id.as_str())),
    };
    let values: [Value; 4] = [
        tenant.as_uuid().into(),
        user.into(),
        key.into(),
        id.as_uuid().into(),
    ];
    Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT * FROM platform.read_project($1, $2, $3, $4)",
        values,
    )
}
