use crate::{
    extract::{Checked, Input, text},
    openapi,
    wire::Timestamp,
};
use application::api_keys::IssuedKey;
use domain::{api_key::ApiKey, text::ApiKeyName};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{ToSchema, openapi::Object};
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
}

impl<'a> From<&'a ApiKey> for ApiKeyView<'a> {
    fn from(key: &'a ApiKey) -> Self {
        Self {
            id: key.id.as_uuid(),
            organisation_id: key.tenant.as_uuid(),
            name: key.name.as_str(),
            key_prefix: &key.prefix,
            created_by_user_id: key.created_by.as_uuid(),
            revoked_at: key.revoked_at.map(Timestamp),
            last_used_at: key.last_used_at.map(Timestamp),
            created_at: Timestamp(key.created_at),
            updated_at: Timestamp(key.updated_at),
        }
    }
}

/// A new API key; a replay has `idempotency_replay` in place of `raw_key`.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedApiKey)]
pub(super) struct IssuedKeyView<'a> {
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

/// An API key to be created.
#[derive(ToSchema)]
#[schema(as = CreateApiKey, example = json!({ "name": "Demo automation" }))]
pub(super) struct IssueApiKeyBody {
    #[schema(schema_with = name)]
    pub(super) name: ApiKeyName,
}

impl IssueApiKeyBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.required("name", text(ApiKeyName::parse))?;
            Ok(Self { name })
        })
    }

    /// The body, as it is compared with that of a repeated request.
    pub(super) fn canonical(&self) -> Value {
        json!({ "name": self.name.as_str() })
    }
}

fn name() -> Object {
    openapi::text::<{ ApiKeyName::MIN_CHARS }, { ApiKeyName::MAX_CHARS }>()
}
