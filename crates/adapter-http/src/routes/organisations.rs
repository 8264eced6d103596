//! `/orgs`

mod body;

use super::{
    endpoint::{Endpoint, Routes},
    founding,
};
use crate::{
    Api,
    extract::{GrantedCaller, Input, MemberCaller, SignedIn},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, Listing, ResourceHeaders, answered, created, json},
};
use actix_web::{http::StatusCode, web::Data};
use application::organisations::{CreateOrganisation, UpdateOrganisation};
use body::UpdateOrganisationBody;
pub(super) use body::{
    CreateOrganisationBody, OrganisationView, isolation, name, nullable_slug, status, tier,
};

pub(super) fn mount(routes: &mut Routes) {
    let operation =
        |id, summary, callers| Operation::new("organisations", id, summary).callers(callers);
    let list = operation(
        "list_organisations",
        "List the caller's organisations",
        Callers::Users,
    )
    .answers_page_of::<OrganisationView<'_>>("A page of organisations, by name.");
    let create = operation(
        "create_organisation",
        "Found an organisation",
        Callers::Users,
    )
    .idempotent()
    .body::<CreateOrganisationBody>()
    .answers::<OrganisationView<'_>>(201, "The new organisation; the caller owns it.")
    .tagged()
    .located()
    .or_answers::<OrganisationView<'_>>(202, founding::NOT_YET)
    .fails(&[Code::SlugTaken]);
    let get = operation(
        "get_organisation",
        "Get an organisation",
        Callers::MembersAndGrantedKeys,
    )
    .answers::<OrganisationView<'_>>(200, "The organisation.")
    .tagged();
    let update = operation(
        "update_organisation",
        "Change an organisation",
        Callers::Members,
    )
    .conditional()
    .body::<UpdateOrganisationBody>()
    .answers::<OrganisationView<'_>>(200, "The organisation, changed.")
    .tagged()
    .fails(&[Code::SlugTaken]);
    routes.add(
        Endpoint::at("/orgs")
            .get(self::list, list)
            .post(self::create, create),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}")
            .get(self::get, get)
            .patch(self::update, update),
    );
}

async fn list(api: Data<Api>, caller: SignedIn, mut input: Input) -> Answer {
    let cursors = api.cursors("organisations", caller.0.user.as_uuid());
    let page = input.page(Some(&cursors));
    let (page,) = input.finish((page,))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| app.organisations.list(caller.0.user, &page).await)
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, OrganisationView::from),
    ))
}

async fn create(api: Data<Api>, caller: SignedIn, mut input: Input) -> Answer {
    let key = input.idempotency_key();
    let body = input.body(CreateOrganisationBody::read);
    let (key, body) = input.finish((key, body))?;
    let key = api.bind(key, "/orgs", &body.canonical());
    let command = CreateOrganisation {
        name: body.name,
        slug: body.slug,
        key,
    };
    let origin = caller.0.origin.clone();
    let outcome = api
        .run(async move |app| app.organisations.create(&caller.0, command).await)
        .await?;
    let outcome = founding::settled(&api, outcome, origin).await;
    let response = created(&outcome, |founded| OrganisationView::from(&founded.tenant));
    let tenant = &answered(&outcome).tenant;
    let path = api.located(&format!("/orgs/{}", tenant.id()));
    Ok(founding::placed(response, &path, tenant))
}

async fn get(api: Data<Api>, caller: GrantedCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let (organisation,) = input.finish((organisation,))?;
    let tenant = api
        .run(async move |app| app.organisations.get(&caller.0, organisation).await)
        .await?;
    Ok(json(StatusCode::OK, &OrganisationView::from(&tenant)).tagged(tenant.version()))
}

async fn update(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let precondition = input.precondition();
    let body = UpdateOrganisationBody::read(&mut input);
    let (organisation, body) = input.finish((organisation, body))?;
    let command = UpdateOrganisation {
        change: body.change(),
        precondition,
    };
    let tenant = api
        .run(async move |app| {
            app.organisations
                .update(&caller.0, organisation, command)
                .await
        })
        .await?;
    Ok(json(StatusCode::OK, &OrganisationView::from(&tenant)).tagged(tenant.version()))
}
