//! The columns in which a database answers what it knows about a caller.

use crate::error::{corrupt, store_error};
use domain::{
    access::{AccessFacts, CallerFacts, Credential, KeyFacts, UserFacts},
    api_key::KeyDigest,
    id::{ApiKeyId, TenantId, UserId},
    membership::Standing,
    network::AddressList,
    permission::{Permission, PermissionSet},
    ports::{StoreError, StoreResult},
    role::Role,
    tenant::TenantStatus,
};
use sea_orm::{QueryResult, TryGetable};
use uuid::Uuid;

/// Reads the facts about a caller from one row: `tenant_status`, and for a user `user_active`, `role`, `role_grants`, for
/// a key `key_row_id`, `key_tenant`, `key_digest`, `key_revoked`, `key_valid_until`, `key_scopes`, `key_cidrs`,
/// `creator_id`, `creator_role`, `creator_grants`.
///
/// Rights that cannot be read are no error: they grant nothing.
///
/// # Errors
/// `Corrupt` when another stored value is none of ours.
pub fn facts(caller: &Credential, row: &QueryResult) -> StoreResult<AccessFacts> {
    let status = get::<Option<String>>(row, "tenant_status")?;
    let known = |status: String| {
        TenantStatus::parse(&status).ok_or_else(|| corrupt("organisations", "status"))
    };
    Ok(AccessFacts {
        status: status.map(known).transpose()?,
        caller: match caller {
            Credential::User(_) => CallerFacts::User(user_facts(row)?),
            Credential::ApiKey { .. } => CallerFacts::ApiKey(key_facts(row)?),
        },
    })
}

fn user_facts(row: &QueryResult) -> StoreResult<Option<UserFacts>> {
    let Some(is_active) = get(row, "user_active")? else {
        return Ok(None);
    };
    let standing = standing(row, "role", "role_grants")?;
    Ok(Some(UserFacts {
        is_active,
        standing,
    }))
}

fn key_facts(row: &QueryResult) -> StoreResult<Option<KeyFacts>> {
    let Some(id) = get(row, "key_row_id")? else {
        return Ok(None);
    };
    let digest = get::<Vec<u8>>(row, "key_digest")?;
    let digest = <[u8; 32]>::try_from(digest).map_err(|_| corrupt("api_keys", "digest"))?;
    let cidrs = get::<Option<String>>(row, "key_cidrs")?;
    let allowed_from = cidrs.as_deref().map(AddressList::parse).transpose();
    Ok(Some(KeyFacts {
        id: ApiKeyId::from_uuid(id),
        tenant: TenantId::from_uuid(get(row, "key_tenant")?),
        digest: KeyDigest::new(digest),
        // Where it may be used from cannot be told any more, so it may be used from nowhere.
        revoked: get::<bool>(row, "key_revoked")? || allowed_from.is_err(),
        valid_until: get(row, "key_valid_until")?,
        scopes: scopes(&get::<String>(row, "key_scopes")?),
        allowed_from: allowed_from.unwrap_or_default(),
        creator: UserId::from_uuid(get::<Uuid>(row, "creator_id")?),
        standing: standing(row, "creator_role", "creator_grants")?,
    }))
}

/// What a key was granted; nothing unless all of it can be read.
pub(crate) fn scopes(stored: &str) -> PermissionSet {
    let scopes = stored.split_ascii_whitespace().map(Permission::parse);
    scopes.collect::<Option<_>>().unwrap_or_default()
}

fn standing(row: &QueryResult, role: &str, grants: &str) -> StoreResult<Option<Standing>> {
    let Some(role) = get::<Option<String>>(row, role)? else {
        return Ok(None);
    };
    let role = parse_role(&role)?;
    let definition = get::<Option<String>>(row, grants)?;
    let policy = role.policy(definition.as_deref());
    Ok(Some(Standing { role, policy }))
}

pub(crate) fn parse_role(stored: &str) -> StoreResult<Role> {
    Role::parse(stored).ok_or_else(|| corrupt("organisation_memberships", "role"))
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> Result<T, StoreError> {
    row.try_get("", column).map_err(store_error)
}
