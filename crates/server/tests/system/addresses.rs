//! Slugs and e-mail addresses that look like others, or like nothing.

use crate::support::{on_both, shared};
use serde_json::json;
use test_server::{Database, PASSWORD, TestServer, unique};

const SLUGS: &[&str] = &[
    "Upper",
    "a b",
    "a_b",
    "-ab",
    "ab-",
    "a--b",
    "ab",
    "",
    "\u{430}bc",
    "ab\u{200b}c",
    "ab\u{202e}c",
    "ab\u{2066}c",
    "\u{ff41}bc",
    "abc\u{301}",
    "stra\u{df}e",
    "ab\u{ad}c",
    "abc\n",
    " abc",
    "a.b.c",
    "a/b/c",
    "\u{1d41a}bc",
    "ab\u{0}c",
];

const ADDRESSES: &[&str] = &[
    "",
    " ",
    "@",
    "a",
    "a@",
    "@example.com",
    "a@b@example.com",
    "a@example",
    "a@example.",
    "a@.example.com",
    "a@exa mple.com",
    "a b@example.com",
    ".a@example.com",
    "a.@example.com",
    "a..b@example.com",
    "a@-example.com",
    "a@example-.com",
    "a@example..com",
    "a@[127.0.0.1]",
    "\"a b\"@example.com",
    "a@localhost",
    "a@x.local",
    "a@x.test",
    "a@x.invalid",
    "a@x.onion",
    "a@1.in-addr.arpa",
    "a@example.123",
    "a\u{200b}b@example.com",
    "a\u{202e}b@example.com",
    "a\u{2066}b@example.com",
    "a\u{ad}b@example.com",
    "a\u{feff}@example.com",
    "a\u{0}@example.com",
    "a\n@example.com",
    "a\r\nBcc: b@example.com",
    "a\u{1b}@example.com",
    "a\u{2028}@example.com",
    "a@ex\u{200b}ample.com",
    "a@ex\u{202e}ample.com",
    "a@example\u{3002}com",
    "a\u{e000}@example.com",
    "Name <a@example.com>",
    "a@example.com,b@example.com",
];

fn slugs_and_addresses_are_what_they_look_like(database: &Database) {
    let server = shared(database);
    let user = server.user("unicode");
    let (slug, label) = ("a".repeat(81), "a".repeat(64));
    for slug in SLUGS.iter().copied().chain([slug.as_str()]) {
        let body = json!({ "name": "x", "slug": slug });
        let reply = server.post("/orgs").bearer(&user.token).json(&body).send();
        assert_eq!(reply.status, 422, "{slug:?}: {reply}");
    }
    let long = format!("{}@example.com", "a".repeat(243));
    let label = format!("a@{label}.com");
    for email in ADDRESSES
        .iter()
        .copied()
        .chain([long.as_str(), label.as_str()])
    {
        let body = json!({ "email": email, "password": PASSWORD, "display_name": "x" });
        let reply = server.post("/auth/register").json(&body).send();
        assert_eq!(reply.status, 422, "{email:?}: {reply}");
        let body = json!({ "email": email, "password": PASSWORD });
        let reply = server.post("/auth/login").json(&body).send();
        assert_eq!(reply.status, 422, "{email:?}: {reply}");
    }
}

/// One address, however its letters are encoded.
fn equivalent_addresses_are_the_same(database: &Database) {
    let server = shared(database);
    let tail = unique("same");
    let register = |local: &str| register(server, &format!("{local}-{tail}@example.com"));
    assert_eq!(register("jos\u{e9}"), 201);
    for same in ["jose\u{301}", "JOS\u{c9}", " jos\u{e9}"] {
        assert_eq!(register(same), 409, "{same:?}");
    }
    // The Kelvin sign is a k to Unicode.
    assert_eq!(register("k"), 201);
    assert_eq!(register("\u{212a}"), 409);
}

fn register(server: &TestServer, email: &str) -> u16 {
    let body = json!({ "email": email, "password": PASSWORD, "display_name": "x" });
    server.post("/auth/register").json(&body).send().status
}

on_both!(
    slugs_and_addresses_are_what_they_look_like,
    equivalent_addresses_are_the_same,
);
