//! Nothing can be set that is not for the client to set.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{PASSWORD, TestServer, World, unique};

/// Fields that rows have, or that others wish they had; each is none of at least one write schema.
const FORBIDDEN: [&str; 23] = [
    "tenant_id",
    "organisation_id",
    "id",
    "role",
    "owner",
    "is_admin",
    "is_active",
    "created_at",
    "updated_at",
    "deleted_at",
    "revoked_at",
    "last_used_at",
    "version",
    "password_hash",
    "key_hash",
    "key_prefix",
    "raw_key",
    "scopes",
    "created_by_user_id",
    "updated_by_user_id",
    "owner_user_id",
    "__proto__",
    "constructor",
];

/// Everything that can be seen of the organisation.
fn snapshot(server: &TestServer, world: &World) -> Value {
    let paths = [
        "",
        "/members",
        "/projects",
        "/resources",
        "/api-keys",
        "/audit-events",
    ];
    let all = paths.map(|path| {
        server
            .get(&world.path(path))
            .bearer(&world.owner.token)
            .expect(200)
            .json()
    });
    // Cursors do not say what is there.
    json!([
        all,
        server
            .get("/me")
            .bearer(&world.owner.token)
            .expect(200)
            .json()
    ])
}

fn no_write_takes_a_field_that_is_not_its_own(server: &TestServer) {
    let (world, newcomer) = (World::new(server, "mass"), server.user("newcomer"));
    let project = world.project(server, "Project")["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let document = json!({ "name": "x", "data": {} });
    let resources = world.path("/resources");
    let resource = server.post(&resources).bearer(&world.owner.token);
    let resource = resource.json(&document).expect(201).string("/id");
    let resource = format!("{resources}/{resource}");
    let address = format!("{}@example.com", unique("mass"));
    let writes = [
        (
            "POST",
            "/auth/register".to_owned(),
            json!({ "email": address, "password": PASSWORD, "display_name": "x" }),
        ),
        (
            "POST",
            "/auth/login".to_owned(),
            json!({ "email": world.owner.email, "password": PASSWORD }),
        ),
        (
            "POST",
            "/orgs".to_owned(),
            json!({ "name": unique("mass") }),
        ),
        ("PATCH", world.path(""), json!({ "name": "x" })),
        (
            "POST",
            world.path("/members"),
            json!({ "user_id": newcomer.id, "role": "viewer" }),
        ),
        (
            "PATCH",
            world.path(&format!("/members/{}", world.viewer.id)),
            json!({ "role": "member" }),
        ),
        ("POST", world.path("/projects"), json!({ "name": "x" })),
        (
            "PATCH",
            world.path(&format!("/projects/{project}")),
            json!({ "name": "x" }),
        ),
        ("POST", resources, document.clone()),
        ("PUT", resource.clone(), document.clone()),
        ("PATCH", resource.clone(), json!({ "name": "x" })),
        ("POST", format!("{resource}/restore"), json!({})),
        (
            "POST",
            world.path(&format!("/projects/{project}/restore")),
            json!({}),
        ),
        ("POST", world.path("/api-keys"), json!({ "name": "x" })),
    ];
    let before = snapshot(server, &world);
    for (method, path, body) in &writes {
        for name in FORBIDDEN.iter().filter(|name| body.get(name).is_none()) {
            let mut body = body.clone();
            body[*name] = json!(random_id());
            let reply = server
                .call(method, path)
                .bearer(&world.owner.token)
                .json(&body)
                .send();
            let expected = (
                "extra_forbidden".to_owned(),
                json!(["body", name]).to_string(),
            );
            assert_eq!(violations(&reply), [expected], "{method} {path} {body}");
        }
    }
    assert_eq!(snapshot(server, &world), before);
    BAD_LOGIN.of(server
        .post("/auth/login")
        .json(&json!({ "email": address, "password": PASSWORD })));
}

on_both!(no_write_takes_a_field_that_is_not_its_own);
