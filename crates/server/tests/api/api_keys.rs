//! `/orgs/{organisation_id}/api-keys` and `…/api-keys/{api_key_id}`.

mod addresses;
mod lifetime;
mod rotation;
mod scopes;

use crate::support::*;
use serde_json::{Value, json};
use test_server::{ApiKey, Call, Reply, TestServer, World};

const KEY: &str = "{id,organisation_id,name,key_prefix,created_by_user_id,revoked_at,last_used_at,\
    created_at,updated_at,description,scopes:[],expires_at,allowed_cidrs,last_used_ip,previous_valid_until}";

pub const KEY_DEAD: Refusal = Refusal(409, "API_KEY_DEAD", "the API key is revoked or expired");

/// Begins the creation of a key as the owner.
fn issuing<'a>(server: &'a TestServer, world: &World, body: &Value) -> Call<'a> {
    let call = server.post(&world.path("/api-keys"));
    call.bearer(&world.owner.token).json(body)
}

/// Creates a key as the owner.
fn issue(server: &TestServer, world: &World, body: &Value) -> ApiKey {
    issued(&issuing(server, world, body).expect(201))
}

fn issued(reply: &Reply) -> ApiKey {
    ApiKey {
        id: reply.string("/api_key/id"),
        raw: reply.string("/raw_key"),
    }
}

/// The key as it is shown now.
fn shown(server: &TestServer, world: &World, key: &ApiKey) -> Value {
    let call = server.get(&world.path(&format!("/api-keys/{}", key.id)));
    call.bearer(&world.owner.token).expect(200).json()
}

/// Begins a use of a key.
fn using<'a>(server: &'a TestServer, world: &World, raw: &str) -> Call<'a> {
    server.get(&world.path("/projects")).bearer(raw)
}

fn listed(server: &TestServer, world: &World) -> Vec<Value> {
    server
        .get(&world.path("/api-keys"))
        .bearer(&world.owner.token)
        .expect(200)
        .items()
}

