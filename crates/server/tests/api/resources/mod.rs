//! `/orgs/{organisation_id}/resources` and what is below it.

mod documents;
mod life;
mod lists;
mod merge_patch;
mod ownership;
mod restoring;
mod retention;
mod versions;

use crate::support::*;
use serde_json::Value;
use test_server::{Call, Reply, TestServer, World};

const RESOURCE: &str =
    "{id,organisation_id,name,project_id,owner_user_id,data:{},created_at,updated_at}";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// A request about the resources of the organisation, or about one of them, as its owner.
fn call<'a>(server: &'a TestServer, world: &World, method: &str, rest: &str) -> Call<'a> {
    server
        .call(method, &world.path(&format!("/resources{rest}")))
        .bearer(&world.owner.token)
}

fn create(server: &TestServer, world: &World, body: &Value) -> Reply {
    call(server, world, "POST", "").json(body).expect(201)
}

/// The part of the path that names a resource.
fn one(resource: &Value) -> String {
    format!("/{}", resource["id"].as_str().unwrap_or_default())
}

fn get(server: &TestServer, world: &World, resource: &Value) -> Reply {
    call(server, world, "GET", &one(resource)).expect(200)
}

/// A merge patch of a resource, in its own notation.
fn patch<'a>(server: &'a TestServer, world: &World, resource: &Value, patch: &str) -> Call<'a> {
    call(server, world, "PATCH", &one(resource))
        .header("Content-Type", MERGE_PATCH)
        .bytes(patch)
}

/// The newest events of the organisation: action and changed fields.
fn events(server: &TestServer, world: &World) -> Vec<String> {
    let action = |event: &Value| event["action"].as_str().unwrap_or_default().to_owned();
    world.audit(server).iter().map(action).collect()
}
