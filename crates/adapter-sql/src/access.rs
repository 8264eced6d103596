//! The columns in which a database answers what it knows about a caller.

use crate::error::{corrupt, store_error};
use domain::{
    access::{AccessFacts, Credential, KeyFacts, UserFacts},
    api_key::KeyDigest,
    id::{ApiKeyId, TenantId},
    ports::{StoreError, StoreResult},
    role::{Permission, Role},
};
use sea_orm::{QueryResult, TryGetable};
use uuid::Uuid;

/// Reads the facts about a caller from one row. User: `user_active`, `role`. Key: `key_row_id`, `key_tenant`,
/// `key_digest`, `key_revoked`, `key_scopes`, `creator_role`.
///
/// # Errors
/// `Corrupt` when a stored value is none of ours.
pub fn facts(caller: &Credential, row: &QueryResult) -> StoreResult<AccessFacts> {
    match caller {
        Credential::User(_) => {
            let Some(is_active) = get::<Option<bool>>(row, "user_active")? else {
                return Ok(AccessFacts::User(None));
            };
            let role = role(row, "role")?;
            Ok(AccessFacts::User(Some(UserFacts { is_active, role })))
        }
        Credential::ApiKey { .. } => {
            let Some(id) = get::<Option<Uuid>>(row, "key_row_id")? else {
                return Ok(AccessFacts::ApiKey(None));
            };
            Ok(AccessFacts::ApiKey(Some(key_facts(
                ApiKeyId::from_uuid(id),
                row,
            )?)))
        }
    }
}

fn key_facts(id: ApiKeyId, row: &QueryResult) -> StoreResult<KeyFacts> {
    let digest = get::<Vec<u8>>(row, "key_digest")?;
    let digest = <[u8; 32]>::try_from(digest).map_err(|_| corrupt("api_keys", "digest"))?;
    Ok(KeyFacts {
        id,
        tenant: TenantId::from_uuid(get(row, "key_tenant")?),
        digest: KeyDigest::new(digest),
        revoked: get(row, "key_revoked")?,
        scopes: scopes(&get::<String>(row, "key_scopes")?)?,
        creator: role(row, "creator_role")?,
    })
}

pub(crate) fn scopes(stored: &str) -> StoreResult<Vec<Permission>> {
    let parse = |scope| Permission::parse(scope).ok_or_else(|| corrupt("api_keys", "scopes"));
    stored.split_ascii_whitespace().map(parse).collect()
}

fn role(row: &QueryResult, column: &str) -> StoreResult<Option<Role>> {
    let stored = get::<Option<String>>(row, column)?;
    let parse = |role: String| {
        Role::parse(&role).ok_or_else(|| corrupt("organisation_memberships", "role"))
    };
    stored.map(parse).transpose()
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> Result<T, StoreError> {
    row.try_get("", column).map_err(store_error)
}
