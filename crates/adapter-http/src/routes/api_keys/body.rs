use super::rules::{block, scope};
use crate::{
    extract::{Checked, Given, Input, instant, integer, text},
    openapi::{self, nullable_list, nullable_text},
};
use application::api_keys::{IssueApiKey, RenameApiKey, RotateApiKey};
use domain::{
    api_key::ApiKey,
    idempotency::IdempotencyKey,
    network::AddressList,
    permission::PermissionSet,
    text::{ApiKeyDescription, ApiKeyName},
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use utoipa::{
    ToSchema,
    openapi::{Array, Object},
};

/// As many as there are patterns.
const MAX_SCOPES: usize = 50;
const MAX_OVERLAP_SECONDS: i64 = ApiKey::MAX_OVERLAP.whole_seconds();

/// An API key to be created.
#[derive(ToSchema)]
#[schema(as = CreateApiKey, example = json!({
    "name": "Demo automation",
    "scopes": ["read:projects", "*:resources"],
    "expires_at": "2099-01-01T00:00:00Z",
    "allowed_cidrs": ["203.0.113.0/24"]
}))]
pub(super) struct IssueApiKeyBody {
    #[schema(schema_with = name)]
    name: ApiKeyName,
    #[schema(schema_with = description, required = false)]
    description: Option<ApiKeyDescription>,
    /// What the key may do, `*` for any action or resource; no more than the caller may do, and never what decides
    /// about members, roles, API keys or the organisation. Null or left out: all that the caller may do with projects.
    #[schema(schema_with = scopes, required = false)]
    scopes: Option<PermissionSet>,
    /// When the key stops counting. Null or left out: never, or as late as the organisation allows.
    #[schema(value_type = Option<String>, format = DateTime, required = false)]
    expires_at: Option<OffsetDateTime>,
    /// Where the key may be used from. Null or left out: anywhere.
    #[schema(schema_with = cidrs, required = false)]
    allowed_cidrs: Option<AddressList>,
}

impl IssueApiKeyBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.required("name", text(ApiKeyName::parse));
            let description = fields.nullable("description", text(ApiKeyDescription::parse));
            let scopes = fields.nullable_list("scopes", 1..=MAX_SCOPES, scope);
            let expires_at = fields.nullable("expires_at", instant);
            let blocks = 1..=AddressList::MAX_BLOCKS;
            let blocks = fields.nullable_list("allowed_cidrs", blocks, block);
            Ok(Self {
                name: name?,
                description: description?,
                scopes: scopes?.map(all_of),
                expires_at: expires_at?,
                // A list of another length has been refused already.
                allowed_cidrs: blocks?.and_then(|blocks| AddressList::new(blocks).ok()),
            })
        })
    }

    /// The body with its defaults, keys in order: two bodies that mean the same are the same here.
    pub(super) fn canonical(&self) -> Value {
        json!({
            "allowed_cidrs": self.allowed_cidrs.as_ref().map(ToString::to_string),
            "description": self.description.as_ref().map(ApiKeyDescription::as_str),
            "expires_at": self.expires_at.map(|at| at.unix_timestamp_nanos().to_string()),
            "name": self.name.as_str(),
            "scopes": self.scopes.map(|scopes| scopes.to_string()),
        })
    }

    pub(super) fn command(self, key: Option<IdempotencyKey>) -> IssueApiKey {
        IssueApiKey {
            name: self.name,
            description: self.description,
            scopes: self.scopes,
            expires_at: self.expires_at,
            allowed_from: self.allowed_cidrs,
            key,
        }
    }
}

fn all_of(scopes: Vec<PermissionSet>) -> PermissionSet {
    scopes
        .into_iter()
        .fold(PermissionSet::EMPTY, PermissionSet::union)
}

/// What is to be changed; at least one field has to be there.
#[derive(ToSchema)]
#[schema(as = UpdateApiKey, example = json!({ "name": "Nightly build", "description": null }))]
pub(super) struct RenameApiKeyBody {
    /// Null changes nothing.
    #[schema(schema_with = nullable_name, required = false)]
    name: Given<ApiKeyName>,
    /// Null clears it.
    #[schema(schema_with = description, required = false)]
    description: Given<ApiKeyDescription>,
}

impl RenameApiKeyBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.sent("name", text(ApiKeyName::parse));
            let description = fields.sent("description", text(ApiKeyDescription::parse));
            let (name, description) = (name?, description?);
            let says_something = name.is_present() || description.is_present();
            fields.needs_one(
                "at least one API key field must be provided",
                says_something,
            );
            Ok(Self { name, description })
        })
    }

    pub(super) fn command(self) -> RenameApiKey {
        RenameApiKey {
            name: self.name.value(),
            description: self.description.change(),
        }
    }
}

/// How an API key is to be rotated.
#[derive(ToSchema)]
#[schema(as = RotateApiKey, example = json!({ "overlap_seconds": 3600 }))]
pub(super) struct RotateApiKeyBody {
    /// How long the raw key of until now goes on counting. A raw key from before that stops at once.
    #[schema(minimum = 0, maximum = 604_800, default = 0, required = false)]
    overlap_seconds: i64,
}

impl RotateApiKeyBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let seconds = integer(0..=MAX_OVERLAP_SECONDS);
            let overlap_seconds = fields.defaulted("overlap_seconds", 0, seconds)?;
            Ok(Self { overlap_seconds })
        })
    }

    /// The body with its default.
    pub(super) fn canonical(&self) -> Value {
        json!({ "overlap_seconds": self.overlap_seconds })
    }

    pub(super) fn command(self, key: Option<IdempotencyKey>) -> RotateApiKey {
        let overlap = Duration::seconds(self.overlap_seconds);
        RotateApiKey { overlap, key }
    }
}

pub(super) fn name() -> Object {
    openapi::text::<{ ApiKeyName::MIN_CHARS }, { ApiKeyName::MAX_CHARS }>()
}

fn nullable_name() -> Object {
    nullable_text::<{ ApiKeyName::MIN_CHARS }, { ApiKeyName::MAX_CHARS }>()
}

pub(super) fn description() -> Object {
    nullable_text::<{ ApiKeyDescription::MIN_CHARS }, { ApiKeyDescription::MAX_CHARS }>()
}

fn scopes() -> Array {
    nullable_list(super::rules::pattern(), 1, MAX_SCOPES)
}

pub(super) fn cidrs() -> Array {
    nullable_list(super::rules::cidr(), 1, AddressList::MAX_BLOCKS)
}
