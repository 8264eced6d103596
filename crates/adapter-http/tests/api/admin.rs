//! What operators are served: a document, a credential and a listener of its own.

use crate::{
    document::{admin_document, operations},
    support::{Behaviour, KEY, Reply, TOKEN, api},
};
use actix_web::{
    http::Method,
    test::{self, TestRequest},
};
use serde_json::{Value, json};
use std::sync::Arc;

const OPERATOR: &str = "Bearer operator-key";

/// Sends a request to the listener of operators. Nothing in the world is asked for more than the form of a key.
async fn send(request: TestRequest) -> Reply {
    let admin = adapter_http::admin_only(Arc::new(api(Behaviour::Answers).0));
    let service = test::init_service(admin).await;
    Reply::of(test::call_service(&service, request.to_request()).await).await
}

fn request(method: &Method, path: &str) -> TestRequest {
    TestRequest::with_uri(&path.replace(['{', '}'], "")).method(method.clone())
}

#[actix_web::test]
async fn every_operation_is_mounted_and_wants_the_key_of_an_operator() {
    let operations = operations(&admin_document());
    assert!(operations.len() > 8, "{operations:?}");
    for (method, path, operation) in operations {
        let open = path == "/admin/bootstrap";
        let wanted = if open {
            Value::Null
        } else {
            json!([{ "operator_key": [] }])
        };
        assert_eq!(operation["security"], wanted, "{method} {path}");
        let anonymous = send(request(&method, &path)).await;
        let expected = if open {
            "VALIDATION_FAILED"
        } else {
            "AUTHENTICATION_REQUIRED"
        };
        assert_eq!(anonymous.code(), expected, "{method} {path}");
        for other in [TOKEN.to_owned(), format!("Bearer {KEY}")] {
            let call = request(&method, &path).insert_header(("authorization", other));
            let expected = if open {
                "VALIDATION_FAILED"
            } else {
                "INVALID_OPERATOR_KEY"
            };
            assert_eq!(send(call).await.code(), expected, "{method} {path}");
        }
        // A key that is well-formed is looked for, which this store cannot do; what is wrong beside it is told first.
        let call = request(&method, &path).insert_header(("authorization", OPERATOR));
        let reply = send(call).await;
        assert!(
            [422, 500].contains(&reply.status),
            "{method} {path}: {reply:?}"
        );
    }
}

#[actix_web::test]
async fn nothing_else_is_served_to_operators_and_nothing_of_theirs_to_others() {
    for path in [
        "/orgs",
        "/metrics",
        "/healthz",
        "/docs",
        "/openapi.json",
        "/tenants",
    ] {
        let reply = send(TestRequest::get().uri(path)).await;
        assert_eq!(reply.code(), "NOT_FOUND", "{path}");
    }
    for (method, path, _) in operations(&admin_document()) {
        let (public, _) = api(Behaviour::Answers);
        let call = request(&method, &path).insert_header(("authorization", OPERATOR));
        let reply = crate::support::send(public, call).await;
        assert_eq!(reply.code(), "NOT_FOUND", "{method} {path}");
    }
}

#[actix_web::test]
async fn what_is_wrong_with_a_request_says_where() {
    let call = async |path: &str, body: Value| {
        let post = TestRequest::post().uri(path).set_json(body);
        send(post.insert_header(("authorization", OPERATOR))).await
    };
    let tenant = "/admin/tenants/0198c0de-0000-7000-8000-000000000001";
    let created = call("/admin/tenants", json!({ "owner": {}, "reason": "" })).await;
    assert_eq!(
        created.violations(),
        [
            r#"missing ["body","name"]"#,
            r#"value_error ["body","owner"]"#,
            r#"string_too_short ["body","reason"]"#,
        ]
    );
    let suspended = call(&format!("{tenant}/suspend"), json!({})).await;
    assert_eq!(suspended.violations(), [r#"missing ["body","reason"]"#]);
    let purged = call(
        &format!("{tenant}/purge"),
        json!({ "early": "yes", "reason": "x".repeat(501) }),
    )
    .await;
    assert_eq!(
        purged.violations(),
        [
            r#"bool_type ["body","early"]"#,
            r#"string_too_long ["body","reason"]"#,
        ]
    );
    let delete = TestRequest::delete().uri(tenant);
    let deleted = send(delete.insert_header(("authorization", OPERATOR))).await;
    assert_eq!(deleted.violations(), [r#"missing ["query","reason"]"#]);
}

#[actix_web::test]
async fn answers_to_operators_have_the_headers_of_all_answers() {
    let reply = send(TestRequest::get().uri("/admin/tenants")).await;
    assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert!(reply.header("x-request-id").is_some());
}
