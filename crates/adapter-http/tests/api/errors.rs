//! Every error is a problem document, with every header, and says nothing that it should not.

use crate::support::{Behaviour, Reply, TOKEN, api, send};
use actix_web::{http::Method, test::TestRequest};
use serde_json::json;

const PROJECT: &str =
    "/orgs/0198c0de-0000-7000-8000-00000000000a/projects/0198c0de-0000-7000-8000-00000000000b";

async fn reply(behaviour: Behaviour, request: TestRequest) -> Reply {
    send(api(behaviour).0, request).await
}

fn assert_headers(reply: &Reply) {
    let expected = [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("vary", "Authorization"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in expected {
        assert_eq!(reply.header(name), Some(value), "{name} {reply:?}");
    }
    assert!(reply.header("permissions-policy").is_some());
    assert!(reply.header("server").is_none());
    assert_eq!(
        reply.header("x-request-id"),
        reply.header("x-correlation-id")
    );
    assert!(reply.header("access-control-allow-origin").is_none());
}

#[actix_web::test]
async fn framework_and_application_errors_are_problem_documents_with_all_headers() {
    let get = |path: &str| TestRequest::get().uri(path);
    let project = || get(PROJECT).insert_header(("authorization", TOKEN));
    let long = format!("/me?{}", "x".repeat(9000));
    let table = [
        (Behaviour::Answers, get("/nope"), 404, "NOT_FOUND"),
        (Behaviour::Answers, get("/orgs/"), 404, "NOT_FOUND"),
        (
            Behaviour::Answers,
            TestRequest::put().uri("/orgs"),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (
            Behaviour::Answers,
            get("/me"),
            401,
            "AUTHENTICATION_REQUIRED",
        ),
        (Behaviour::Answers, get(&long), 414, "URI_TOO_LONG"),
        (
            Behaviour::Answers,
            get("/me").insert_header(("x-long", "x".repeat(9000))),
            431,
            "HEADER_FIELDS_TOO_LARGE",
        ),
        (Behaviour::IsGone, project(), 503, "STORAGE_UNAVAILABLE"),
        (Behaviour::Hangs, project(), 503, "HANDLER_TIMEOUT"),
        (Behaviour::Fails, project(), 500, "INTERNAL_ERROR"),
        (Behaviour::Panics, project(), 500, "INTERNAL_ERROR"),
    ];
    for (behaviour, request, status, code) in table {
        let reply = reply(behaviour, request).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code));
        assert_headers(&reply);
        assert_eq!(
            reply.header("retry-after").is_some(),
            status == 503,
            "{code}"
        );
        assert!(!reply.text.contains("canary"), "{}", reply.text);
    }
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    for (method, path, allow) in [
        (Method::PUT, "/orgs", "GET, HEAD, POST"),
        (Method::OPTIONS, "/me", "GET, HEAD"),
        (Method::DELETE, "/auth/login", "POST"),
        (Method::TRACE, "/me", "GET, HEAD"),
        (Method::TRACE, "/nowhere", "GET, HEAD, POST, PATCH, DELETE"),
        (
            Method::CONNECT,
            "/nowhere",
            "GET, HEAD, POST, PATCH, DELETE",
        ),
        (Method::POST, PROJECT, "GET, HEAD, PATCH, DELETE"),
    ] {
        let reply = reply(
            Behaviour::Answers,
            TestRequest::with_uri(path).method(method),
        )
        .await;
        assert_eq!(reply.code(), "METHOD_NOT_ALLOWED");
        assert_eq!(reply.header("allow"), Some(allow), "{path}");
        assert_headers(&reply);
    }
}

#[actix_web::test]
async fn a_refused_credential_is_challenged_but_a_failed_login_is_not_asked_for_a_token() {
    let reply = reply(Behaviour::Answers, TestRequest::get().uri("/me")).await;
    assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    let detail = |reply: &Reply| reply.json()["detail"].clone();
    assert_eq!(detail(&reply), "authentication required");

    let wrong = ("authorization", "Bearer nonsense");
    let user = send(
        api(Behaviour::Answers).0,
        TestRequest::get().uri("/me").insert_header(wrong),
    );
    assert_eq!(detail(&user.await), "invalid or expired access token");
    let project = send(
        api(Behaviour::Answers).0,
        TestRequest::get().uri(PROJECT).insert_header(wrong),
    );
    assert_eq!(
        detail(&project.await),
        "invalid or expired access token or API key"
    );
}

#[actix_web::test]
async fn nothing_that_was_sent_comes_back() {
    let body = json!({
        "email": "canary-address", "password": "canary", "display_name": ["canary"],
        "canary\u{1b}[31m": "canary-value"
    });
    let request = TestRequest::post()
        .uri("/auth/register?canary=1")
        .set_json(&body);
    let reply = reply(Behaviour::Answers, request).await;
    assert_eq!(
        reply.violations(),
        [
            r#"value_error ["body","email"]"#,
            r#"too_short ["body","password"]"#,
            r#"string_type ["body","display_name"]"#,
            r#"extra_forbidden ["body","canary\u001b[31m"]"#,
        ]
    );
    assert_eq!(
        reply.text.matches("canary").count(),
        1,
        "only the field's name: {}",
        reply.text
    );
    assert!(!reply.text.contains("\"input\""));
}

#[actix_web::test]
async fn every_refusal_that_protects_the_rest_is_counted() {
    for (behaviour, reason) in [
        (Behaviour::IsGone, "storage"),
        (Behaviour::Hangs, "deadline"),
    ] {
        let (api, recorded) = api(behaviour);
        let request = TestRequest::get()
            .uri(PROJECT)
            .insert_header(("authorization", TOKEN));
        send(api, request).await;
        assert_eq!(*recorded.shed.lock().unwrap(), [reason]);
    }
}
