use super::{
    body::CreateTenantBody,
    operate,
    view::{CreatedView, TenantView},
};
use crate::{
    Api,
    extract::{Checked, Input, Operating, choice},
    openapi::{Callers, Operation, choice_parameter},
    problem::Code,
    routes::{
        endpoint::{Endpoint, Routes},
        founding,
    },
    wire::{Answer, CursorScope, Listing, ResourceHeaders, answered, created, json},
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use domain::tenant::{Tenant, TenantFilter, TenantStatus, Tier};
use uuid::Uuid;

pub(super) fn mount(routes: &mut Routes) {
    let operation =
        |id, summary| Operation::new("tenants", id, summary).callers(Callers::Operators);
    let list = operation("list_tenants", "List organisations")
        .parameter(choice_parameter(
            "status",
            "Only these.",
            TenantStatus::ALL,
            TenantStatus::as_str,
        ))
        .parameter(choice_parameter(
            "tier",
            "Only these.",
            Tier::ALL,
            Tier::as_str,
        ))
        .answers_page_of::<TenantView<'_>>("A page of organisations, oldest first.");
    let create = operation("create_tenant", "Found an organisation for somebody")
        .idempotent()
        .body::<CreateTenantBody>()
        .answers::<CreatedView<'_>>(
            201,
            "The new organisation. A raw key is shown this once and not replayed.",
        )
        .tagged()
        .located()
        .or_answers::<CreatedView<'_>>(202, founding::NOT_YET)
        .fails(&[Code::UserNotFound, Code::SlugTaken]);
    let show = operation("get_tenant", "Get an organisation")
        .answers::<TenantView<'_>>(200, "The organisation.")
        .tagged()
        .fails(&[Code::OrganisationNotFound]);
    routes.add(
        Endpoint::at("/admin/tenants")
            .get(self::list, list)
            .post(self::create, create),
    );
    let one = Endpoint::at("/admin/tenants/{organisation_id}").get(self::show, show);
    routes.add(operate::deletable(one));
    operate::mount(routes);
}

/// An answer that is one organisation.
pub(super) fn shown(tenant: &Tenant) -> HttpResponse {
    json(StatusCode::OK, &TenantView::from(tenant)).tagged(tenant.version())
}

async fn list(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let filter = filter(&mut input);
    let cursors = filter.map(|filter| cursors(&api, &filter));
    let page = input.page(cursors.as_ref().ok());
    let (filter, page, cursors) = input.finish((filter, page, cursors))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| app.tenants.list(&caller.0, &filter, &page).await)
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, TenantView::from),
    ))
}

fn filter(input: &mut Input) -> Checked<TenantFilter> {
    let status = input.query("status", choice(TenantStatus::ALL, TenantStatus::as_str));
    let tier = input.query("tier", choice(Tier::ALL, Tier::as_str));
    Ok(TenantFilter {
        status: status?,
        tier: tier?,
    })
}

/// The list belongs to nobody in particular.
fn cursors(api: &Api, filter: &TenantFilter) -> CursorScope {
    api.cursors("tenants", Uuid::nil())
        .bind(filter.status.map_or("", TenantStatus::as_str))
        .bind(filter.tier.map_or("", Tier::as_str))
}

async fn create(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let origin = input.origin();
    let key = input.idempotency_key();
    let body = input.body(CreateTenantBody::read);
    let (key, body) = input.finish((key, body))?;
    let key = api.bind(key, "/admin/tenants", &body.canonical());
    let command = body.command(key);
    let outcome = api
        .run(async move |app| app.tenants.create(&caller.0, command).await)
        .await?;
    let outcome = founding::settled(&api, outcome, origin).await;
    let response = created(&outcome, CreatedView::from);
    let tenant = &answered(&outcome).tenant;
    let path = format!("/admin/tenants/{}", tenant.id());
    Ok(founding::placed(response, &path, tenant))
}

async fn show(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let (organisation,) = input.finish((organisation,))?;
    let tenant = api
        .run(async move |app| app.tenants.show(&caller.0, organisation).await)
        .await?;
    Ok(shown(&tenant))
}
