//! The log stays one JSON object a line, whatever is sent.

use crate::support::{Wire, builder, on_both};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use test_server::{Database, PASSWORD, TestServer, World};

/// What breaks lines, steers terminals, or turns the direction of writing.
const HOSTILE: [&str; 12] = [
    "\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}\r\n",
    "\n",
    "\r",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}desrever\u{202c}",
    "\u{2066}\u{2069}",
    "\u{7f}",
    "\u{9b}31m",
    "\u{feff}\"},{\"",
];

/// The fields that a line may have.
const FIELDS: [&str; 13] = [
    "timestamp",
    "level",
    "logger",
    "message",
    "request_id",
    "http_method",
    "path",
    "status_code",
    "duration_ms",
    "organisation_id",
    "principal_kind",
    "principal_id",
    "client_ip",
];

fn percent_encoded(text: &str) -> String {
    let bytes: Vec<_> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

/// Sends hostile text wherever text can be sent.
fn provoke(server: &TestServer, world: &World) {
    let token = &world.owner.token;
    for hostile in HOSTILE {
        let encoded = percent_encoded(hostile);
        for target in [
            format!("/{encoded}"),
            format!("/orgs/{encoded}?{encoded}={encoded}"),
            world.path(&format!("/projects?name={encoded}&cursor={encoded}")),
        ] {
            server.get(&target).bearer(token).send();
        }
        for (path, body) in [
            (
                "/orgs".to_owned(),
                json!({ "name": hostile, "slug": hostile }),
            ),
            ("/orgs".to_owned(), json!({ hostile: hostile })),
            (
                world.path("/projects"),
                json!({ "name": hostile, "description": hostile }),
            ),
            (world.path("/api-keys"), json!({ "name": hostile })),
            (
                "/auth/register".to_owned(),
                json!({ "email": hostile, "password": PASSWORD, "display_name": hostile }),
            ),
            (
                "/auth/login".to_owned(),
                json!({ "email": "a@example.com", "password": hostile }),
            ),
        ] {
            server.post(&path).bearer(token).json(&body).send();
        }
        send_in_headers(server, hostile);
    }
}

/// Sends it as it is: what is no legal header is refused by the parser.
fn send_in_headers(server: &TestServer, hostile: &str) {
    let headers = [
        "User-Agent",
        "Referer",
        "X-Request-ID",
        "X-Forwarded-For",
        "traceparent",
        "Authorization",
        "Idempotency-Key",
    ];
    for name in headers {
        let mut wire = Wire::connect(server.address());
        wire.send(format!(
            "GET /me HTTP/1.1\r\nHost: test\r\n{name}: {hostile}\r\n\r\n"
        ));
        let answer = wire.answer().expect("an answer");
        assert!(
            (400..500).contains(&answer.status),
            "{name}: {hostile:?}: {answer:?}"
        );
    }
    let mut wire = Wire::connect(server.address());
    wire.send(format!(
        "GET /{hostile} HTTP/1.1\r\nHost: {hostile}\r\n\r\n"
    ));
    wire.answer();
}

fn every_line_is_one_object_of_known_fields(database: &Database) {
    let server = builder(database).start();
    let world = World::new(&server, "log");
    // What the start prints for people is on standard error, and over.
    let begin = server.log().len();
    provoke(&server, &world);
    let log = server.log().split_off(begin);
    let (known, mut lines) = (BTreeSet::from(FIELDS), 0);
    for line in log.split_terminator('\n') {
        let object: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let object = object
            .as_object()
            .unwrap_or_else(|| panic!("no object: {line:?}"));
        for name in object.keys() {
            assert!(known.contains(name.as_str()), "{name} in {line}");
        }
        lines += 1;
    }
    assert!(lines > HOSTILE.len() * 9, "{lines} lines");
    let raw = |c: char| {
        c.is_control() && c != '\n'
            || ('\u{2028}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    assert!(!log.contains(raw), "a control character is in the log");
    assert!(
        !log.contains("forged"),
        "something that was sent is in the log"
    );
}

on_both!(every_line_is_one_object_of_known_fields);
