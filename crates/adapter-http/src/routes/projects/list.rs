//! Filtered, sorted lists of projects.

use super::view::ProjectView;
use crate::{
    Api,
    extract::{Checked, Input, MemberOrKeyCaller, choice, text},
    openapi::{Operation, choice_parameter, text_parameter},
    wire::{Answer, CursorScope, Listing, json},
};
use actix_web::{http::StatusCode, web::Data};
use domain::{
    id::TenantId,
    project::{ProjectFilter, ProjectSort, ProjectStatus},
    text::NameFilter,
};

/// Describes the parameters and the answer.
pub(super) fn describe(operation: Operation) -> Operation {
    operation
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
            &[false, true],
            direction,
        ))
        .answers_page_of::<ProjectView<'_>>("A page of projects.")
}

const fn direction(descending: bool) -> &'static str {
    if descending { "desc" } else { "asc" }
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
    let descending = input.query("sort_direction", choice(&[false, true], direction));
    Ok(ProjectFilter {
        status: status?,
        name: name?,
        created_by: None,
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
