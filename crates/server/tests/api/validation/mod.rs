//! What is refused before anything is looked up: every field of every body, every query parameter, every id in a path.

mod bodies;
mod fields;
mod parameters;
mod syntax;

use crate::support::violations;
use serde_json::{Value, json};
use test_server::{Call, TestServer, User, World};

/// What an entry of a validation error says.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    kind: String,
    loc: Value,
    /// Empty where the words are free.
    msg: String,
}

impl Entry {
    fn new(kind: &str, loc: Value, msg: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            loc,
            msg: msg.into(),
        }
    }

    fn missing(loc: Value) -> Self {
        Self::new("missing", loc, "Field required")
    }

    fn extra(name: &str) -> Self {
        Self::new(
            "extra_forbidden",
            json!(["body", name]),
            "Extra inputs are not permitted",
        )
    }
}

/// Sends the request and demands exactly these entries.
#[track_caller]
fn assert_refused(call: Call<'_>, sent: &str, expected: &[Entry]) {
    let reply = call.send();
    violations(&reply);
    let body = reply.json();
    let found = body["errors"].as_array().cloned().unwrap_or_default();
    let found: Vec<_> = found
        .iter()
        .zip(expected.iter().map(Some).chain(std::iter::repeat(None)))
        .map(|(entry, expected)| {
            let free = expected.is_some_and(|expected| expected.msg.is_empty());
            let msg = if free {
                ""
            } else {
                entry["msg"].as_str().unwrap_or_default()
            };
            Entry::new(
                entry["type"].as_str().unwrap_or_default(),
                entry["loc"].clone(),
                msg,
            )
        })
        .collect();
    assert_eq!(found, expected, "{sent}");
}

/// An organisation with one of everything, and the way to call operations on it.
struct Place<'a> {
    server: &'a TestServer,
    world: World,
    newcomer: User,
    project: String,
    api_key: String,
}

impl<'a> Place<'a> {
    fn new(server: &'a TestServer) -> Self {
        let world = World::new(server, "validation");
        let project = world.project(server, "Project")["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let api_key = world.api_key(server, &world.owner, "Key").id;
        Self {
            server,
            newcomer: server.user("newcomer"),
            world,
            project,
            api_key,
        }
    }

    /// A call of `METHOD /template` as the owner.
    fn call(&self, operation: &str) -> Call<'a> {
        let (method, template) = operation.split_once(' ').unwrap_or_default();
        let path = template
            .replace("{organisation_id}", &self.world.id)
            .replace("{project_id}", &self.project)
            .replace("{api_key_id}", &self.api_key)
            .replace("{user_id}", &self.world.viewer.id);
        self.server
            .call(method, &path)
            .bearer(&self.world.owner.token)
    }
}
