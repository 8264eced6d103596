//! `/orgs/{organisation_id}/roles`

mod body;
mod grant;
mod view;

pub(super) use grant::{GrantView, permission_rule};

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{Input, MemberCaller, MemberOrKeyCaller},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, ResourceHeaders, answered, created, json},
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use application::roles::Replaced;
use body::{CreateRoleBody, PreviewRoleBody, ReplaceRoleBody};
use view::{ImpactView, RoleView, RolesView};

pub(super) fn mount(routes: &mut Routes) {
    let read = |id, summary| Operation::new("roles", id, summary).callers(Callers::MembersAndKeys);
    let write = |id, summary| Operation::new("roles", id, summary).callers(Callers::Members);
    let list = read("list_roles", "List roles").answers::<RolesView<'_>>(
        200,
        "The built-in roles, then the organisation's own by name.",
    );
    let create = write("create_role", "Define a role")
        .idempotent()
        .body::<CreateRoleBody>()
        .answers::<RoleView<'_>>(201, "The new role.")
        .tagged()
        .located()
        .fails(&[
            Code::PrivilegeEscalation,
            Code::RoleNameTaken,
            Code::TooManyRoles,
        ]);
    let get = read("get_role", "Get a role")
        .answers::<RoleView<'_>>(200, "The role.")
        .tagged()
        .fails(&[Code::RoleNotFound]);
    let replace = write("replace_role", "Say what a role grants")
        .conditional_if_any()
        .body::<ReplaceRoleBody>()
        .answers::<RoleView<'_>>(200, "The role, replaced.")
        .or_answers::<RoleView<'_>>(201, "The new role.")
        .tagged()
        .fails(&[
            Code::PrivilegeEscalation,
            Code::ImmutableRole,
            Code::TooManyRoles,
        ]);
    let delete = write("delete_role", "Delete a role, or set a built-in one back")
        .conditional()
        .fails(&[Code::PrivilegeEscalation, Code::ImmutableRole])
        .fails(&[Code::RoleNotFound, Code::RoleInUse]);
    let preview = read("preview_role", "Say whom a change of a role would concern")
        .body::<PreviewRoleBody>()
        .answers::<ImpactView<'_>>(200, "Who would gain and lose what; nothing is changed.")
        .fails(&[Code::ImmutableRole, Code::RoleNotFound]);
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/roles")
            .get(self::list, list)
            .post(self::create, create),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/roles/{role}")
            .get(self::get, get)
            .put(self::replace, replace)
            .delete(self::delete, delete),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/roles/{role}/preview").post(self::preview, preview),
    );
}

async fn list(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let (organisation,) = input.finish((organisation,))?;
    let roles = api
        .run(async move |app| app.roles.list(&caller.0, organisation).await)
        .await?;
    Ok(json(StatusCode::OK, &RolesView::from(&roles[..])))
}

async fn create(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let key = input.idempotency_key();
    let body = CreateRoleBody::read(&mut input);
    let (organisation, key, body) = input.finish((organisation, key, body))?;
    let path = format!("/orgs/{organisation}/roles");
    let key = api.bind(key, &path, &body.canonical());
    let command = body.command(key);
    let outcome = api
        .run(async move |app| app.roles.create(&caller.0, organisation, command).await)
        .await?;
    let role = answered(&outcome);
    let (version, path) = (role.version, format!("{path}/{}", role.role.as_str()));
    let response = created(&outcome, RoleView::from);
    Ok(response.tagged(version).located(&api.located(&path)))
}

async fn get(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let role = input.role();
    let (organisation, role) = input.finish((organisation, role))?;
    let role = api
        .run(async move |app| app.roles.get(&caller.0, organisation, role).await)
        .await?;
    Ok(json(StatusCode::OK, &RoleView::from(&role)).tagged(role.version()))
}

async fn replace(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let role = input.role();
    let precondition = input.precondition_of_any();
    let body = ReplaceRoleBody::read(&mut input);
    let (organisation, role, body) = input.finish((organisation, role, body))?;
    let command = body.command(role, precondition);
    let replaced = api
        .run(async move |app| app.roles.replace(&caller.0, organisation, command).await)
        .await?;
    let (status, role) = match &replaced {
        Replaced::Created(role) => (StatusCode::CREATED, role),
        Replaced::Updated(role) => (StatusCode::OK, role),
    };
    Ok(json(status, &RoleView::from(role)).tagged(role.version))
}

async fn delete(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let role = input.role();
    let precondition = input.precondition();
    let (organisation, role) = input.finish((organisation, role))?;
    api.run(async move |app| {
        app.roles
            .delete(&caller.0, organisation, role, precondition)
            .await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn preview(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let role = input.role();
    let body = PreviewRoleBody::read(&mut input);
    let (organisation, role, body) = input.finish((organisation, role, body))?;
    let asked = body.asked(role);
    let impact = api
        .run(async move |app| app.roles.preview(&caller.0, organisation, asked).await)
        .await?;
    Ok(json(StatusCode::OK, &ImpactView::from(&impact)))
}
