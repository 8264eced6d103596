//! `/orgs/{organisation_id}/audit-events`

mod filter;
mod view;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{GrantedCaller, Input},
    openapi::{Callers, Operation},
    wire::{Answer, Listing, json},
};
use actix_web::{http::StatusCode, web::Data};
use view::AuditEventView;
pub(super) use view::{action, stored};

pub(super) fn mount(routes: &mut Routes) {
    let list = Operation::new("audit events", "list_audit_events", "List audit events")
        .callers(Callers::MembersAndGrantedKeys);
    let list = filter::describe(list)
        .answers_page_of::<AuditEventView<'_>>("A page of events, newest first.");
    routes.add(Endpoint::at("/orgs/{organisation_id}/audit-events").get(self::list, list));
}

async fn list(api: Data<Api>, caller: GrantedCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let filter = filter::read(&mut input);
    let cursors = organisation.and_then(|id| {
        Ok(filter::cursors(
            &api,
            id,
            filter.as_ref().map_err(|noted| *noted)?,
        ))
    });
    let page = input.page(cursors.as_ref().ok());
    let (organisation, filter, page, cursors) =
        input.finish((organisation, filter, page, cursors))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| {
            app.audit
                .list(&caller.0, organisation, &filter, &page)
                .await
        })
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, AuditEventView::from),
    ))
}
