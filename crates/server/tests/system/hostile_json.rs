//! Bodies that are no JSON, or more of it than anyone needs.

use crate::support::{on_both, shared};
use test_server::{Database, Reply, TestServer, User, unique};

/// Part of what is sent, and of no answer and no line of the log.
const CANARY: &str = "canary4711";

/// Bodies with what they are, every one of them refused by every operation.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let keys: Vec<_> = (0..100_000).map(|n| format!(",\"k{n}\":0")).collect();
    let repeated = |count: usize, text: &str| text.repeat(count).into_bytes();
    let texts = [
        ("nothing", ""),
        ("null", "null"),
        ("true", "true"),
        ("a number", "4711"),
        ("an array", "[\"canary4711\"]"),
        ("a text", "\"canary4711\""),
        ("no JSON", "canary4711"),
        ("an open object", "{\"name\":\"canary4711\""),
        ("an open text", "{\"name\":\"canary4711"),
        ("a trailing comma", "{\"name\":\"canary4711\",}"),
        (
            "something behind it",
            "{\"name\":\"canary4711\"} canary4711",
        ),
        ("two documents", "{\"name\":\"canary4711\"}{}"),
        ("single quotes", "{'name':'canary4711'}"),
        ("a comment", "{\"name\":\"canary4711\"/*canary4711*/}"),
        ("a name without quotes", "{name:\"canary4711\"}"),
        ("a byte order mark", "\u{feff}{\"name\":\"canary4711\"}"),
        ("NaN", "{\"name\":NaN,\"slug\":\"canary4711\"}"),
        ("infinity", "{\"name\":-Infinity}"),
        ("a number that is too large", "{\"name\":1e400}"),
        ("minus zero", "{\"name\":-0}"),
        ("2^63", "{\"name\":9223372036854775808}"),
        ("2^64", "{\"name\":18446744073709551616}"),
        ("a leading zero", "{\"name\":007}"),
        ("a lone high surrogate", "{\"name\":\"canary4711\\ud800\"}"),
        ("a lone low surrogate", "{\"name\":\"canary4711\\udc00x\"}"),
        (
            "surrogates the wrong way round",
            "{\"name\":\"\\udc00\\ud800\"}",
        ),
        ("a raw line feed in a text", "{\"name\":\"canary4711\n\"}"),
        ("a raw NUL", "{\"name\":\"canary4711\0\"}"),
        ("an escaped NUL in a name", "{\"\\u0000\":\"canary4711\"}"),
        ("an illegal escape", "{\"name\":\"canary4711\\x41\"}"),
        ("form data", "name=canary4711&password=canary4711"),
        (
            "XML",
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        ),
        ("a repeated name", "{\"name\":\"canary4711\",\"name\":4711}"),
    ];
    let mut bodies: Vec<_> = texts
        .map(|(what, text)| (what, text.as_bytes().to_vec()))
        .into();
    bodies.extend([
        (
            "bytes that are not UTF-8",
            b"{\"name\":\"canary4711\xff\xfe\"}".to_vec(),
        ),
        (
            "an overlong encoding",
            b"{\"name\":\"canary4711\xc0\x80\"}".to_vec(),
        ),
        (
            "a surrogate in UTF-8",
            b"{\"name\":\"\xed\xa0\x80\"}".to_vec(),
        ),
        (
            "UTF-16",
            "{\"name\":\"x\"}"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        ("100,000 arrays in one another", repeated(100_000, "[")),
        (
            "100,000 objects in one another",
            repeated(100_000, "{\"a\":"),
        ),
        (
            "100,000 fields",
            format!("{{\"name\":4711{}}}", keys.concat()).into_bytes(),
        ),
        (
            "a text of 10 MB",
            format!("{{\"name\":\"{}\"}}", CANARY.repeat(1_000_000)).into_bytes(),
        ),
        (
            "a text of 900 kB",
            format!("{{\"name\":\"{}\"}}", CANARY.repeat(90_000)).into_bytes(),
        ),
        (
            "a number of 900 kB",
            format!("{{\"name\":{}}}", "9".repeat(900_000)).into_bytes(),
        ),
    ]);
    bodies
}

/// Demands a refusal that blames the client, in our form, without a word of what was sent.
fn check(reply: &Reply, what: &str) {
    assert!([413, 422].contains(&reply.status), "{what}: {reply}");
    assert_eq!(
        reply.header("Content-Type"),
        Some("application/problem+json"),
        "{what}"
    );
    assert_eq!(reply.json()["status"], reply.status, "{what}");
    assert!(!reply.text().contains(CANARY), "{what} is echoed: {reply}");
    assert!(
        reply.body.len() < 64 * 1024,
        "{what}: an answer of {} bytes",
        reply.body.len()
    );
}

fn post(server: &TestServer, user: &User, organisation: &str) {
    let project = server
        .post(&format!("/orgs/{organisation}/projects"))
        .bearer(&user.token);
    let project = project
        .text("{\"name\":\"patched\"}")
        .expect(201)
        .string("/id");
    let targets = [
        ("POST", "/auth/register".to_owned()),
        ("POST", "/auth/login".to_owned()),
        ("POST", "/orgs".to_owned()),
        ("PATCH", format!("/orgs/{organisation}/projects/{project}")),
    ];
    for (what, body) in bodies() {
        for (method, target) in &targets {
            let call = server.call(method, target).bearer(&user.token);
            let call = call.header("Content-Type", "application/json");
            check(&call.bytes(&body).send(), what);
        }
    }
}

fn bodies_that_are_no_json_are_refused_and_not_echoed(database: &Database) {
    let server = shared(database);
    let user = server.user("hostile");
    let organisation = server.organisation(&user, &unique("hostile"));
    post(server, &user, &organisation);
    assert!(!server.log().contains(CANARY), "the log has what was sent");
    for media_type in [
        "text/plain",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "",
    ] {
        let call = server
            .post("/orgs")
            .bearer(&user.token)
            .header("Content-Type", media_type);
        let _ = call.bytes("{\"name\":\"x\"}").expect(415);
    }
}

fn of_a_repeated_name_the_last_one_counts(database: &Database) {
    let server = shared(database);
    let user = server.user("repeated");
    let (first, last) = (unique("first"), unique("last"));
    let body = format!("{{\"name\":\"{first}\",\"name\":\"{last}\"}}");
    let reply = server
        .post("/orgs")
        .bearer(&user.token)
        .text(&body)
        .expect(201);
    assert_eq!(reply.string("/name"), last);
}

on_both!(
    bodies_that_are_no_json_are_refused_and_not_echoed,
    of_a_repeated_name_the_last_one_counts,
);
