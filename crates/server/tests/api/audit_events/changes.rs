//! What is different after a change.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{TestServer, World, unique};

fn patched(server: &TestServer, world: &World, path: &str, body: &Value) -> Value {
    let call = server.patch(&world.path(path)).bearer(&world.owner.token);
    let _ = call.json(body).expect(200);
    world.audit(server).remove(0)["changes"].take()
}

fn an_update_says_what_was_and_what_is(server: &TestServer) {
    let world = World::new(server, "changes");
    let project = world.project(server, "Before")["id"].clone();
    let project = format!("/projects/{}", project.as_str().unwrap_or_default());
    let key = world.api_key(server, &world.owner, "Before").id;
    let (key, member) = (
        format!("/api-keys/{key}"),
        format!("/members/{}", world.viewer.id),
    );
    let slug = unique("changed");
    for (path, body, changes) in [
        (
            project.as_str(),
            json!({ "name": "After", "description": "Text", "status": "active" }),
            json!({
                "name": { "before": "Before", "after": "After" },
                "description": { "before": null, "after": "Text" },
            }),
        ),
        (
            &project,
            json!({ "description": null, "status": "archived" }),
            json!({
                "description": { "before": "Text", "after": null },
                "status": { "before": "active", "after": "archived" },
            }),
        ),
        (&project, json!({ "name": "After" }), Value::Null),
        (
            "",
            json!({ "slug": slug, "api_key_max_days": 30 }),
            json!({
                "slug": { "before": world.slug, "after": slug },
                "api_key_max_days": { "before": null, "after": 30 },
            }),
        ),
        (
            "",
            json!({ "api_key_max_days": null }),
            json!({ "api_key_max_days": { "before": 30, "after": null } }),
        ),
        (
            &member,
            json!({ "role": "admin" }),
            json!({ "role": { "before": "viewer", "after": "admin" } }),
        ),
        (
            &key,
            json!({ "name": "After", "description": "Text" }),
            json!({
                "name": { "before": "Before", "after": "After" },
                "description": { "before": null, "after": "Text" },
            }),
        ),
        (&key, json!({ "name": "After" }), Value::Null),
    ] {
        assert_eq!(
            patched(server, &world, path, &body),
            changes,
            "{path} {body}"
        );
    }
}

fn a_new_key_says_what_it_may_do(server: &TestServer) {
    let world = World::new(server, "granted");
    let call = server
        .post(&world.path("/api-keys"))
        .bearer(&world.owner.token);
    let body = json!({ "name": "x", "scopes": ["read:projects", "read:usage"] });
    let _ = call.json(&body).expect(201);
    let scopes = json!({ "before": null, "after": ["read:projects", "read:usage"] });
    let event = world.audit(server).remove(0);
    assert_eq!(event["changes"], json!({ "scopes": scopes }));
}

on_both!(
    an_update_says_what_was_and_what_is,
    a_new_key_says_what_it_may_do,
);
