//! Filtered lists of resources.

use super::view::ResourceView;
use crate::{
    Api,
    extract::{Checked, Input, MemberOrKeyCaller, text, uuid},
    openapi::{Operation, text_parameter, uuid_parameter},
    wire::{Answer, CursorScope, Listing, json},
};
use actix_web::{http::StatusCode, web::Data};
use domain::{
    id::{ProjectId, TenantId, UserId},
    resource::ResourceFilter,
    text::NameFilter,
};

/// Describes the parameters and the answer.
pub(super) fn describe(operation: Operation) -> Operation {
    operation
        .parameter(text_parameter::<
            { NameFilter::MIN_CHARS },
            { NameFilter::MAX_CHARS },
        >(
            "name",
            "Only those whose name contains this text, whatever its case.",
        ))
        .parameter(uuid_parameter("owner_user_id", "Only those of this user."))
        .parameter(uuid_parameter(
            "project_id",
            "Only those that are part of this project.",
        ))
        .answers_page_of::<ResourceView<'_>>("A page of resources, newest first.")
}

pub(super) async fn list(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
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
            app.resources
                .list(&caller.0, organisation, &filter, &page)
                .await
        })
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, ResourceView::from),
    ))
}

fn filter(input: &mut Input) -> Checked<ResourceFilter> {
    let name = input.query("name", text(NameFilter::parse));
    let owner = input.query("owner_user_id", uuid);
    let project = input.query("project_id", uuid);
    Ok(ResourceFilter {
        name: name?,
        owner: owner?.map(UserId::from_uuid),
        project: project?.map(ProjectId::from_uuid),
    })
}

fn cursors(api: &Api, organisation: TenantId, filter: &ResourceFilter) -> CursorScope {
    let (owner, project) = (filter.owner, filter.project);
    api.cursors("resources", organisation.as_uuid())
        .bind(filter.name.as_ref().map_or("", NameFilter::as_str))
        .bind(owner.map_or(String::new(), |id| id.to_string()))
        .bind(project.map_or(String::new(), |id| id.to_string()))
}
