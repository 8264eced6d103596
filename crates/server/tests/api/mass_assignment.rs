//! Nothing can be set that is not for the client to set.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{PASSWORD, TestServer, World, unique};

/// Fields that rows have, or that others wish they had; each is none of at least one write schema.
const FORBIDDEN: [&str; 27] = [
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
    "last_used_ip",
    "previous_valid_until",
    "previous_digest",
    "digest",
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
        "/roles",
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

/// Method, path and a good body.
type Write = (&'static str, String, Value);

/// The writes of projects and resources.
fn writes_of_things(server: &TestServer, world: &World) -> Vec<Write> {
    let named = || json!({ "name": "x" });
    let document = || json!({ "name": "x", "data": {} });
    let (projects, resources) = (world.path("/projects"), world.path("/resources"));
    let made = |path: &str, body: &Value| {
        let call = server.post(path).bearer(&world.owner.token);
        format!("{path}/{}", call.json(body).expect(201).string("/id"))
    };
    let project = made(&projects, &named());
    let resource = made(&resources, &document());
    vec![
        ("POST", format!("{project}/restore"), json!({})),
        ("PATCH", project, named()),
        ("POST", projects, named()),
        ("POST", format!("{resource}/restore"), json!({})),
        ("PUT", resource.clone(), document()),
        ("PATCH", resource, named()),
        ("POST", resources, document()),
    ]
}

fn no_write_takes_a_field_that_is_not_its_own(server: &TestServer) {
    let (world, newcomer) = (World::new(server, "mass"), server.user("newcomer"));
    let api_key = world.api_key(server, &world.owner, "Key").id;
    let api_key = world.path(&format!("/api-keys/{api_key}"));
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
            "/tenants".to_owned(),
            json!({
                "organisation": { "name": unique("mass") },
                "owner": {
                    "email": format!("{}@example.com", unique("mass")), "password": PASSWORD, "display_name": "x"
                },
            }),
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
        (
            "POST",
            world.path("/roles"),
            json!({ "name": "auditor", "permissions": [] }),
        ),
        (
            "PUT",
            world.path("/roles/auditor"),
            json!({ "permissions": [] }),
        ),
        (
            "POST",
            world.path("/roles/viewer/preview"),
            json!({ "permissions": [] }),
        ),
        (
            "POST",
            world.path("/access/check"),
            json!({ "checks": [{ "permission": "read:projects" }] }),
        ),
        (
            "POST",
            world.path("/api-keys"),
            json!({ "name": "x", "scopes": ["read:projects"] }),
        ),
        ("PATCH", api_key.clone(), json!({ "name": "x" })),
        ("POST", format!("{api_key}/rotate"), json!({})),
    ];
    let things = writes_of_things(server, &world);
    let before = snapshot(server, &world);
    for (method, path, body) in writes.iter().chain(&things) {
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
