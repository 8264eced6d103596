//! `/orgs/{organisation_id}/projects`

mod body;
mod list;
mod view;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{Input, MemberOrKeyCaller},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, ResourceHeaders, answered, carried_out, created, json},
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use application::projects::UpdateProject;
use body::{CreateProjectBody, UpdateProjectBody};
use domain::id::ProjectId;
use serde_json::Value;
use view::ProjectView;

pub(super) fn mount(routes: &mut Routes) {
    let operation =
        |id, summary| Operation::new("projects", id, summary).callers(Callers::MembersAndKeys);
    let one = |id, summary| operation(id, summary).fails(&[Code::ProjectNotFound]);
    let list = list::describe(operation("list_projects", "List projects"));
    let create = operation("create_project", "Create a project")
        .idempotent()
        .body::<CreateProjectBody>()
        .answers::<ProjectView<'_>>(201, "The new project.")
        .tagged()
        .located();
    let get = one("get_project", "Get a project")
        .answers::<ProjectView<'_>>(200, "The project.")
        .tagged();
    let update = one("update_project", "Change a project")
        .conditional()
        .body::<UpdateProjectBody>()
        .answers::<ProjectView<'_>>(200, "The project, changed.")
        .tagged();
    let delete = one("delete_project", "Delete a project").conditional();
    let restore = one("restore_project", "Restore a deleted project")
        .idempotent()
        .answers::<ProjectView<'_>>(200, "The project; one that was not deleted is unchanged.")
        .tagged();
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/projects/{project_id}")
            .get(self::get, get)
            .patch(self::update, update)
            .delete(self::delete, delete),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/projects")
            .get(list::list, list)
            .post(self::create, create),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/projects/{project_id}/restore")
            .post(self::restore, restore),
    );
}

async fn create(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let key = input.idempotency_key();
    let body = CreateProjectBody::read(&mut input);
    let (organisation, key, body) = input.finish((organisation, key, body))?;
    let path = format!("/orgs/{organisation}/projects");
    let key = api.bind(key, &path, &body.canonical());
    let command = body.command(key);
    let outcome = api
        .run(async move |app| app.projects.create(&caller.0, organisation, command).await)
        .await?;
    let (id, version) = (answered(&outcome).id(), answered(&outcome).version());
    let response = created(&outcome, ProjectView::from);
    Ok(response
        .tagged(version)
        .located(&api.located(&format!("{path}/{id}"))))
}

async fn get(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("project_id", ProjectId::from_uuid);
    let (organisation, id) = input.finish((organisation, id))?;
    let project = api
        .run(async move |app| app.projects.get(&caller.0, organisation, id).await)
        .await?;
    Ok(json(StatusCode::OK, &ProjectView::from(&project)).tagged(project.version()))
}

async fn update(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("project_id", ProjectId::from_uuid);
    let precondition = input.precondition();
    let body = UpdateProjectBody::read(&mut input);
    let (organisation, id, body) = input.finish((organisation, id, body))?;
    let command = UpdateProject {
        change: body.change(),
        precondition,
    };
    let project = api
        .run(async move |app| {
            app.projects
                .update(&caller.0, organisation, id, command)
                .await
        })
        .await?;
    Ok(json(StatusCode::OK, &ProjectView::from(&project)).tagged(project.version()))
}

async fn delete(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("project_id", ProjectId::from_uuid);
    let precondition = input.precondition();
    let (organisation, id) = input.finish((organisation, id))?;
    api.run(async move |app| {
        app.projects
            .delete(&caller.0, organisation, id, precondition)
            .await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn restore(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("project_id", ProjectId::from_uuid);
    let key = input.idempotency_key();
    let nothing = input.no_body();
    let (organisation, id, key, ()) = input.finish((organisation, id, key, nothing))?;
    let path = format!("/orgs/{organisation}/projects/{id}/restore");
    let key = api.bind(key, &path, &Value::Null);
    let outcome = api
        .run(async move |app| {
            app.projects
                .restore(&caller.0, organisation, id, key.as_ref())
                .await
        })
        .await?;
    let version = answered(&outcome).version();
    Ok(carried_out(StatusCode::OK, &outcome, ProjectView::from).tagged(version))
}
