//! How every operation is called, by its name in the API document: `GET /orgs/{organisation_id}`.

use serde_json::{Value, json};
use test_server::{PASSWORD, TestServer, User, World, unique};

/// What the ids in a path stand for.
#[derive(Clone, Debug)]
pub struct Ids {
    pub organisation: String,
    pub project: String,
    pub api_key: String,
    /// A member.
    pub user: String,
    /// A user who is no member yet.
    pub newcomer: String,
}

impl Ids {
    /// A new project, API key, member and newcomer, with texts that hold `stem`.
    pub fn new(server: &TestServer, world: &World, stem: &str) -> Self {
        let member: User = server.user(stem);
        let _ = world.add(server, &member, "viewer").expect(201);
        let project = world.project(server, stem)["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        Self {
            organisation: world.id.clone(),
            project,
            api_key: world.api_key(server, &world.owner, stem).id,
            user: member.id,
            newcomer: server.user(stem).id,
        }
    }

    /// The path of a template.
    pub fn fill(&self, template: &str) -> String {
        template
            .replace("{organisation_id}", &self.organisation)
            .replace("{project_id}", &self.project)
            .replace("{api_key_id}", &self.api_key)
            .replace("{user_id}", &self.user)
    }
}

/// A body that the operation accepts; `None` when it has none.
///
/// # Panics
/// When the operation writes and is not known.
pub fn body(operation: &str, ids: &Ids) -> Option<Value> {
    let (method, template) = operation.split_once(' ').unwrap_or_default();
    if method == "GET" || method == "DELETE" {
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
        ("POST" | "PATCH", "projects") | ("POST", "api-keys") => json!({ "name": "x" }),
        _ => panic!("no body is known for {operation}: add it here and to matrix.txt"),
    })
}
