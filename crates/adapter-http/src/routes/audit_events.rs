//! `/orgs/{organisation_id}/audit-events`

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{Input, MemberCaller},
    openapi::{self, Callers, Operation},
    wire::{Answer, Listing, Timestamp, json},
};
use actix_web::{http::StatusCode, web::Data};
use domain::{
    audit::{AuditAction, RecordedEvent},
    id::{ApiKeyId, UserId},
};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

pub(super) fn mount(routes: &mut Routes) {
    let list = Operation::new("audit events", "list_audit_events", "List audit events")
        .callers(Callers::Members)
        .answers_page_of::<AuditEventView<'_>>("A page of events, newest first.");
    routes.add(Endpoint::at("/orgs/{organisation_id}/audit-events").get(self::list, list));
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEvent)]
struct AuditEventView<'a> {
    id: Uuid,
    organisation_id: Uuid,
    /// The user who acted, unless a key did.
    #[schema(required = true)]
    actor_user_id: Option<Uuid>,
    /// The API key that acted, unless a user did.
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
}

fn action() -> Object {
    openapi::choice(AuditAction::ALL, AuditAction::as_str)
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
            // Storage keeps it as JSON; what is none is shown as unknown rather than failing the whole page.
            metadata: serde_json::from_str(&event.metadata).unwrap_or(RawValue::NULL),
            created_at: Timestamp(event.created_at),
        }
    }
}

async fn list(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let cursors = organisation.map(|id| api.cursors("audit-events", id.as_uuid()));
    let page = input.page(cursors.as_ref().ok());
    let (organisation, page, cursors) = input.finish((organisation, page, cursors))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| app.audit.list(&caller.0, organisation, &page).await)
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, AuditEventView::from),
    ))
}
