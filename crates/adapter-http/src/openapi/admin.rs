//! The description of what operators are served, a document of its own.

use super::{callers, document};
use crate::{HttpSettings, routes};
use utoipa::openapi::OpenApi;

const TAGS: [(&str, &str); 2] = [
    ("operators", "Who runs the platform."),
    (
        "tenants",
        "All organisations, from their founding to their end.",
    ),
];

const DESCRIPTION: &str = "The operator plane, on a listener of its own. There is no operator to begin with: \
    `saas-api admin bootstrap` prints a token with which somebody becomes one. Every change takes a reason, and is \
    recorded in the organisation's audit trail as well as among the operators' events, which outlive it.";

/// The `OpenAPI` 3.1 document of what operators are served.
pub fn admin_openapi(settings: &HttpSettings) -> OpenApi {
    let (paths, components) = routes::admin().describe();
    let components = callers::operator_scheme(components.build());
    document(settings, ("/", DESCRIPTION, &TAGS), paths, components)
}
