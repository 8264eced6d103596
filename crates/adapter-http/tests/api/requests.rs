//! What happens around every request, and the translation of requests and answers.

use crate::support::{self, Behaviour, KEY, Reply, TOKEN, USER, api, send};
use actix_web::{
    http::Method,
    test::{self, TestRequest},
};
use serde_json::json;
use std::sync::{Arc, atomic::Ordering};

const ORGANISATION: &str = "0198c0de-0000-7000-8000-00000000000a";
const PROJECT: &str = "0198c0de-0000-7000-8000-00000000000b";

fn get(path: impl AsRef<str>) -> TestRequest {
    TestRequest::get()
        .uri(path.as_ref())
        .insert_header(("authorization", TOKEN))
}

async fn answer(request: TestRequest) -> Reply {
    send(api(Behaviour::Answers).0, request).await
}

#[actix_web::test]
async fn a_project_is_answered_with_its_tag_in_the_contracts_order() {
    let reply = answer(get(format!("/orgs/{ORGANISATION}/projects/{PROJECT}"))).await;
    assert_eq!((reply.status, reply.header("etag")), (200, Some("\"v3\"")));
    let expected = format!(
        "{{\"id\":\"{PROJECT}\",\"organisation_id\":\"{ORGANISATION}\",\"name\":\"Apollo\",\"status\":\"active\",\
         \"description\":null,\"created_by_user_id\":\"{USER}\",\"updated_by_user_id\":null,\
         \"created_at\":\"2026-01-01T12:00:00Z\",\"updated_at\":\"2026-01-01T12:00:00.000120Z\"}}",
    );
    assert_eq!(reply.text, expected);
}

