//! The problem document itself.

use super::{Code, Problem, Violation};
use actix_web::{
    body::BoxBody,
    dev::ServiceResponse,
    http::header::{CONTENT_TYPE, HeaderValue},
};
use serde::Serialize;
use utoipa::ToSchema;

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An error, as RFC 9457 describes it, with the members `code`, `request_id` and, after a failed validation, `errors`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDocument<'a> {
    /// Identifies the kind of problem; one URI for each `code`.
    #[serde(rename = "type")]
    #[schema(rename = "type", format = "uri")]
    type_uri: String,
    /// A summary of the kind of problem.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What happened this time.
    detail: &'a str,
    /// Identifies this occurrence.
    #[schema(format = "uri")]
    instance: String,
    /// Stable name of the kind of problem.
    code: &'a str,
    /// The request's id, as in `X-Request-ID`.
    request_id: &'a str,
    /// Everything that is wrong with the request; only when the code is `VALIDATION_FAILED`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<ViolationDocument>, required = false)]
    errors: &'a [Violation],
}

impl<'a> ProblemDocument<'a> {
    pub(crate) fn new(problem: &'a Problem, request_id: &'a str) -> Self {
        let code = problem.code;
        Self {
            type_uri: code.type_uri(),
            title: code.title(),
            status: code.status().as_u16(),
            detail: problem.detail.as_deref().unwrap_or(code.detail()),
            instance: format!("urn:saas-api:request:{request_id}"),
            code: code.as_str(),
            request_id,
            errors: &problem.errors,
        }
    }
}

/// One thing that is wrong with a request.
#[derive(ToSchema)]
#[schema(as = Violation)]
#[expect(dead_code, reason = "describes Violation for the API document only")]
struct ViolationDocument {
    /// What kind of rule was broken.
    #[schema(rename = "type", example = "string_too_long")]
    kind: String,
    /// Where: `path`, `query`, `header` or `body`, then the name or the offset.
    #[schema(value_type = Vec<Value>, example = json!(["body", "name"]))]
    loc: (),
    /// The rule, in words.
    #[schema(example = "String should have at most 160 characters")]
    msg: String,
    /// The rule's parameters.
    #[schema(value_type = Object, required = false)]
    ctx: (),
}

/// Gives an error answer its document; leaves every other answer alone. Tells the code of what it wrote.
pub(crate) fn complete(
    response: ServiceResponse<BoxBody>,
    request_id: &str,
) -> (ServiceResponse<BoxBody>, Option<Code>) {
    let status = response.status();
    let own_body =
        response.response().error().is_none() && response.headers().contains_key(CONTENT_TYPE);
    if own_body || !(status.is_client_error() || status.is_server_error()) {
        return (response, None);
    }
    let fallback = Problem::from(Code::of_status(status));
    let (request, response) = response.into_parts();
    let problem = response
        .error()
        .and_then(|error| error.as_error())
        .unwrap_or(&fallback);
    let code = problem.code;
    let document = serde_json::to_vec(&ProblemDocument::new(problem, request_id));
    let mut response = response.set_body(BoxBody::new(document.unwrap_or_default()));
    response.headers_mut().insert(CONTENT_TYPE, MEDIA_TYPE);
    (ServiceResponse::new(request, response), Some(code))
}
