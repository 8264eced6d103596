//! The refusals of the contract, and what every problem document has to look like.

use super::shape;
use serde_json::Value;
use test_server::{Call, Reply};

/// A status with its code and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(pub u16, pub &'static str, pub &'static str);

pub const NO_CREDENTIAL: Refusal =
    Refusal(401, "AUTHENTICATION_REQUIRED", "authentication required");
pub const BAD_TOKEN: Refusal = Refusal(401, "INVALID_TOKEN", "invalid or expired access token");
pub const BAD_CREDENTIAL: Refusal = Refusal(
    401,
    "INVALID_CREDENTIAL",
    "invalid or expired access token or API key",
);
pub const BAD_LOGIN: Refusal = Refusal(401, "INVALID_LOGIN", "invalid email or password");
pub const DENIED: Refusal = Refusal(
    403,
    "ORGANISATION_ACCESS_DENIED",
    "organisation access denied",
);
pub const INSUFFICIENT: Refusal = Refusal(
    403,
    "INSUFFICIENT_PERMISSIONS",
    "insufficient permissions for this organisation",
);
pub const IMMUTABLE_ROLE: Refusal = Refusal(
    403,
    "IMMUTABLE_ROLE",
    "the roles owner and admin cannot be changed",
);
pub const NO_ROUTE: Refusal = Refusal(404, "NOT_FOUND", "Not Found");
pub const NO_USER: Refusal = Refusal(404, "USER_NOT_FOUND", "user was not found");
pub const NO_MEMBERSHIP: Refusal = Refusal(404, "MEMBERSHIP_NOT_FOUND", "membership was not found");
pub const NO_PROJECT: Refusal = Refusal(404, "PROJECT_NOT_FOUND", "project was not found");
pub const NO_RESOURCE: Refusal = Refusal(404, "RESOURCE_NOT_FOUND", "resource was not found");
pub const NO_API_KEY: Refusal = Refusal(404, "API_KEY_NOT_FOUND", "api key was not found");
pub const NO_ROLE: Refusal = Refusal(404, "ROLE_NOT_FOUND", "role was not found");
pub const WRONG_METHOD: Refusal = Refusal(405, "METHOD_NOT_ALLOWED", "Method Not Allowed");
pub const EMAIL_TAKEN: Refusal = Refusal(409, "EMAIL_TAKEN", "email is already registered");
pub const SLUG_TAKEN: Refusal = Refusal(409, "SLUG_TAKEN", "organisation slug is already in use");
pub const ALREADY_MEMBER: Refusal = Refusal(
    409,
    "ALREADY_MEMBER",
    "user is already a member of this organisation",
);
pub const ROLE_TAKEN: Refusal = Refusal(409, "ROLE_NAME_TAKEN", "the role is already defined");
pub const ROLE_IN_USE: Refusal = Refusal(409, "ROLE_IN_USE", "the role is in use");
pub const TOO_MANY_ROLES: Refusal = Refusal(
    409,
    "TOO_MANY_ROLES",
    "an organisation can define at most 50 roles",
);
pub const LAST_OWNER: Refusal = Refusal(
    409,
    "LAST_OWNER",
    "organisation must always have at least one owner",
);
pub const OTHER_BODY: Refusal = Refusal(
    409,
    "IDEMPOTENCY_KEY_REUSED",
    "idempotency key was already used with a different request body",
);
pub const CHANGED: Refusal = Refusal(412, "PRECONDITION_FAILED", "the resource has changed");
pub const TOO_LARGE: Refusal = Refusal(413, "PAYLOAD_TOO_LARGE", "the request body is too large");
pub const NOT_JSON: Refusal = Refusal(
    415,
    "UNSUPPORTED_MEDIA_TYPE",
    "the request body must be UTF-8 JSON without a content encoding",
);
pub const INVALID: Refusal = Refusal(422, "VALIDATION_FAILED", "request validation failed");
pub const BLANK_PASSWORD: Refusal = Refusal(
    422,
    "WEAK_PASSWORD",
    "password must contain at least one non-whitespace character",
);

impl Refusal {
    /// Sends the request and demands this refusal.
    #[track_caller]
    pub fn of(self, call: Call<'_>) -> Reply {
        let reply = call.send();
        self.check(&reply);
        reply
    }

    /// Demands this refusal, in the form that all refusals have.
    #[track_caller]
    pub fn check(self, reply: &Reply) {
        let Self(status, code, detail) = self;
        let body = if reply.status == status {
            reply.json()
        } else {
            Value::Null
        };
        let said = (reply.status, body["code"].as_str(), body["detail"].as_str());
        assert_eq!(said, (status, Some(code), Some(detail)), "{reply}");
        check_document(reply, &body);
        let challenge = [NO_CREDENTIAL, BAD_TOKEN, BAD_CREDENTIAL]
            .contains(&self)
            .then_some("Bearer");
        assert_eq!(reply.header("WWW-Authenticate"), challenge, "{reply}");
    }
}

#[track_caller]
fn check_document(reply: &Reply, body: &Value) {
    assert_eq!(
        reply.header("Content-Type"),
        Some("application/problem+json"),
        "{reply}"
    );
    let members = "type,title,status,detail,instance,code,request_id";
    let shape = shape(reply);
    let known = [
        format!("{{{members}}}"),
        format!("{{{members},errors:[{{type,loc:[],msg}}]}}"),
    ];
    let with_context = shape.starts_with(&format!("{{{members},errors:[{{type,loc:[],msg,ctx:{{"));
    assert!(known.contains(&shape) || with_context, "{shape}");
    assert_eq!(
        body["code"] == INVALID.1,
        body.get("errors").is_some(),
        "{reply}"
    );
    let code = body["code"].as_str().unwrap_or_default();
    let kind = format!(
        "urn:saas-api:problem:{}",
        code.to_lowercase().replace('_', "-")
    );
    assert_eq!(body["type"], kind, "{reply}");
    assert_eq!(body["status"], reply.status, "{reply}");
    assert!(
        body["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty()),
        "{reply}"
    );
    let id = reply
        .header("X-Request-ID")
        .expect("every answer has a request id");
    assert_eq!(body["request_id"], id, "{reply}");
    assert_eq!(
        body["instance"],
        format!("urn:saas-api:request:{id}"),
        "{reply}"
    );
}

/// The entries of a validation error as `type` and `loc`, such as `("missing", r#"["body","name"]"#)`.
#[track_caller]
pub fn violations(reply: &Reply) -> Vec<(String, String)> {
    INVALID.check(reply);
    let body = reply.json();
    let entries = body["errors"].as_array().expect("checked above");
    let entry = |entry: &Value| {
        assert!(entry.get("input").is_none(), "input is echoed: {reply}");
        let kind = entry["type"].as_str().unwrap_or_default().to_owned();
        (kind, entry["loc"].to_string())
    };
    entries.iter().map(entry).collect()
}
