//! How long what was deleted can be restored.

use super::*;
use serde_json::json;
use std::{
    thread,
    time::{Duration, Instant},
};

const LIMIT: Duration = Duration::from_secs(30);

/// Deletes a resource and its project; gives the paths under which they are restored.
fn delete(server: &TestServer, world: &World) -> [String; 2] {
    let project = world.project(server, "Project");
    let body = json!({ "name": "x", "data": {}, "project_id": project["id"] });
    let resource = create(server, world, &body).json();
    let paths = [
        world.path(&format!("/resources{}", one(&resource))),
        world.path(&format!("/projects{}", one(&project))),
    ];
    paths.map(|path| {
        let _ = server.delete(&path).bearer(&world.owner.token).expect(204);
        format!("{path}/restore")
    })
}

fn what_outlived_its_retention_is_purged_and_nothing_else(server: &TestServer) {
    let days = |days: &str| own(server).setting("SAAS_API_RETENTION__DELETED_DAYS", days);
    let mut server = days("0").start();
    let world = World::new(&server, "purged");
    let live = create(&server, &world, &json!({ "name": "x", "data": {} })).json();
    let deleted = delete(&server, &world);
    // A server sweeps when it starts.
    server.restart();
    let deadline = Instant::now() + LIMIT;
    while !server
        .log()
        .contains("purged deleted projects and resources")
    {
        assert!(Instant::now() < deadline, "{}", server.log());
        thread::sleep(Duration::from_millis(20));
    }
    let [resource, project] = deleted;
    NO_RESOURCE.of(server.post(&resource).bearer(&world.owner.token));
    NO_PROJECT.of(server.post(&project).bearer(&world.owner.token));
    assert_eq!(get(&server, &world, &live).json(), live);
}

on_both!(what_outlived_its_retention_is_purged_and_nothing_else);
