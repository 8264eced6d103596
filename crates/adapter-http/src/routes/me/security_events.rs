//! `/me/security-events`

use crate::{
    Api,
    extract::{Input, SignedIn},
    openapi::{Callers, Operation},
    routes::{
        audit_events::{action, stored},
        endpoint::{Endpoint, Routes},
    },
    wire::{Answer, Listing, Timestamp, json},
};
use actix_web::{http::StatusCode, web::Data};
use domain::audit::UserEvent;
use serde::Serialize;
use serde_json::value::RawValue;
use std::net::IpAddr;
use utoipa::ToSchema;
use uuid::Uuid;

pub(super) fn mount(routes: &mut Routes) {
    let list = Operation::new(
        "me",
        "list_security_events",
        "List what happened to the signed-in user's account",
    )
    .callers(Callers::Users)
    .answers_page_of::<SecurityEventView<'_>>("A page of events, newest first.");
    routes.add(Endpoint::at("/me/security-events").get(self::list, list));
}

/// Something that happened to a user's account.
#[derive(Serialize, ToSchema)]
#[schema(as = SecurityEvent)]
struct SecurityEventView<'a> {
    id: Uuid,
    #[schema(schema_with = action)]
    action: &'static str,
    #[schema(value_type = Object)]
    metadata: &'a RawValue,
    /// Where the request came from.
    #[schema(value_type = Option<String>, required = true)]
    ip_address: Option<IpAddr>,
    /// What the client said it was, cut to 256 characters.
    #[schema(required = true)]
    user_agent: Option<&'a str>,
    /// The request's id, as its answer had it in `X-Request-ID`.
    #[schema(required = true)]
    request_id: Option<&'a str>,
    created_at: Timestamp,
}

impl<'a> From<&'a UserEvent> for SecurityEventView<'a> {
    fn from(event: &'a UserEvent) -> Self {
        Self {
            id: event.id.as_uuid(),
            action: event.action.as_str(),
            metadata: stored(&event.metadata),
            ip_address: event.address,
            user_agent: event.user_agent.as_deref(),
            request_id: event.request_id.as_deref(),
            created_at: Timestamp(event.created_at),
        }
    }
}

async fn list(api: Data<Api>, caller: SignedIn, mut input: Input) -> Answer {
    let user = caller.0.user;
    let cursors = api.cursors("security-events", user.as_uuid());
    let page = input.page(Some(&cursors));
    let (page,) = input.finish((page,))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| app.auth.own_events(user, &page).await)
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, SecurityEventView::from),
    ))
}
