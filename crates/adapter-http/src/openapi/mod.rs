//! The description of the API, collected from the routes themselves.

mod admin;
mod answers;
mod callers;
mod errors;
mod operation;
mod parameters;
mod schemas;

pub use admin::admin_openapi;
pub(crate) use callers::Callers;
pub(crate) use operation::Operation;
pub(crate) use parameters::{
    choice_parameter, instant_parameter, required_text_parameter, text_parameter, uuid_parameter,
};
pub(crate) use schemas::{
    Components, choice, list, nullable, nullable_list, nullable_text, role_name, text,
};

use crate::{HttpSettings, routes};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths, ServerBuilder,
    tag::TagBuilder,
};

/// What the routes are grouped by.
const TAGS: [(&str, &str); 11] = [
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
    ("roles", "What members may do, by role."),
    ("access", "Who may do what, and why."),
    ("projects", "What an organisation works on."),
    (
        "resources",
        "JSON documents that an organisation keeps, each with an owner and perhaps part of a project.",
    ),
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
    let base = if settings.base_path.is_empty() {
        "/"
    } else {
        &settings.base_path
    };
    let components = callers::schemes(components.build());
    document(settings, (base, DESCRIPTION, &TAGS), paths, components)
}

/// A document of what is mounted under a path, with what is to be said about it and its groups.
fn document(
    settings: &HttpSettings,
    (base, description, tags): (&str, &str, &[(&str, &str)]),
    paths: Paths,
    components: ComponentsBuilder,
) -> OpenApi {
    let info = InfoBuilder::new()
        .title(settings.app_name.as_str())
        .version(settings.app_version.as_str())
        .description(Some(description))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ))
        .build();
    let tag = |(name, text): &(&str, &str)| {
        let tag = TagBuilder::new().name(*name);
        tag.description(Some(*text)).build()
    };
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url(base).build()]))
        .paths(paths)
        .components(Some(components.build()))
        .tags(Some(tags.iter().map(tag)))
        .build()
}
