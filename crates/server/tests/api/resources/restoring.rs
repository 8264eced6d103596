//! Bringing back what was deleted: resources and projects.

use super::*;
use serde_json::json;
use std::thread;
use test_server::unique;

/// Something to delete and restore: its path, and what there is of it.
struct Thing {
    path: String,
    kind: &'static str,
    missing: Refusal,
    before: Value,
}

fn things(server: &TestServer, world: &World) -> [Thing; 2] {
    let project = world.project(server, "Project");
    let body = json!({ "name": "x", "data": { "a": 1.50 }, "project_id": project["id"] });
    let resource = create(server, world, &body).json();
    [
        Thing {
            path: world.path(&format!("/projects{}", one(&project))),
            kind: "project",
            missing: NO_PROJECT,
            before: project,
        },
        Thing {
            path: world.path(&format!("/resources{}", one(&resource))),
            kind: "resource",
            missing: NO_RESOURCE,
            before: resource,
        },
    ]
}

fn as_member<'a>(server: &'a TestServer, world: &World, method: &str, path: &str) -> Call<'a> {
    server.call(method, path).bearer(&world.member.token)
}

fn what_was_deleted_comes_back_as_it_was(server: &TestServer) {
    let world = World::new(server, "restore");
    for thing in things(server, &world) {
        let restore = format!("{}/restore", thing.path);
        let before = as_member(server, &world, "GET", &thing.path).expect(200);
        let _ = as_member(server, &world, "DELETE", &thing.path).expect(204);
        thing
            .missing
            .of(as_member(server, &world, "GET", &thing.path));

        let reply = as_member(server, &world, "POST", &restore).expect(200);
        let after = reply.json();
        let mut expected = thing.before.clone();
        expected["updated_at"] = after["updated_at"].clone();
        if thing.kind == "project" {
            expected["updated_by_user_id"] = json!(world.member.id);
        }
        assert_eq!(after, expected);
        assert_ne!(after["updated_at"], thing.before["updated_at"]);
        assert_ne!(reply.header("ETag"), before.header("ETag"));
        let read = as_member(server, &world, "GET", &thing.path).expect(200);
        assert_eq!(
            (read.json(), read.header("ETag")),
            (after, reply.header("ETag"))
        );

        let event = &world.audit(server)[0];
        let restored = format!("{}.restored", thing.kind);
        assert_eq!(
            (&event["action"], &event["target_id"]),
            (&json!(restored), &thing.before["id"])
        );
        // It can go and come back again.
        let _ = as_member(server, &world, "DELETE", &thing.path).expect(204);
        let _ = as_member(server, &world, "POST", &restore).expect(200);
    }
}

fn what_was_not_deleted_stays_as_it_is(server: &TestServer) {
    let world = World::new(server, "live");
    for thing in things(server, &world) {
        let recorded = events(server, &world);
        let before = as_member(server, &world, "GET", &thing.path).expect(200);
        let restore = format!("{}/restore", thing.path);
        let reply = as_member(server, &world, "POST", &restore).expect(200);
        assert_eq!(
            (reply.json(), reply.header("ETag")),
            (before.json(), before.header("ETag"))
        );
        assert_eq!(events(server, &world), recorded);
    }
}

fn a_restoration_takes_no_body_that_says_anything(server: &TestServer) {
    let world = World::new(server, "body");
    for thing in things(server, &world) {
        let restore = format!("{}/restore", thing.path);
        let send = |body: &Value| as_member(server, &world, "POST", &restore).json(body);
        let _ = send(&json!({})).expect(200);
        let reply = send(&json!({ "name": "x" })).send();
        let expected = (
            "extra_forbidden".to_owned(),
            r#"["body","name"]"#.to_owned(),
        );
        assert_eq!(violations(&reply), [expected]);
    }
}

fn a_restoration_is_carried_out_once_for_a_key(server: &TestServer) {
    let world = World::new(server, "replay");
    for thing in things(server, &world) {
        let (restore, key) = (format!("{}/restore", thing.path), unique("restore"));
        let send = || as_member(server, &world, "POST", &restore).idempotency_key(&key);
        let _ = as_member(server, &world, "DELETE", &thing.path).expect(204);
        let first = send().expect(200);
        assert_eq!(first.header("Idempotency-Replayed"), None);
        let _ = as_member(server, &world, "DELETE", &thing.path).expect(204);

        let again = send().expect(200);
        assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
        assert_eq!(
            (again.json(), again.header("ETag")),
            (first.json(), first.header("ETag"))
        );
        thing
            .missing
            .of(as_member(server, &world, "GET", &thing.path));
        // Bound to its path: the same key restores nothing else.
        let other = world.project(server, "Other");
        let other = world.path(&format!("/projects{}/restore", one(&other)));
        let other = as_member(server, &world, "POST", &other).idempotency_key(&key);
        assert_eq!(other.expect(200).header("Idempotency-Replayed"), None);
    }
}

fn of_many_restorations_at_once_one_is_recorded(server: &TestServer) {
    let world = World::new(server, "at-once");
    for thing in things(server, &world) {
        let _ = as_member(server, &world, "DELETE", &thing.path).expect(204);
        let restore = format!("{}/restore", thing.path);
        let send = || as_member(server, &world, "POST", &restore).expect(200);
        let replies: Vec<Reply> = thread::scope(|scope| {
            let threads: Vec<_> = (0..20).map(|_| scope.spawn(send)).collect();
            let joined = threads.into_iter().map(|thread| thread.join());
            joined
                .map(|reply| reply.expect("a request without a panic"))
                .collect()
        });
        for reply in &replies {
            assert_eq!(reply.json(), replies[0].json());
        }
        let restored = format!("{}.restored", thing.kind);
        let recorded = events(server, &world);
        let recorded = recorded.iter().filter(|action| **action == restored);
        assert_eq!(recorded.count(), 1);
    }
}

fn a_resource_is_created_once_for_a_key(server: &TestServer) {
    let world = World::new(server, "created-once");
    let key = unique("create");
    let send = |body: &str| {
        let call = call(server, &world, "POST", "").idempotency_key(&key);
        call.text(body)
    };
    let first = send(r#"{"name":"x","data":{"b":1.0,"a":{}}}"#).expect(201);
    let again =
        send(r#" { "data" : {"b":1.0, "a":{}}, "project_id":null, "name":"x"}"#).expect(201);
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(
        (again.text(), again.header("ETag")),
        (first.text(), first.header("ETag"))
    );
    assert_eq!(again.header("Location"), first.header("Location"));
    // Order and notation are part of a document.
    for other in [
        r#"{"name":"x","data":{"a":{},"b":1.0}}"#,
        r#"{"name":"x","data":{"b":1.00,"a":{}}}"#,
        r#"{"name":"y","data":{"b":1.0,"a":{}}}"#,
    ] {
        OTHER_BODY.of(send(other));
    }
    let list = call(server, &world, "GET", "").expect(200);
    assert_eq!(list.json()["pagination"]["total"], 1);
}

on_both!(
    what_was_deleted_comes_back_as_it_was,
    what_was_not_deleted_stays_as_it_is,
    a_restoration_takes_no_body_that_says_anything,
    a_restoration_is_carried_out_once_for_a_key,
    of_many_restorations_at_once_one_is_recorded,
    a_resource_is_created_once_for_a_key,
);
