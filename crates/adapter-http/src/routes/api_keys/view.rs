use super::body::{cidrs, description, name};
use crate::{
    openapi::{self, list},
    wire::Timestamp,
};
use application::api_keys::IssuedKey;
use domain::{
    api_key::ApiKey, network::AddressList, permission::Permission, text::ApiKeyDescription,
};
use serde::Serialize;
use std::net::IpAddr;
use utoipa::{ToSchema, openapi::Array};
use uuid::Uuid;

/// An API key, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(super) struct ApiKeyView<'a> {
    id: Uuid,
    organisation_id: Uuid,
    #[schema(schema_with = name)]
    name: &'a str,
    /// The first 16 characters of the raw key.
    key_prefix: &'a str,
    created_by_user_id: Uuid,
    #[schema(required = true)]
    revoked_at: Option<Timestamp>,
    /// To the minute.
    #[schema(required = true)]
    last_used_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[schema(schema_with = description, required = true)]
    description: Option<&'a str>,
    /// What it may do, as far as its creator still may.
    #[schema(schema_with = scopes)]
    scopes: Vec<&'static str>,
    /// When it stops counting; null for never.
    #[schema(required = true)]
    expires_at: Option<Timestamp>,
    /// Where it may be used from; null for anywhere.
    #[schema(schema_with = cidrs, required = true)]
    allowed_cidrs: Option<Vec<String>>,
    /// Where it was last used from.
    #[schema(value_type = Option<String>, required = true)]
    last_used_ip: Option<IpAddr>,
    /// Until when the raw key before the last rotation counts as well; null when that stopped at once.
    #[schema(required = true)]
    previous_valid_until: Option<Timestamp>,
}

impl<'a> From<&'a ApiKey> for ApiKeyView<'a> {
    fn from(key: &'a ApiKey) -> Self {
        let terms = &key.terms;
        let blocks = |list: &AddressList| list.blocks().iter().map(ToString::to_string).collect();
        Self {
            id: key.id.as_uuid(),
            organisation_id: key.tenant.as_uuid(),
            name: terms.name.as_str(),
            key_prefix: &key.prefix,
            created_by_user_id: key.created_by.as_uuid(),
            revoked_at: key.revoked_at.map(Timestamp),
            last_used_at: key.last_used_at.map(Timestamp),
            created_at: Timestamp(key.created_at),
            updated_at: Timestamp(key.updated_at),
            description: terms.description.as_ref().map(ApiKeyDescription::as_str),
            scopes: terms.scopes.iter().map(Permission::as_str).collect(),
            expires_at: terms.expires_at.map(Timestamp),
            allowed_cidrs: terms.allowed_from.as_ref().map(blocks),
            last_used_ip: key.last_used_from,
            previous_valid_until: key.previous_valid_until.map(Timestamp),
        }
    }
}

/// An API key with a new secret; a replay has `idempotency_replay` in place of `raw_key`.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedApiKey)]
pub(in crate::routes) struct IssuedKeyView<'a> {
    api_key: ApiKeyView<'a>,
    /// The key itself, shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    raw_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, inline)]
    idempotency_replay: Option<IdempotencyReplay>,
}

/// Why a replay has no raw key.
#[derive(Serialize, ToSchema)]
struct IdempotencyReplay {
    secret_available: bool,
    reason: &'static str,
}

impl<'a> From<&'a IssuedKey> for IssuedKeyView<'a> {
    fn from(issued: &'a IssuedKey) -> Self {
        let replay = || IdempotencyReplay {
            secret_available: false,
            reason: "raw API key material is returned only by the initial create response and is not replayed",
        };
        Self {
            api_key: ApiKeyView::from(&issued.key),
            raw_key: issued.raw.as_deref(),
            idempotency_replay: issued.raw.is_none().then(replay),
        }
    }
}

/// A revoked API key.
#[derive(Serialize, ToSchema)]
#[schema(as = RevokedApiKey)]
pub(super) struct RevokedKeyView {
    id: Uuid,
    organisation_id: Uuid,
    #[schema(example = "revoked")]
    status: &'static str,
    #[schema(required = true)]
    revoked_at: Option<Timestamp>,
}

impl From<&ApiKey> for RevokedKeyView {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.as_uuid(),
            organisation_id: key.tenant.as_uuid(),
            status: "revoked",
            revoked_at: key.revoked_at.map(Timestamp),
        }
    }
}

fn scopes() -> Array {
    let scope = openapi::choice(Permission::ALL, Permission::as_str);
    list(scope, 0, Permission::ALL.len())
}
