//! Headers in and out: request ids, credentials, security headers, content types.

use crate::support::*;
use serde_json::json;
use test_server::{Reply, TestServer, World, raw};

fn id(reply: &Reply) -> &str {
    reply.header("X-Request-ID").unwrap_or_default()
}

fn a_legal_request_id_is_echoed_and_any_other_replaced(server: &TestServer) {
    let long = "x".repeat(128);
    for legal in ["a", "Az09._:-", long.as_str(), "  padded  "] {
        let reply = server
            .get("/healthz")
            .header("X-Request-ID", legal)
            .expect(200);
        assert_eq!(id(&reply), legal.trim());
    }
    for illegal in [
        "",
        "   ",
        "a b",
        "a/b",
        "ä",
        "<script>",
        "x,y",
        "x".repeat(129).as_str(),
    ] {
        let reply = server
            .get("/healthz")
            .header("X-Request-ID", illegal)
            .expect(200);
        assert_ne!(id(&reply), illegal.trim());
        assert_eq!(id(&reply).len(), 36, "{illegal:?}");
    }
    let twice = server
        .get("/healthz")
        .header("X-Request-ID", "one")
        .header("X-Request-ID", "two");
    assert_eq!(id(&twice.expect(200)), "one");
    let ids = [(); 2].map(|()| id(&server.get("/healthz").expect(200)).to_owned());
    assert_ne!(ids[0], ids[1]);
}

fn every_answer_carries_request_id_and_security_headers(server: &TestServer) {
    let world = World::new(server, "headers");
    let project = world.project(server, "Gone")["id"].clone();
    let path = world.path(&format!(
        "/projects/{}",
        project.as_str().unwrap_or_default()
    ));
    let token = &world.owner.token;
    for (call, status) in [
        (server.get("/healthz"), 200),
        (server.get("/metrics"), 200),
        (server.get("/openapi.json"), 200),
        (server.delete(&path).bearer(token), 204),
        (server.get("/me"), 401),
        (
            server.get(&world.path("")).bearer(&world.outsider.token),
            403,
        ),
        (server.get("/nothing"), 404),
        (server.call("PUT", "/orgs"), 405),
        (server.post("/orgs").bearer(token).bytes("x"), 415),
        (server.post("/orgs").bearer(token).json(&json!({})), 422),
    ] {
        let reply = call.header("X-Request-ID", "mine").expect(status);
        for (name, value) in [
            ("X-Request-ID", "mine"),
            ("X-Correlation-ID", "mine"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            (
                "Content-Security-Policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("Vary", "Authorization"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{name} of {reply}");
        }
        assert!(reply.header("Permissions-Policy").is_some());
        for absent in [
            "Server",
            "X-Powered-By",
            "Strict-Transport-Security",
            "Access-Control-Allow-Origin",
        ] {
            assert_eq!(reply.header(absent), None, "{absent} of {reply}");
        }
    }
}

fn the_bearer_scheme_is_read_leniently_and_nothing_else_is(server: &TestServer) {
    let token = server.user("bearer").token;
    for value in [
        format!("Bearer {token}"),
        format!("bearer   {token}"),
        format!("BEARER {token} "),
    ] {
        let _ = server.get("/me").header("Authorization", value).expect(200);
    }
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        &token,
        &format!("Token {token}"),
    ] {
        NO_CREDENTIAL.of(server.get("/me").header("Authorization", value));
    }
    // Of several the first one counts.
    let call = server
        .get("/me")
        .bearer(&token)
        .header("Authorization", "Basic dTpw");
    let _ = call.expect(200);
    NO_CREDENTIAL.of(server
        .get("/me")
        .header("Authorization", "Basic dTpw")
        .bearer(&token));
}

fn an_api_key_comes_as_bearer_or_in_its_own_header(server: &TestServer) {
    let world = World::new(server, "x-api-key");
    let (key, other) = (
        world.api_key(server, &world.owner, "one").raw,
        world.api_key(server, &world.owner, "other").raw,
    );
    let list = || server.get(&world.path("/projects"));
    let _ = list().bearer(&key).expect(200);
    let _ = list().header("X-API-Key", &key).expect(200);
    let _ = list().bearer(&key).header("X-API-Key", &key).expect(200);
    BAD_CREDENTIAL.of(list().bearer(&key).header("X-API-Key", &other));
    BAD_CREDENTIAL.of(list().bearer(&world.owner.token).header("X-API-Key", &key));
    BAD_CREDENTIAL.of(list().header("X-API-Key", "nonsense"));
    // Where no key is accepted, the header is none of a credential.
    NO_CREDENTIAL.of(server.get("/me").header("X-API-Key", &key));
}

fn a_body_is_json_in_utf_8_or_refused(server: &TestServer) {
    let token = server.user("media").token;
    let post = |content_type: &str| {
        server
            .post("/orgs")
            .bearer(&token)
            .header("Content-Type", content_type)
            .bytes("{}")
    };
    for accepted in [
        "application/json",
        "application/json; charset=utf-8",
        "application/merge-patch+json",
    ] {
        INVALID.of(post(accepted));
    }
    for refused in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
    ] {
        NOT_JSON.of(post(refused));
    }
    NOT_JSON.of(server.post("/orgs").bearer(&token).bytes("{}"));
    NOT_JSON.of(post("application/json").header("Content-Encoding", "gzip"));
}

fn a_body_of_no_length_is_a_missing_body(server: &TestServer) {
    let token = server.user("empty").token;
    for call in [
        server.post("/orgs"),
        server.post("/orgs").text(""),
        server.post("/orgs").text("null"),
    ] {
        let reply = call.bearer(&token).send();
        assert_eq!(
            violations(&reply),
            [("missing".to_owned(), r#"["body"]"#.to_owned())]
        );
        assert_eq!(reply.string("/errors/0/msg"), "Field required");
    }
}

fn bodies_are_bounded_and_those_of_a_login_more_so(server: &TestServer) {
    let token = server.user("large").token;
    let body = |size: usize| json!({ "name": "x".repeat(size) }).to_string();
    TOO_LARGE.of(server.post("/orgs").bearer(&token).text(&body(1024 * 1024)));
    INVALID.of(server.post("/orgs").bearer(&token).text(&body(1024 * 1000)));
    TOO_LARGE.of(server.post("/auth/login").text(&body(16 * 1024)));
    INVALID.of(server.post("/auth/login").text(&body(15 * 1024)));
}

fn what_is_hardly_http_is_a_client_error(server: &TestServer) {
    for request in [
        "GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        "POST /orgs HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let answer = raw::exchange(server.address(), request.as_bytes());
        assert_eq!(raw::status(&answer), Some(400), "{request:?}");
    }
}

on_both!(
    a_legal_request_id_is_echoed_and_any_other_replaced,
    every_answer_carries_request_id_and_security_headers,
    the_bearer_scheme_is_read_leniently_and_nothing_else_is,
    an_api_key_comes_as_bearer_or_in_its_own_header,
    a_body_is_json_in_utf_8_or_refused,
    a_body_of_no_length_is_a_missing_body,
    bodies_are_bounded_and_those_of_a_login_more_so,
    what_is_hardly_http_is_a_client_error,
);
