//! `/orgs/{organisation_id}/projects`

mod body;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{Checked, Input, ProjectCaller, choice, text},
    openapi::{Callers, Operation, choice_parameter, text_parameter},
    problem::Code,
    wire::{Answer, CursorScope, Listing, ResourceHeaders, answered, created, json},
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use application::projects::{CreateProject, UpdateProject};
use body::{CreateProjectBody, ProjectView, UpdateProjectBody};
use domain::{
    id::{ProjectId, TenantId},
    project::{ProjectFilter, ProjectSort, ProjectStatus},
    text::NameFilter,
};

pub(super) fn mount(routes: &mut Routes) {
    let operation =
        |id, summary| Operation::new("projects", id, summary).callers(Callers::MembersAndKeys);
    let one = |id, summary| operation(id, summary).fails(&[Code::ProjectNotFound]);
    let list = operation("list_projects", "List projects")
        .paged()
        .parameter(choice_parameter(
            "status",
            "Only these.",
            ProjectStatus::ALL,
            ProjectStatus::as_str,
        ))
        .parameter(text_parameter::<
            { NameFilter::MIN_CHARS },
            { NameFilter::MAX_CHARS },
        >(
            "name",
            "Only those whose name contains this text, whatever its case.",
        ))
        .parameter(choice_parameter(
            "sort_by",
            "`created_at` by default.",
            ProjectSort::ALL,
            ProjectSort::as_str,
        ))
        .parameter(choice_parameter(
            "sort_direction",
            "`desc` by default.",
            &[true, false],
            direction,
        ))
        .answers::<Listing<ProjectView<'_>>>(200, "A page of projects.");
    let create = operation("create_project", "Create a project")
        .idempotent()
        .body::<CreateProjectBody>()
        .answers::<ProjectView<'_>>(201, "The new project.")
        .tagged()
        .located();
    let update = one("update_project", "Change a project")
        .conditional()
        .body::<UpdateProjectBody>()
        .answers::<ProjectView<'_>>(200, "The project, changed.")
        .tagged();
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/projects/{project_id}")
            .get(
                self::get,
                one("get_project", "Get a project")
                    .answers::<ProjectView<'_>>(200, "The project.")
                    .tagged(),
            )
            .patch(self::update, update)
            .delete(
                self::delete,
                one("delete_project", "Delete a project").conditional(),
            ),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/projects")
            .get(self::list, list)
            .post(self::create, create),
    );
}

const fn direction(descending: bool) -> &'static str {
    if descending { "desc" } else { "asc" }
}

async fn list(api: Data<Api>, caller: ProjectCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let filter = filter(&mut input);
    let cursors =
        organisation.and_then(|id| Ok(cursors(&api, id, filter.as_ref().map_err(|noted| *noted)?)));
    let page = input.page(cursors.as_ref().ok());
    let (organisation, filter, page, cursors) =
        input.finish((organisation, filter, page, cursors))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| {
            app.projects
                .list(&caller.0, organisation, &filter, &page)
                .await
        })
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, ProjectView::from),
    ))
}

fn filter(input: &mut Input) -> Checked<ProjectFilter> {
    let status = input.query("status", choice(ProjectStatus::ALL, ProjectStatus::as_str));
    let name = input.query("name", text(NameFilter::parse));
    let sort_by = input.query("sort_by", choice(ProjectSort::ALL, ProjectSort::as_str));
    let descending = input.query("sort_direction", choice(&[true, false], direction));
    Ok(ProjectFilter {
        status: status?,
        name: name?,
        sort_by: sort_by?.unwrap_or(ProjectSort::CreatedAt),
        descending: descending?.unwrap_or(true),
    })
}

fn cursors(api: &Api, organisation: TenantId, filter: &ProjectFilter) -> CursorScope {
    api.cursors("projects", organisation.as_uuid())
        .bind(filter.status.map_or("", ProjectStatus::as_str))
        .bind(filter.name.as_ref().map_or("", NameFilter::as_str))
        .bind(filter.sort_by.as_str())
        .bind(direction(filter.descending))
}

async fn create(api: Data<Api>, caller: ProjectCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let key = input.idempotency_key();
    let body = CreateProjectBody::read(&mut input);
    let (organisation, key, body) = input.finish((organisation, key, body))?;
    let path = format!("/orgs/{organisation}/projects");
    let key = api.bind(key, &path, &body.canonical());
    let CreateProjectBody {
        name,
        description,
        status,
    } = body;
    let command = CreateProject {
        name,
        description,
        status,
        key,
    };
    let outcome = api
        .run(async move |app| app.projects.create(&caller.0, organisation, command).await)
        .await?;
    let (id, version) = (answered(&outcome).id(), answered(&outcome).version());
    let response = created(&outcome, ProjectView::from);
    Ok(response
        .tagged(version)
        .located(&api.located(&format!("{path}/{id}"))))
}

async fn get(api: Data<Api>, caller: ProjectCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("project_id", ProjectId::from_uuid);
    let (organisation, id) = input.finish((organisation, id))?;
    let project = api
        .run(async move |app| app.projects.get(&caller.0, organisation, id).await)
        .await?;
    Ok(json(StatusCode::OK, &ProjectView::from(&project)).tagged(project.version()))
}

async fn update(api: Data<Api>, caller: ProjectCaller, mut input: Input) -> Answer {
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

async fn delete(api: Data<Api>, caller: ProjectCaller, mut input: Input) -> Answer {
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
