//! The headers of every kind of answer.

use crate::support::{Answer, Wire, head, on_both, shared};
use test_server::{Database, Reply, TestServer, World, unique};

/// Every answer has these.
const ALWAYS: [(&str, &str); 9] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("vary", "Authorization"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("x-request-id", "headers-4711"),
];

/// None has these.
const NEVER: [&str; 6] = [
    "server",
    "x-powered-by",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "set-cookie",
    "strict-transport-security",
];

fn check(what: &str, header: impl Fn(&str) -> Option<String>) {
    for (name, value) in ALWAYS {
        let found = header(name).map(|found| found.to_lowercase());
        assert_eq!(found, Some(value.to_lowercase()), "{name} of {what}");
    }
    for name in NEVER {
        assert_eq!(header(name), None, "{what}");
    }
}

fn check_reply(reply: &Reply) {
    check(&reply.to_string(), |name| {
        reply.header(name).map(str::to_owned)
    });
}

/// Sends what no HTTP client would.
fn send(server: &TestServer, request: &str) -> Answer {
    let mut wire = Wire::connect(server.address());
    wire.send(request.replace("\r\n\r\n", "\r\nX-Request-ID: headers-4711\r\n\r\n"));
    wire.answer()
        .unwrap_or_else(|| panic!("no answer: {request}"))
}

fn every_kind_of_answer_has_the_headers(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "headers");
    let (token, slug) = (&world.owner.token, unique("headers"));
    let project = world.project(server, "headers")["id"].clone();
    let project = world.path(&format!(
        "/projects/{}",
        project.as_str().unwrap_or_default()
    ));
    let body = format!(r#"{{"name":"x","slug":"{slug}"}}"#);
    let post = |body: &str| server.post("/orgs").bearer(token).text(body);
    for (call, status) in [
        (server.get("/healthz"), 200),
        (server.get("/readyz"), 200),
        (server.get("/metrics"), 200),
        (server.get("/openapi.json"), 200),
        (server.get("/.well-known/jwks.json"), 200),
        (server.get("/orgs").bearer(token), 200),
        (server.call("HEAD", "/orgs").bearer(token), 200),
        (post(&body), 201),
        (
            server
                .get("/orgs")
                .header("Origin", "https://evil.example")
                .bearer(token),
            200,
        ),
        (
            server
                .delete(&project)
                .bearer(token)
                .header("If-Match", "\"v99\""),
            412,
        ),
        (server.delete(&project).bearer(token), 204),
        (server.get("/me"), 401),
        (
            server
                .post("/auth/login")
                .text(r#"{"email":"a@example.com","password":"x"}"#),
            401,
        ),
        (
            server.get(&world.path("")).bearer(&world.outsider.token),
            403,
        ),
        (server.get(&project).bearer(token), 404),
        (server.get("/nothing"), 404),
        (server.call("PUT", "/orgs").bearer(token), 405),
        (
            server
                .call("OPTIONS", "/orgs")
                .header("Origin", "https://evil.example"),
            405,
        ),
        (server.call("TRACE", "/orgs"), 405),
        (post(&body), 409),
        (post(&" ".repeat(2 * 1024 * 1024)), 413),
        (server.get(&format!("/orgs?{}", "x".repeat(9000))), 414),
        (server.post("/orgs").bearer(token).bytes("x"), 415),
        (post("{}"), 422),
        (
            server.get("/healthz").header("X-Large", "x".repeat(9000)),
            431,
        ),
    ] {
        check_reply(&call.header("X-Request-ID", "headers-4711").expect(status));
    }
    let post = head("POST", "/orgs", token);
    for (request, status) in [
        (
            "CONNECT example.com:443 HTTP/1.1\r\nHost: test\r\n\r\n".to_owned(),
            405,
        ),
        ("TRACE / HTTP/1.1\r\nHost: test\r\n\r\n".to_owned(), 405),
        ("BREW /orgs HTTP/1.1\r\nHost: test\r\n\r\n".to_owned(), 405),
        (format!("{post}Content-Length: 1073741824\r\n\r\n"), 413),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"),
            400,
        ),
    ] {
        let answer = send(server, &request);
        assert_eq!(answer.status, status, "{request}");
        check(&request, |name| answer.header(name).map(str::to_owned));
    }
}

fn the_documentation_page_loads_nothing_from_elsewhere(database: &Database) {
    let reply = shared(database).get("/docs/").send();
    let reply = if reply.status == 200 {
        reply
    } else {
        shared(database).get("/docs").expect(200)
    };
    let policy = reply.header("Content-Security-Policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(
        !policy.contains("http") && !policy.contains('*'),
        "{policy}"
    );
    assert_eq!(reply.header("X-Frame-Options"), Some("DENY"));
}

on_both!(
    every_kind_of_answer_has_the_headers,
    the_documentation_page_loads_nothing_from_elsewhere,
);
