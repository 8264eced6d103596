//! `/orgs/{organisation_id}/resources`

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
use body::{CreateResourceBody, PatchResourceBody, ReplaceResourceBody};
use domain::id::ResourceId;
use serde_json::Value;
use view::ResourceView;

pub(super) fn mount(routes: &mut Routes) {
    let operation =
        |id, summary| Operation::new("resources", id, summary).callers(Callers::MembersAndKeys);
    let one = |id, summary| operation(id, summary).fails(&[Code::ResourceNotFound]);
    let list = list::describe(operation("list_resources", "List resources"));
    let create = operation("create_resource", "Create a resource")
        .idempotent()
        .body::<CreateResourceBody>()
        .answers::<ResourceView<'_>>(201, "The new resource.")
        .tagged()
        .located()
        .fails(&[Code::ProjectNotFound]);
    let get = one("get_resource", "Get a resource")
        .answers::<ResourceView<'_>>(200, "The resource.")
        .tagged();
    let replace = one("replace_resource", "Replace a resource")
        .conditional()
        .body::<ReplaceResourceBody>()
        .answers::<ResourceView<'_>>(200, "The resource, replaced.")
        .tagged()
        .fails(&[Code::ProjectNotFound]);
    let patch = one("update_resource", "Change a resource")
        .conditional()
        .merge_patch::<PatchResourceBody>()
        .answers::<ResourceView<'_>>(200, "The resource, changed.")
        .tagged()
        .fails(&[Code::ProjectNotFound]);
    let delete = one("delete_resource", "Delete a resource").conditional();
    let restore = one("restore_resource", "Restore a deleted resource")
        .idempotent()
        .answers::<ResourceView<'_>>(200, "The resource; one that was not deleted is unchanged.")
        .tagged();
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/resources/{resource_id}")
            .get(self::get, get)
            .put(self::replace, replace)
            .patch(self::patch, patch)
            .delete(self::delete, delete),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/resources")
            .get(list::list, list)
            .post(self::create, create),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/resources/{resource_id}/restore")
            .post(self::restore, restore),
    );
}

async fn create(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let key = input.idempotency_key();
    let body = CreateResourceBody::read(&mut input);
    let (organisation, key, body) = input.finish((organisation, key, body))?;
    let path = format!("/orgs/{organisation}/resources");
    let key = api.bind(key, &path, &body.canonical());
    let command = body.command(key);
    let outcome = api
        .run(async move |app| app.resources.create(&caller.0, organisation, command).await)
        .await?;
    let (id, version) = (answered(&outcome).id(), answered(&outcome).version());
    let response = created(&outcome, ResourceView::from);
    Ok(response
        .tagged(version)
        .located(&api.located(&format!("{path}/{id}"))))
}

async fn get(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("resource_id", ResourceId::from_uuid);
    let (organisation, id) = input.finish((organisation, id))?;
    let resource = api
        .run(async move |app| app.resources.get(&caller.0, organisation, id).await)
        .await?;
    Ok(json(StatusCode::OK, &ResourceView::from(&resource)).tagged(resource.version()))
}

async fn replace(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("resource_id", ResourceId::from_uuid);
    let precondition = input.precondition();
    let body = ReplaceResourceBody::read(&mut input);
    let (organisation, id, body) = input.finish((organisation, id, body))?;
    let command = body.command(precondition);
    let resource = api
        .run(async move |app| {
            app.resources
                .replace(&caller.0, organisation, id, command)
                .await
        })
        .await?;
    Ok(json(StatusCode::OK, &ResourceView::from(&resource)).tagged(resource.version()))
}

async fn patch(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("resource_id", ResourceId::from_uuid);
    let precondition = input.precondition();
    let body = PatchResourceBody::read(&mut input);
    let (organisation, id, body) = input.finish((organisation, id, body))?;
    let command = body.command(precondition);
    let resource = api
        .run(async move |app| {
            app.resources
                .patch(&caller.0, organisation, id, command)
                .await
        })
        .await?;
    Ok(json(StatusCode::OK, &ResourceView::from(&resource)).tagged(resource.version()))
}

async fn delete(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("resource_id", ResourceId::from_uuid);
    let precondition = input.precondition();
    let (organisation, id) = input.finish((organisation, id))?;
    api.run(async move |app| {
        app.resources
            .delete(&caller.0, organisation, id, precondition)
            .await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn restore(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("resource_id", ResourceId::from_uuid);
    let key = input.idempotency_key();
    let nothing = input.no_body();
    let (organisation, id, key, ()) = input.finish((organisation, id, key, nothing))?;
    let path = format!("/orgs/{organisation}/resources/{id}/restore");
    let key = api.bind(key, &path, &Value::Null);
    let outcome = api
        .run(async move |app| {
            app.resources
                .restore(&caller.0, organisation, id, key.as_ref())
                .await
        })
        .await?;
    let version = answered(&outcome).version();
    Ok(carried_out(StatusCode::OK, &outcome, ResourceView::from).tagged(version))
}
