//! Health, readiness, keys, documents, and what there is no route for.

use crate::support::*;
use serde_json::json;
use test_server::{Database, TestServer};

fn health_says_who_answers(server: &TestServer) {
    let reply = server.get("/healthz").expect(200);
    assert_eq!(shape(&reply), "{status,app_name,version,environment}");
    let expected = json!({
        "status": "ok",
        "app_name": "multi-tenant-saas-api",
        "version": "0.1.0",
        "environment": "local",
    });
    assert_eq!(reply.json(), expected);
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
}

fn readiness_names_the_database(server: &TestServer) {
    let name = if *server.database() == Database::Sqlite {
        "SQLite"
    } else {
        "PostgreSQL"
    };
    let check = json!({ "status": "ok", "detail": format!("{name} responded successfully") });
    let expected = json!({ "status": "ready", "checks": { name.to_lowercase(): check } });
    assert_eq!(server.get("/readyz").expect(200).json(), expected);
}

fn the_key_set_holds_public_parts_only(server: &TestServer) {
    let reply = server.get("/.well-known/jwks.json").expect(200);
    let key = &reply.json()["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"))
    );
    assert!(
        key["x"].is_string() && key["kid"].is_string() && key.get("d").is_none(),
        "{key}"
    );
}

fn documents_are_served_unless_switched_off(server: &TestServer) {
    let page = server.get("/docs").expect(200);
    assert_eq!(
        page.header("Content-Type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        !page.text().contains("http://") && !page.text().contains("https://"),
        "outside assets"
    );
    let document = server.get("/openapi.json").expect(200).json();
    assert_eq!(document["info"]["title"], "multi-tenant-saas-api");
    assert_eq!(document["info"]["version"], "0.1.0");

    let silent = own(server)
        .setting("SAAS_API_DOCS_ENABLED", "false")
        .start();
    for path in ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"] {
        NO_ROUTE.of(silent.get(path));
    }
}

fn what_has_no_route_is_not_found_with_or_without_a_credential(server: &TestServer) {
    let token = server.user("lost").token;
    for path in [
        "/",
        "/nothing",
        "/orgs/",
        "/v1/orgs",
        "/orgs/x/y",
        "//orgs",
        "/ORGS",
    ] {
        NO_ROUTE.of(server.get(path));
        NO_ROUTE.of(server.get(path).bearer(&token));
    }
}

fn another_method_is_told_which_there_are(server: &TestServer) {
    for (method, path, allowed) in [
        ("DELETE", "/orgs", "GET, HEAD, POST"),
        ("OPTIONS", "/me", "GET, HEAD"),
        ("GET", "/auth/login", "POST"),
        ("PUT", "/healthz", "GET, HEAD"),
        ("BREW", "/metrics", "GET, HEAD"),
    ] {
        let reply = WRONG_METHOD.of(server.call(method, path));
        let mut listed: Vec<_> = reply
            .header("Allow")
            .unwrap_or_default()
            .split(", ")
            .collect();
        listed.sort_unstable();
        assert_eq!(listed.join(", "), allowed, "{method} {path}");
    }
}

fn head_is_get_without_the_body(server: &TestServer) {
    let head = server.call("HEAD", "/healthz").expect(200);
    let get = server.get("/healthz").expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("Content-Length"), get.header("Content-Length"));
    assert_eq!(head.header("Content-Type"), get.header("Content-Type"));
}

fn everything_can_be_mounted_under_a_path(server: &TestServer) {
    let mounted = own(server)
        .setting("SAAS_API_HTTP__BASE_PATH", "/api/v1")
        .until("/api/v1/readyz")
        .start();
    let _ = mounted.get("/api/v1/healthz").expect(200);
    NO_CREDENTIAL.of(mounted.get("/api/v1/orgs"));
    NO_ROUTE.of(mounted.get("/orgs"));
}

on_both!(
    health_says_who_answers,
    readiness_names_the_database,
    the_key_set_holds_public_parts_only,
    documents_are_served_unless_switched_off,
    what_has_no_route_is_not_found_with_or_without_a_credential,
    another_method_is_told_which_there_are,
    head_is_get_without_the_body,
    everything_can_be_mounted_under_a_path,
);
