//! `ETag` and `If-Match` (RFC 9110, section 13).

use crate::support::*;
use serde_json::json;
use std::thread;
use test_server::{Reply, TestServer, World};

#[track_caller]
fn tag(reply: &Reply) -> String {
    let tag = reply
        .header("ETag")
        .unwrap_or_else(|| panic!("no tag: {reply}"));
    assert!(
        tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'),
        "no strong tag: {tag}"
    );
    tag.to_owned()
}

/// A new project's path.
fn project(server: &TestServer, world: &World) -> String {
    let id = world.project(server, "Tagged")["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    world.path(&format!("/projects/{id}"))
}

fn a_tag_names_the_version_and_changes_with_it(server: &TestServer) {
    let world = World::new(server, "tags");
    let token = &world.owner.token;
    for path in [world.path(""), project(server, &world)] {
        let get = || tag(&server.get(&path).bearer(token).expect(200));
        let rename = |name: &str| {
            tag(&server
                .patch(&path)
                .bearer(token)
                .json(&json!({ "name": name }))
                .expect(200))
        };
        let first = get();
        assert_eq!(get(), first);
        let second = rename("New");
        assert_ne!(second, first);
        assert_eq!(get(), second);
        assert_eq!(rename("New"), second, "nothing has changed");
    }
    let call = server
        .post(&world.path("/projects"))
        .bearer(token)
        .json(&json!({ "name": "x" }));
    let created = call.expect(201);
    let path = world.path(&format!("/projects/{}", created.string("/id")));
    assert_eq!(
        tag(&created),
        tag(&server.get(&path).bearer(token).expect(200))
    );
    assert_eq!(created.header("Location"), Some(path.as_str()));
}

fn a_change_is_made_only_to_the_version_that_was_named(server: &TestServer) {
    let world = World::new(server, "match");
    let token = &world.owner.token;
    for path in [world.path(""), project(server, &world)] {
        let current = tag(&server.get(&path).bearer(token).expect(200));
        let patch = |tags: &str| {
            server
                .patch(&path)
                .bearer(token)
                .header("If-Match", tags)
                .json(&json!({ "name": tags }))
        };
        for other in [
            "\"other\"",
            &format!("W/{current}"),
            current.trim_matches('"'),
            "\"v0\", \"v99\"",
            "nonsense",
        ] {
            CHANGED.of(patch(other));
        }
        let before = server.get(&path).bearer(token).expect(200);
        assert_eq!(tag(&before), current, "a refusal changes nothing");
        let now = tag(&patch(&format!("\"other\", {current}")).expect(200));
        CHANGED.of(patch(&current));
        let _ = patch(&now).expect(200);
        let _ = patch("*").expect(200);
    }
}

fn a_deletion_is_conditional_too(server: &TestServer) {
    let world = World::new(server, "delete-match");
    let path = project(server, &world);
    let delete = |tag: &str| {
        server
            .delete(&path)
            .bearer(&world.owner.token)
            .header("If-Match", tag)
    };
    CHANGED.of(delete("\"other\""));
    let current = tag(&server.get(&path).bearer(&world.owner.token).expect(200));
    let _ = delete(&current).expect(204);
    NO_PROJECT.of(delete(&current));
}

fn of_a_hundred_changes_to_one_version_one_is_made(server: &TestServer) {
    let world = World::new(server, "hundred");
    let path = project(server, &world);
    let current = tag(&server.get(&path).bearer(&world.owner.token).expect(200));
    let change = |n: usize| {
        let call = server
            .patch(&path)
            .bearer(&world.owner.token)
            .header("If-Match", &current);
        call.json(&json!({ "name": format!("Change {n}") })).send()
    };
    let replies: Vec<Reply> = thread::scope(|scope| {
        let threads: Vec<_> = (0..100).map(|n| scope.spawn(move || change(n))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a request without a panic"))
            .collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    for reply in &refused {
        CHANGED.check(reply);
    }
    assert_eq!((made.len(), refused.len()), (1, 99));
    let name = server
        .get(&path)
        .bearer(&world.owner.token)
        .expect(200)
        .string("/name");
    assert_eq!(name, made[0].string("/name"));
    let changes = world
        .audit(server)
        .iter()
        .filter(|event| event["action"] == "project.updated")
        .count();
    assert_eq!(changes, 1);
}

on_both!(
    a_tag_names_the_version_and_changes_with_it,
    a_change_is_made_only_to_the_version_that_was_named,
    a_deletion_is_conditional_too,
    of_a_hundred_changes_to_one_version_one_is_made,
);
