//! Where a key may be used from, and where it was used from last.

use super::{issue, issuing, shown, using};
use crate::support::*;
use serde_json::{Value, json};
use test_server::{ApiKey, Call, TestServer, World};

const NOT_FROM_HERE: Refusal = Refusal(
    403,
    "ADDRESS_NOT_ALLOWED",
    "the API key may not be used from this address",
);

/// A server that believes a proxy on this machine.
fn behind_a_proxy(server: &TestServer) -> TestServer {
    let builder = own(server).setting("SAAS_API_HTTP__TRUSTED_PROXIES", "127.0.0.1");
    builder.start()
}

fn restricted(server: &TestServer, world: &World, cidrs: &Value) -> ApiKey {
    issue(
        server,
        world,
        &json!({ "name": "x", "allowed_cidrs": cidrs }),
    )
}

fn from<'a>(server: &'a TestServer, world: &World, key: &ApiKey, hops: &str) -> Call<'a> {
    using(server, world, &key.raw).header("X-Forwarded-For", hops)
}

fn a_key_with_a_list_is_refused_from_anywhere_else(server: &TestServer) {
    let server = &behind_a_proxy(server);
    let world = World::new(server, "list");
    let key = restricted(
        server,
        &world,
        &json!(["203.0.113.0/24", "2001:db8::/32", "192.0.2.1"]),
    );
    for inside in [
        "203.0.113.9",
        "::ffff:203.0.113.255",
        "2001:db8:ffff::1",
        "192.0.2.1",
        // What the client itself claims counts for nothing.
        "198.51.100.7, 203.0.113.9",
    ] {
        let _ = from(server, &world, &key, inside).expect(200);
    }
    for outside in [
        "203.0.112.255",
        "192.0.2.2",
        "2001:db9::1",
        "203.0.113.9, 198.51.100.7",
        // No list of addresses: then it is the proxy that asks.
        "203.0.113.9, nonsense",
        "203.0.113.9:443",
    ] {
        NOT_FROM_HERE.of(from(server, &world, &key, outside));
    }
    NOT_FROM_HERE.of(using(server, &world, &key.raw));
    let write = server.post(&world.path("/projects")).bearer(&key.raw);
    NOT_FROM_HERE.of(write.json(&json!({ "name": "x" })));
    // Whoever holds no good key learns nothing about lists.
    let mut wrong = key.raw.clone();
    wrong.truncate(wrong.len() - 1);
    BAD_CREDENTIAL.of(using(server, &world, &wrong));
    let other = World::new(server, "other");
    DENIED.of(from(server, &other, &key, "198.51.100.7"));
    let path = world.path(&format!("/api-keys/{}", key.id));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(200);
    BAD_CREDENTIAL.of(from(server, &world, &key, "198.51.100.7"));
}

fn nobody_but_a_trusted_proxy_says_where_a_request_comes_from(server: &TestServer) {
    let world = World::new(server, "spoofed");
    let far = restricted(server, &world, &json!(["203.0.113.0/24"]));
    let near = restricted(server, &world, &json!(["127.0.0.1/32"]));
    for header in [
        "X-Forwarded-For",
        "Forwarded",
        "X-Real-IP",
        "True-Client-IP",
    ] {
        let claim = |key: &ApiKey| using(server, &world, &key.raw).header(header, "203.0.113.9");
        NOT_FROM_HERE.of(claim(&far));
        let _ = claim(&near).expect(200);
    }
}

fn the_list_is_shown_as_blocks_and_refused_where_it_is_wrong(server: &TestServer) {
    let world = World::new(server, "blocks");
    let key = restricted(
        server,
        &world,
        &json!(["203.0.113.9", "10.0.0.0/8", "2001:DB8::/32"]),
    );
    let blocks = json!(["203.0.113.9/32", "10.0.0.0/8", "2001:db8::/32"]);
    assert_eq!(shown(server, &world, &key)["allowed_cidrs"], blocks);
    let at = |kind: &str, place: &str| {
        let place = format!(r#"["body","allowed_cidrs"{place}]"#);
        (kind.to_owned(), place)
    };
    for (cidrs, expected) in [
        (json!([]), at("too_short", "")),
        (json!(vec!["10.0.0.0/8"; 21]), at("too_long", "")),
        (json!("10.0.0.0/8"), at("list_type", "")),
        (json!(["10.0.0.0/8", "10.0.0.1/8"]), at("value_error", ",1")),
        (json!(["example.com"]), at("value_error", ",0")),
        (json!(["10.0.0.0/33"]), at("value_error", ",0")),
        (json!([null]), at("string_type", ",0")),
    ] {
        let body = json!({ "name": "x", "allowed_cidrs": cidrs });
        let reply = issuing(server, &world, &body).send();
        assert_eq!(violations(&reply), [expected], "{cidrs}");
    }
    let most: Vec<_> = (0..20).map(|n| format!("10.{n}.0.0/16")).collect();
    restricted(server, &world, &json!(most));
}

fn the_last_use_and_the_audit_trail_have_the_same_address(server: &TestServer) {
    let server = &behind_a_proxy(server);
    let world = World::new(server, "used");
    let key = issue(server, &world, &json!({ "name": "x" }));
    assert_eq!(shown(server, &world, &key)["last_used_ip"], Value::Null);
    let create = server.post(&world.path("/projects")).bearer(&key.raw);
    let create = create.header("X-Forwarded-For", "6.6.6.6, ::ffff:203.0.113.77");
    let _ = create.json(&json!({ "name": "x" })).expect(201);
    let event = world.audit(server).remove(0);
    let found = (&event["action"], &event["ip_address"]);
    assert_eq!(found, (&json!("project.created"), &json!("203.0.113.77")));

    // Stored off the request path.
    let used = eventually(|| {
        let key = shown(server, &world, &key);
        (!key["last_used_ip"].is_null()).then_some(key)
    });
    assert_eq!(used["last_used_ip"], "203.0.113.77");
    assert_timestamp(&used["last_used_at"]);
}

on_both!(
    a_key_with_a_list_is_refused_from_anywhere_else,
    nobody_but_a_trusted_proxy_says_where_a_request_comes_from,
    the_list_is_shown_as_blocks_and_refused_where_it_is_wrong,
    the_last_use_and_the_audit_trail_have_the_same_address,
);