/// Demands that a raw key counts until this instant and no longer.
#[track_caller]
fn stops_at(server: &TestServer, world: &World, raw: &str, until: &str) {
    loop {
        let before = clock(server, world);
        let reply = using(server, world, raw).send();
        if reply.status != 200 {
            BAD_CREDENTIAL.check(&reply);
            break;
        }
        assert!(micros(&before) < micros(until), "too late: {before}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let after = clock(server, world);
    assert!(micros(&after) >= micros(until), "too early: {after}");
}

fn the_raw_key_is_shown_once(server: &TestServer) {
    let world = World::new(server, "issue");
    let call = server
        .post(&world.path("/api-keys"))
        .bearer(&world.admin.token);
    let reply = call.json(&json!({ "name": "Robot" })).expect(201);
    assert_eq!(shape(&reply), format!("{{api_key:{KEY},raw_key}}"));
    assert!(!reply.text().contains("key_hash"));
    let (raw, key) = (reply.string("/raw_key"), reply.json()["api_key"].clone());
    assert_id(&key["id"]);
    assert_timestamp(&key["created_at"]);
    assert_eq!(
        (&key["name"], &key["key_prefix"]),
        (&json!("Robot"), &json!(raw[..16]))
    );
    assert_eq!(
        (&key["revoked_at"], &key["last_used_at"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(key["created_by_user_id"], world.admin.id);
    assert_eq!(key["organisation_id"], world.id);

    let list = server
        .get(&world.path("/api-keys"))
        .bearer(&world.owner.token)
        .expect(200);
    let pagination = "{limit,offset,total,count,next_cursor}";
    assert_eq!(
        shape(&list),
        format!("{{items:[{KEY}],pagination:{pagination}}}")
    );
    assert_eq!(list.items(), [key]);
    let events = server
        .get(&world.path("/audit-events"))
        .bearer(&world.owner.token)
        .expect(200);
    let secret = &raw[16..];
    assert!(
        ![list, events]
            .iter()
            .any(|reply| reply.text().contains(secret))
    );
    assert!(!server.log().contains(secret));
}

fn a_raw_key_is_brand_key_id_and_checked_secret(server: &TestServer) {
    let world = World::new(server, "form");
    let raw = world.api_key(server, &world.owner, "form").raw;
    let parts: Vec<_> = raw.split('_').collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    assert_eq!((parts[0], lengths), ("saas", vec![4, 22, 49]));
    let base62 = |part: &&str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    assert!(parts.iter().all(base62), "not base62");
}

fn keys_open_the_projects_of_their_organisation_and_nothing_else(server: &TestServer) {
    let (world, other) = (World::new(server, "scope"), World::new(server, "other"));
    let key = world.api_key(server, &world.owner, "scope").raw;
    let _ = server
        .get(&world.path("/projects"))
        .bearer(&key)
        .expect(200);
    let _ = server
        .get(&world.path("/projects"))
        .header("X-API-Key", &key)
        .expect(200);
    DENIED.of(server.get(&other.path("/projects")).bearer(&key));
    for path in [
        "/me",
        "/orgs",
        &world.path(""),
        &world.path("/members"),
        &world.path("/api-keys"),
    ] {
        BAD_TOKEN.of(server.get(path).bearer(&key));
    }
}

fn a_key_that_was_used_says_when(server: &TestServer) {
    let world = World::new(server, "used");
    let key = world.api_key(server, &world.owner, "used");
    let _ = server
        .get(&world.path("/projects"))
        .bearer(&key.raw)
        .expect(200);
    // Written off the request path.
    for _ in 0..200 {
        let row = listed(server, &world).remove(0);
        if !row["last_used_at"].is_null() {
            return assert_timestamp(&row["last_used_at"]);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("last_used_at is not written");
}

fn a_revoked_key_is_nobody_and_stays_in_the_list(server: &TestServer) {
    let world = World::new(server, "revoke");
    let key = world.api_key(server, &world.owner, "revoke");
    let path = world.path(&format!("/api-keys/{}", key.id));
    let reply = server.delete(&path).bearer(&world.admin.token).expect(200);
    assert_eq!(shape(&reply), "{id,organisation_id,status,revoked_at}");
    let first = reply.json();
    assert_eq!(
        (&first["id"], &first["organisation_id"]),
        (&json!(key.id), &json!(world.id))
    );
    assert_eq!(first["status"], "revoked");
    assert_timestamp(&first["revoked_at"]);
    BAD_CREDENTIAL.of(server.get(&world.path("/projects")).bearer(&key.raw));

    let events = world.audit_total(server);
    assert_eq!(
        server
            .delete(&path)
            .bearer(&world.owner.token)
            .expect(200)
            .json(),
        first
    );
    assert_eq!(
        world.audit_total(server),
        events,
        "a repeated revocation is no event"
    );
    assert_eq!(listed(server, &world)[0]["revoked_at"], first["revoked_at"]);
}

fn keys_are_listed_newest_first(server: &TestServer) {
    let world = World::new(server, "order");
    for name in ["first", "second", "third"] {
        world.api_key(server, &world.owner, name);
    }
    let names: Vec<_> = listed(server, &world)
        .iter()
        .map(|key| key["name"].clone())
        .collect();
    assert_eq!(names, ["third", "second", "first"]);
}

fn a_key_is_read_and_renamed(server: &TestServer) {
    let world = World::new(server, "single");
    let body = json!({ "name": "Robot", "description": "Builds", "scopes": ["read:projects"] });
    let key = issue(server, &world, &body);
    let path = world.path(&format!("/api-keys/{}", key.id));
    let first = server.get(&path).bearer(&world.admin.token).expect(200);
    assert_eq!(shape(&first), KEY);
    let first = first.json();
    assert_eq!(
        (&first["name"], &first["description"]),
        (&json!("Robot"), &json!("Builds"))
    );
    assert_eq!(listed(server, &world), std::slice::from_ref(&first));

    let rename = |body: &Value| {
        let call = server.patch(&path).bearer(&world.admin.token);
        call.json(body).expect(200).json()
    };
    let renamed = rename(&json!({ "name": "Robot 2", "description": null }));
    assert_eq!(
        (&renamed["name"], &renamed["description"]),
        (&json!("Robot 2"), &Value::Null)
    );
    assert_ne!(renamed["updated_at"], first["updated_at"]);
    for same in ["id", "key_prefix", "scopes", "created_at", "expires_at"] {
        assert_eq!(renamed[same], first[same], "{same}");
    }
    assert_eq!(
        rename(&json!({ "name": null })),
        renamed,
        "null changes no name"
    );
    assert_eq!(shown(server, &world, &key), renamed);
    // It is the same key to whoever uses it.
    let _ = using(server, &world, &key.raw).expect(200);

    let nothing = server
        .patch(&path)
        .bearer(&world.admin.token)
        .json(&json!({}));
    assert_eq!(
        violations(&nothing.send()),
        [("value_error".to_owned(), r#"["body"]"#.to_owned())]
    );
    WRONG_METHOD.of(server.call("PUT", &path).bearer(&world.owner.token));
}

on_both!(
    the_raw_key_is_shown_once,
    a_raw_key_is_brand_key_id_and_checked_secret,
    keys_open_the_projects_of_their_organisation_and_nothing_else,
    a_key_that_was_used_says_when,
    a_revoked_key_is_nobody_and_stays_in_the_list,
    keys_are_listed_newest_first,
    a_key_is_read_and_renamed,
);
