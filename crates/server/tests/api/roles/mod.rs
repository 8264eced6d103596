//! `/orgs/{organisation_id}/roles` and what is below it.

mod effect;
mod escalation;
mod life;
mod policies;
mod preview;
mod unreadable;

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, Reply, TestServer, User, World};

const ROLE: &str = "{name,built_in,immutable,description,permissions:[{permission,conditions}],created_at,updated_at}";

/// A request about the organisation's roles, or about one of them, as this user.
fn call<'a>(
    server: &'a TestServer,
    world: &World,
    user: &User,
    method: &str,
    rest: &str,
) -> Call<'a> {
    let path = world.path(&format!("/roles{rest}"));
    server.call(method, &path).bearer(&user.token)
}

/// Defines a role as the owner.
fn define(server: &TestServer, world: &World, name: &str, grants: &[&str]) -> Reply {
    let body = json!({ "name": name, "permissions": permissions(grants) });
    call(server, world, &world.owner, "POST", "")
        .json(&body)
        .send()
}

/// Replaces a role as the owner.
fn replace<'a>(server: &'a TestServer, world: &World, name: &str, grants: &[&str]) -> Call<'a> {
    let body = json!({ "permissions": permissions(grants) });
    call(server, world, &world.owner, "PUT", &format!("/{name}")).json(&body)
}

/// A new user who has this role.
fn holder(server: &TestServer, world: &World, role: &str) -> User {
    let user = server.user(role);
    let _ = world.add(server, &user, role).expect(201);
    user
}
