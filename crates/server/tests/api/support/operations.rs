//! How every operation is called, by its name in the API document: `GET /orgs/{organisation_id}`.

use serde_json::{Value, json};
use test_server::{PASSWORD, TestServer, User, World, unique};

/// What the ids in a path stand for.
#[derive(Clone, Debug)]
pub struct Ids {
    pub organisation: String,
    pub project: String,
    /// A project that is to be restored.
    pub deleted_project: String,
    pub resource: String,
    /// A resource that is to be restored.
    pub deleted_resource: String,
    /// A role of the organisation's own.
    pub role: String,
    pub api_key: String,
    /// A member.
    pub user: String,
    /// A user who is no member yet.
    pub newcomer: String,
}

impl Ids {
    /// A new project, resource, API key, member and newcomer, with texts that hold `stem`.
    pub fn new(server: &TestServer, world: &World, stem: &str) -> Self {
        let member: User = server.user(stem);
        let _ = world.add(server, &member, "viewer").expect(201);
        let token = &world.owner.token;
        let made = |path: &str| {
            let body = json!({ "name": stem });
            let resource = json!({ "name": stem, "data": { "text": stem } });
            let body = if path == "/resources" { resource } else { body };
            let call = server.post(&world.path(path)).bearer(token);
            call.json(&body).expect(201).string("/id")
        };
        let deleted = |path: &str| {
            let id = made(path);
            let call = server.delete(&world.path(&format!("{path}/{id}")));
            let _ = call.bearer(token).expect(204);
            id
        };
        Self {
            organisation: world.id.clone(),
            project: made("/projects"),
            deleted_project: deleted("/projects"),
            resource: made("/resources"),
            deleted_resource: deleted("/resources"),
            role: role(server, world, stem),
            api_key: world.api_key(server, &world.owner, stem).id,
            user: member.id,
            newcomer: server.user(stem).id,
        }
    }

    /// The path of a template.
    pub fn fill(&self, template: &str) -> String {
        let (project, resource) = if template.ends_with("/restore") {
            (&self.deleted_project, &self.deleted_resource)
        } else {
            (&self.project, &self.resource)
        };
        template
            .replace("{organisation_id}", &self.organisation)
            .replace("{project_id}", project)
            .replace("{resource_id}", resource)
            .replace("{role}", &self.role)
            .replace("{api_key_id}", &self.api_key)
            .replace("{user_id}", &self.user)
    }
}

/// The same role for the same stem, because there is no room for many.
fn role(server: &TestServer, world: &World, stem: &str) -> String {
    let path = world.path(&format!("/roles/{stem}"));
    let call = server.call("PUT", &path).bearer(&world.owner.token);
    let body = json!({ "description": stem, "permissions": [] });
    let reply = call.json(&body).send();
    assert!([200, 201].contains(&reply.status), "{reply}");
    stem.to_owned()
}

/// A body that the operation accepts; `None` when it has none.
///
/// # Panics
/// When the operation writes and is not known.
pub fn body(operation: &str, ids: &Ids) -> Option<Value> {
    let (method, template) = operation.split_once(' ').unwrap_or_default();
    if ["GET", "DELETE"].contains(&method) || template.ends_with("/restore") {
        return None;
    }
    let email = || format!("{}@example.com", unique("body"));
    let resource = template
        .rsplit('/')
        .find(|part| !part.starts_with('{'))
        .unwrap_or_default();
    Some(match (method, resource) {
        ("POST", "register") => {
            json!({ "email": email(), "password": PASSWORD, "display_name": "x" })
        }
        ("POST", "login") => json!({ "email": email(), "password": PASSWORD }),
        ("POST" | "PATCH", "orgs") => json!({ "name": unique("body") }),
        ("POST", "members") => json!({ "user_id": ids.newcomer }),
        ("PATCH", "members") => json!({ "role": "member" }),
        ("POST" | "PATCH", "projects" | "api-keys") => json!({ "name": "x" }),
        ("POST", "rotate") => json!({ "overlap_seconds": 60 }),
        ("POST", "roles") => json!({ "name": unique("role"), "permissions": [] }),
        ("PUT", "roles") => json!({ "permissions": [{ "permission": "read:projects" }] }),
        ("POST", "preview") => json!({ "permissions": null }),
        ("POST", "check") => json!({ "checks": [{ "permission": "read:projects" }] }),
        ("POST" | "PUT", "resources") => json!({ "name": "x", "data": { "x": 1 } }),
        ("PATCH", "resources") => json!({ "name": "x" }),
        _ => panic!("no body is known for {operation}: add it here and to matrix.txt"),
    })
}
