use crate::{openapi, wire::Timestamp};
use domain::{
    audit::{AuditAction, RecordedEvent},
    id::{ApiKeyId, UserId},
};
use serde::Serialize;
use serde_json::value::RawValue;
use std::net::IpAddr;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(super) struct AuditEventView<'a> {
    id: Uuid,
    organisation_id: Uuid,
    /// The user who acted, unless somebody else did.
    #[schema(required = true)]
    actor_user_id: Option<Uuid>,
    /// The API key that acted, unless somebody else did.
    #[schema(required = true)]
    actor_api_key_id: Option<Uuid>,
    #[schema(schema_with = action)]
    action: &'static str,
    #[schema(example = "project")]
    target_type: &'static str,
    target_id: Uuid,
    #[schema(value_type = Object, example = json!({ "project_name": "Billing Portal" }))]
    metadata: &'a RawValue,
    created_at: Timestamp,
    #[schema(schema_with = actor_type)]
    actor_type: &'static str,
    /// The name of the operator of the platform who acted, unless somebody else did.
    #[schema(required = true)]
    actor_operator: Option<&'a str>,
    /// What is different afterwards, field by field; null when nothing is, or when that was not recorded.
    #[schema(
        value_type = Option<Object>,
        required = true,
        example = json!({ "status": { "before": "active", "after": "archived" } })
    )]
    changes: Option<&'a RawValue>,
    /// Where the request came from.
    #[schema(value_type = Option<String>, required = true)]
    ip_address: Option<IpAddr>,
    /// What the client said it was, cut to 256 characters.
    #[schema(required = true)]
    user_agent: Option<&'a str>,
    /// The request's id, as its answer had it in `X-Request-ID`.
    #[schema(required = true)]
    request_id: Option<&'a str>,
}

pub(in crate::routes) fn action() -> Object {
    openapi::choice(AuditAction::ALL, AuditAction::as_str)
}

/// Who can have acted, as far as events tell.
#[derive(Clone, Copy)]
enum ActorType {
    User,
    ApiKey,
    Operator,
}

impl ActorType {
    const ALL: &[Self] = &[Self::User, Self::ApiKey, Self::Operator];

    fn of(event: &RecordedEvent) -> Self {
        if event.actor_operator.is_some() {
            Self::Operator
        } else if event.actor_api_key.is_some() {
            Self::ApiKey
        } else {
            Self::User
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ApiKey => "api_key",
            Self::Operator => "operator",
        }
    }
}

fn actor_type() -> Object {
    openapi::choice(ActorType::ALL, ActorType::as_str)
}

/// Storage keeps it as JSON; what is none is shown as null rather than failing the whole page.
pub(in crate::routes) fn stored(json: &str) -> &RawValue {
    serde_json::from_str(json).unwrap_or(RawValue::NULL)
}

impl<'a> From<&'a RecordedEvent> for AuditEventView<'a> {
    fn from(event: &'a RecordedEvent) -> Self {
        Self {
            id: event.id.as_uuid(),
            organisation_id: event.tenant.as_uuid(),
            actor_user_id: event.actor_user.map(UserId::as_uuid),
            actor_api_key_id: event.actor_api_key.map(ApiKeyId::as_uuid),
            action: event.action.as_str(),
            target_type: event.action.target_type(),
            target_id: event.target,
            metadata: stored(&event.metadata),
            created_at: Timestamp(event.created_at),
            actor_type: ActorType::of(event).as_str(),
            actor_operator: event.actor_operator.as_deref(),
            changes: event.changes.as_deref().map(stored),
            ip_address: event.address,
            user_agent: event.user_agent.as_deref(),
            request_id: event.request_id.as_deref(),
        }
    }
}