#[actix_web::test]
async fn a_page_leads_to_the_next_one_of_the_same_list_only() {
    let list = |query: &str| get(format!("/orgs/{ORGANISATION}/projects?{query}"));
    let first = answer(list("limit=1&sort_by=created_at")).await.json();
    let pagination = &first["pagination"];
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&pagination["limit"], &pagination["offset"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        (&pagination["total"], &pagination["count"]),
        (&json!(2), &json!(1))
    );
    let cursor = pagination["next_cursor"].as_str().unwrap();

    let next = answer(list(&format!("limit=1&cursor={cursor}")))
        .await
        .json();
    assert_eq!(next["pagination"]["offset"], json!(null));
    let refused = [r#"invalid_cursor ["query","cursor"]"#];
    for other in [
        "status=active",
        "name=x",
        "sort_by=name",
        "sort_direction=asc",
    ] {
        let reply = answer(list(&format!("cursor={cursor}&{other}"))).await;
        assert_eq!(reply.violations(), refused, "{other}");
    }
    let elsewhere = format!("/orgs/{PROJECT}/projects?cursor={cursor}");
    assert_eq!(answer(get(elsewhere)).await.violations(), refused);
}

#[actix_web::test]
async fn checks_come_in_the_order_credential_syntax_validation() {
    let post = || TestRequest::post().uri("/orgs/not-an-id/projects?limit=x");
    let broken = || {
        post()
            .insert_header(("content-type", "application/json"))
            .set_payload("{bad")
    };
    assert_eq!(answer(broken()).await.code(), "AUTHENTICATION_REQUIRED");
    let signed_in = |request: TestRequest| request.insert_header(("authorization", TOKEN));
    assert_eq!(
        answer(signed_in(broken())).await.violations(),
        [r#"json_invalid ["body",1]"#]
    );
    let wrong = post()
        .set_json(json!({ "name": "", "status": 1 }))
        .insert_header(("idempotency-key", ""));
    assert_eq!(
        answer(signed_in(wrong)).await.violations(),
        [
            r#"uuid_parsing ["path","organisation_id"]"#,
            r#"string_too_short ["header","Idempotency-Key"]"#,
            r#"string_too_short ["body","name"]"#,
            r#"enum ["body","status"]"#,
        ]
    );
    let list =
        get("/orgs/x/projects?limit=0&offset=-1&status=on&name=&name=%00&sort_by=id&cursor=");
    assert_eq!(
        answer(list).await.violations(),
        [
            r#"uuid_parsing ["path","organisation_id"]"#,
            r#"enum ["query","status"]"#,
            r#"value_error ["query","name"]"#,
            r#"enum ["query","sort_by"]"#,
            r#"greater_than_equal ["query","limit"]"#,
            r#"value_error ["query","offset"]"#,
        ]
    );
}

#[actix_web::test]
async fn an_api_key_is_a_credential_on_projects_only_and_never_beside_another() {
    let path = format!("/orgs/{ORGANISATION}/projects/{PROJECT}");
    let bearer = format!("Bearer {KEY}");
    // The store of these tests knows no keys, so a key that got past the door is refused by the rule.
    let code = async |request: TestRequest| answer(request).await.code();
    let request = || TestRequest::get().uri(&path);
    let refused = "INVALID_CREDENTIAL";
    assert_eq!(
        code(request().insert_header(("authorization", bearer.as_str()))).await,
        refused
    );
    assert_eq!(
        code(request().insert_header(("x-api-key", "good-token"))).await,
        refused
    );
    let both = request()
        .insert_header(("authorization", TOKEN))
        .insert_header(("x-api-key", KEY));
    assert_eq!(code(both).await, refused);
    let key = TestRequest::get()
        .uri("/me")
        .insert_header(("authorization", bearer.as_str()));
    assert_eq!(code(key).await, "INVALID_TOKEN");
    let key = TestRequest::get()
        .uri("/me")
        .insert_header(("x-api-key", KEY));
    assert_eq!(code(key).await, "AUTHENTICATION_REQUIRED");
}

#[actix_web::test]
async fn ids_may_be_spelled_in_every_usual_way() {
    let plain = ORGANISATION.replace('-', "");
    for spelling in [
        ORGANISATION.to_uppercase(),
        plain,
        format!("%7B{ORGANISATION}%7D"),
        format!("urn:uuid:{ORGANISATION}"),
    ] {
        let reply = answer(get(format!("/orgs/{spelling}/projects/{PROJECT}"))).await;
        assert_eq!(reply.json()["organisation_id"], ORGANISATION, "{spelling}");
    }
}

#[actix_web::test]
async fn metrics_see_templates_and_known_methods_only() {
    let (api, recorded) = api(Behaviour::Answers);
    let client = support::client(api).await;
    client
        .send(get(format!("/orgs/{ORGANISATION}/projects/{PROJECT}")))
        .await;
    client.send(get("/orgs/x/projects")).await;
    client.send(get("/orgs/x/nothing")).await;
    client.send(TestRequest::put().uri("/orgs/y")).await;
    client
        .send(get("/healthz").method(Method::from_bytes(b"FOOBAR").unwrap()))
        .await;
    client.send(get("/healthz").method(Method::HEAD)).await;
    let seen = recorded.requests.lock().unwrap();
    let seen: Vec<_> = seen
        .iter()
        .map(|(m, p, s)| (m.as_str(), p.as_str(), *s))
        .collect();
    assert_eq!(
        seen,
        [
            ("GET", "/orgs/{organisation_id}/projects/{project_id}", 200),
            ("GET", "/orgs/{organisation_id}/projects", 422),
            ("GET", "unmatched", 404),
            ("PUT", "/orgs/{organisation_id}", 405),
            ("other", "/healthz", 405),
            ("HEAD", "/healthz", 200),
        ]
    );
}

#[actix_web::test]
async fn request_ids_are_echoed_when_legal() {
    let reply = answer(get("/healthz").insert_header(("x-request-id", " my.id-1 "))).await;
    assert_eq!(reply.header("x-request-id"), Some("my.id-1"));
    assert_eq!(reply.header("x-correlation-id"), Some("my.id-1"));
    let reply = answer(get("/healthz").insert_header(("x-request-id", "a\"b"))).await;
    assert_eq!(
        reply.header("x-request-id"),
        Some("00000000-0000-0000-0000-0000000000ab")
    );
}

#[actix_web::test]
async fn readiness_follows_the_database_and_the_drain() {
    let ready = answer(TestRequest::get().uri("/readyz")).await;
    let ok = json!({ "status": "ok", "detail": "PostgreSQL responded successfully" });
    assert_eq!(
        ready.json(),
        json!({ "status": "ready", "checks": { "postgresql": ok } })
    );
    for behaviour in [Behaviour::IsGone, Behaviour::Hangs] {
        let gone = send(api(behaviour).0, TestRequest::get().uri("/readyz")).await;
        let check =
            json!({ "status": "unavailable", "detail": "PostgreSQL readiness check failed" });
        assert_eq!(gone.status, 503);
        assert_eq!(
            gone.json(),
            json!({ "status": "not_ready", "checks": { "postgresql": check } })
        );
    }
    let (draining, _) = api(Behaviour::Answers);
    draining.draining.store(true, Ordering::Relaxed);
    assert_eq!(
        send(draining, TestRequest::get().uri("/readyz"))
            .await
            .status,
        503
    );
}

#[actix_web::test]
async fn everything_moves_under_the_base_path() {
    let (mut api, _) = api(Behaviour::Answers);
    api.settings.base_path = "/api/v1".into();
    let client = support::client(api).await;
    assert_eq!(client.send(get("/api/v1/healthz")).await.status, 200);
    assert_eq!(client.send(get("/healthz")).await.code(), "NOT_FOUND");
    assert_eq!(client.send(get("/api/v1/nope")).await.code(), "NOT_FOUND");
    assert_eq!(
        client
            .send(TestRequest::put().uri("/api/v1/me"))
            .await
            .code(),
        "METHOD_NOT_ALLOWED"
    );
    let document = client.send(get("/api/v1/openapi.json")).await.json();
    assert_eq!(document["servers"][0]["url"], "/api/v1");
}

#[actix_web::test]
async fn the_documentation_is_served_from_the_binary_or_not_at_all() {
    let (api_on, _) = api(Behaviour::Answers);
    let client = support::client(api_on).await;
    let page = client.send(get("/docs")).await;
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("script-src 'self'")
    );
    let assets: Vec<_> = page
        .text
        .split("\"docs/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let references = page.text.matches("href=").count() + page.text.matches("src=").count();
    assert_eq!(assets.len(), references, "{}", page.text);
    assert!(assets.contains(&"swagger-ui-bundle.js"), "{}", page.text);
    assert!(
        !page.text.contains("http://") && !page.text.contains("https://"),
        "{}",
        page.text
    );
    for asset in assets {
        assert_eq!(
            client.send(get(format!("/docs/{asset}"))).await.status,
            200,
            "{asset}"
        );
    }
    for path in ["/redoc", "/docs/oauth2-redirect", "/openapi.json"] {
        assert_eq!(client.send(get(path)).await.status, 200, "{path}");
    }
    assert_eq!(
        client.send(get("/docs/nothing.js")).await.code(),
        "NOT_FOUND"
    );

    let (mut api_off, _) = api(Behaviour::Answers);
    (
        api_off.settings.docs_enabled,
        api_off.settings.metrics_enabled,
    ) = (false, false);
    let client = support::client(api_off).await;
    for path in [
        "/docs",
        "/redoc",
        "/openapi.json",
        "/docs/index.css",
        "/metrics",
    ] {
        assert_eq!(client.send(get(path)).await.code(), "NOT_FOUND", "{path}");
    }
}

#[actix_web::test]
async fn metrics_can_have_a_listener_of_their_own() {
    let metrics = adapter_http::metrics_only(Arc::new(api(Behaviour::Answers).0));
    let service = test::init_service(metrics).await;
    let send = async |path| {
        let request = TestRequest::get().uri(path).to_request();
        Reply::of(test::call_service(&service, request).await).await
    };
    let page = send("/metrics").await;
    assert_eq!(
        page.header("content-type"),
        Some("text/plain; version=1.0.0; charset=utf-8")
    );
    assert!(page.text.starts_with("# HELP saas_api_requests_total"));
    assert_eq!(send("/healthz").await.code(), "NOT_FOUND");
}

#[actix_web::test]
async fn https_is_promised_only_where_it_is_configured() {
    let promised = async |hsts| {
        let (mut api, _) = api(Behaviour::Answers);
        api.settings.hsts = hsts;
        let reply = send(api, TestRequest::get().uri("/nope")).await;
        reply.header("strict-transport-security").map(str::to_owned)
    };
    assert_eq!(promised(false).await, None);
    assert_eq!(
        promised(true).await.as_deref(),
        Some("max-age=63072000; includeSubDomains")
    );
}
