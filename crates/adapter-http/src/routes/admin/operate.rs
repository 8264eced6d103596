//! What operators change about an organisation.

use super::{
    body::{PurgeBody, ReasonBody, TierBody},
    tenants::shown,
    view::{PurgedView, TenantView},
};
use crate::{
    Api,
    extract::{Input, Operating, text},
    openapi::{Callers, Operation, required_text_parameter},
    problem::Code,
    routes::endpoint::{Endpoint, Routes},
    wire::{Answer, json},
};
use actix_web::{http::StatusCode, web::Data};
use domain::text::Reason;

fn operation(id: &'static str, summary: &'static str) -> Operation {
    Operation::new("tenants", id, summary)
        .callers(Callers::Operators)
        .fails(&[
            Code::OrganisationNotFound,
            Code::TenantStatusConflict,
            Code::TenantNotReady,
        ])
}

fn change(id: &'static str, summary: &'static str, description: &str) -> Operation {
    operation(id, summary)
        .answers::<TenantView<'_>>(200, description)
        .tagged()
}

/// The endpoint of one organisation, which can be deleted, too.
pub(super) fn deletable(endpoint: Endpoint) -> Endpoint {
    let delete = change(
        "delete_tenant",
        "Close an organisation for good",
        "The organisation, to be purged after `delete_after`.",
    )
    .parameter(required_text_parameter::<
        { Reason::MIN_CHARS },
        { Reason::MAX_CHARS },
    >("reason", "Why."));
    endpoint.delete(self::delete, delete)
}

pub(super) fn mount(routes: &mut Routes) {
    let suspend = change(
        "suspend_tenant",
        "Close an organisation",
        "The organisation, closed for everyone at once.",
    )
    .body::<ReasonBody>();
    let reactivate = change(
        "reactivate_tenant",
        "Open a closed organisation again",
        "The organisation, open.",
    )
    .body::<ReasonBody>();
    let tier = change(
        "set_tier",
        "Set what an organisation is entitled to",
        "The organisation.",
    )
    .body::<TierBody>();
    let purge = operation(
        "purge_tenant",
        "Remove an organisation with all that it has",
    )
    .body::<PurgeBody>()
    .answers::<PurgedView>(200, "Nothing of it is left.");
    let at = Endpoint::at;
    routes.add(at("/admin/tenants/{organisation_id}/suspend").post(self::suspend, suspend));
    routes
        .add(at("/admin/tenants/{organisation_id}/reactivate").post(self::reactivate, reactivate));
    routes.add(at("/admin/tenants/{organisation_id}/tier").post(self::tier, tier));
    routes.add(at("/admin/tenants/{organisation_id}/purge").post(self::purge, purge));
}

async fn delete(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let reason = input.required_query("reason", text(Reason::parse));
    let (organisation, reason) = input.finish((organisation, reason))?;
    let tenant = api
        .run(async move |app| app.tenants.delete(&caller.0, organisation, reason).await)
        .await?;
    Ok(shown(&tenant))
}

async fn suspend(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let body = input.body(ReasonBody::read);
    let (organisation, body) = input.finish((organisation, body))?;
    let reason = body.reason;
    let tenant = api
        .run(async move |app| app.tenants.suspend(&caller.0, organisation, reason).await)
        .await?;
    Ok(shown(&tenant))
}

async fn reactivate(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let body = input.body(ReasonBody::read);
    let (organisation, body) = input.finish((organisation, body))?;
    let reason = body.reason;
    let tenant = api
        .run(async move |app| {
            app.tenants
                .reactivate(&caller.0, organisation, reason)
                .await
        })
        .await?;
    Ok(shown(&tenant))
}

async fn tier(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let body = input.body(TierBody::read);
    let (organisation, TierBody { tier, reason }) = input.finish((organisation, body))?;
    let tenant = api
        .run(async move |app| {
            app.tenants
                .set_tier(&caller.0, organisation, tier, reason)
                .await
        })
        .await?;
    Ok(shown(&tenant))
}

async fn purge(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let body = input.body(PurgeBody::read);
    let (organisation, body) = input.finish((organisation, body))?;
    let command = body.command();
    let purged_rows = api
        .run(async move |app| app.tenants.purge(&caller.0, organisation, command).await)
        .await?;
    let purged = PurgedView {
        id: organisation.as_uuid(),
        purged_rows,
    };
    Ok(json(StatusCode::OK, &purged))
}
