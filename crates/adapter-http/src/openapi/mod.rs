//! The description of the API, collected from the routes themselves.

mod answers;
mod callers;
mod errors;
mod operation;
mod parameters;
mod schemas;

pub(crate) use callers::Callers;
pub(crate) use operation::Operation;
pub(crate) use parameters::{choice_parameter, text_parameter};
pub(crate) use schemas::{Components, choice, nullable, nullable_text, text};

use crate::{HttpSettings, routes};
use utoipa::openapi::{
    InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder, tag::TagBuilder,
};

/// What the routes are grouped by.
const TAGS: [(&str, &str); 8] = [
    (
        "system",
        "Health, readiness, metrics and keys of the server.",
    ),
    ("auth", "Becoming a user and signing in."),
    ("me", "The signed-in user."),
    (
        "organisations",
        "Founding, finding and renaming organisations.",
    ),
    ("members", "Who belongs to an organisation, in which role."),
    ("projects", "What an organisation works on."),
    (
        "api keys",
        "Credentials for programs that work on an organisation's projects.",
    ),
    ("audit events", "What happened in an organisation."),
];

const DESCRIPTION: &str = "Organisations with members, roles, projects, API keys and an audit trail.\n\n\
    Every error is an RFC 9457 problem document with a stable `code`. Ids are UUIDs, times are RFC 3339 in UTC. \
    Lists are walked by `offset`, with an exact total, or by `cursor`, at constant cost: begin with an empty `cursor` \
    and follow `pagination.next_cursor`.";

/// The `OpenAPI` 3.1 document of everything that is mounted with these settings.
pub fn openapi(settings: &HttpSettings) -> OpenApi {
    let (paths, components) = routes::all(settings).describe();
    let info = InfoBuilder::new()
        .title(settings.app_name.as_str())
        .version(settings.app_version.as_str())
        .description(Some(DESCRIPTION))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ))
        .build();
    let base = if settings.base_path.is_empty() {
        "/"
    } else {
        &settings.base_path
    };
    let tags =
        TAGS.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build());
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url(base).build()]))
        .paths(paths)
        .components(Some(callers::schemes(components.build()).build()))
        .tags(Some(tags))
        .build()
}
