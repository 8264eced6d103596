//! Lists: pages by offset, walks by cursor, filters and orders.

mod cursor;
mod filter;
mod offset;

use serde_json::{Value, json};
use test_server::{Reply, TestServer, World};

/// A page of the organisation's projects.
fn page(server: &TestServer, world: &World, query: &str) -> Reply {
    server
        .get(&world.path(&format!("/projects?{query}")))
        .bearer(&world.viewer.token)
        .expect(200)
}

fn names(reply: &Reply) -> Vec<String> {
    let name = |item: &Value| item["name"].as_str().unwrap_or_default().to_owned();
    reply.items().iter().map(name).collect()
}

/// An organisation with projects of these names, oldest first, every second one archived.
fn with_projects(server: &TestServer, projects: &[&str]) -> World {
    let world = World::new(server, "lists");
    for (name, status) in projects
        .iter()
        .zip(["active", "archived"].into_iter().cycle())
    {
        let call = server
            .post(&world.path("/projects"))
            .bearer(&world.owner.token);
        let _ = call
            .json(&json!({ "name": name, "status": status }))
            .expect(201);
    }
    world
}
