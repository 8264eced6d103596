use super::{AuditAction, AuditEvent};
use crate::id::{ApiKeyId, AuditEventId, TenantId, UserId};
use std::net::IpAddr;
use time::OffsetDateTime;
use uuid::Uuid;

/// The decision about auditing that every commit demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditTrail(Vec<AuditEvent>);

impl AuditTrail {
    /// One event.
    pub fn of(event: AuditEvent) -> Self {
        Self(vec![event])
    }

    /// Nothing to record, and why. The reason is for whoever reads or searches the code.
    pub fn exempt(_why: &'static str) -> Self {
        Self(Vec::new())
    }

    /// The events, in order.
    pub fn events(&self) -> &[AuditEvent] {
        &self.0
    }
}

impl FromIterator<AuditEvent> for AuditTrail {
    fn from_iter<I: IntoIterator<Item = AuditEvent>>(events: I) -> Self {
        Self(events.into_iter().collect())
    }
}

/// An event as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The event's id.
    pub id: AuditEventId,
    /// Whose event it is.
    pub tenant: TenantId,
    /// The user who acted, unless somebody else did.
    pub actor_user: Option<UserId>,
    /// The API key that acted, unless somebody else did.
    pub actor_api_key: Option<ApiKeyId>,
    /// The name of the operator who acted, unless somebody else did.
    pub actor_operator: Option<String>,
    /// What happened.
    pub action: AuditAction,
    /// The row it happened to.
    pub target: Uuid,
    /// What else was recorded, as a JSON object.
    pub metadata: String,
    /// What was different afterwards, as a JSON object of fields with `before` and `after`; none when nothing was, or
    /// when it was not recorded.
    pub changes: Option<String>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// What the client said it was.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// When it happened.
    pub created_at: OffsetDateTime,
}

/// Which events to list; `None` does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only what this user did.
    pub actor_user: Option<UserId>,
    /// Only what this API key did.
    pub actor_api_key: Option<ApiKeyId>,
    /// Only this action.
    pub action: Option<AuditAction>,
    /// Only what was done to this row.
    pub target: Option<Uuid>,
    /// Only from this instant on.
    pub from: Option<OffsetDateTime>,
    /// Only before this instant.
    pub before: Option<OffsetDateTime>,
}

/// Something that happened to a user, outside all tenants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEvent {
    /// The event's id.
    pub id: AuditEventId,
    /// What happened.
    pub action: AuditAction,
    /// What else was recorded, as a JSON object.
    pub metadata: String,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// What the client said it was.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// When it happened.
    pub created_at: OffsetDateTime,
}
