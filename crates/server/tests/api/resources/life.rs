//! From creation to deletion.

use super::*;
use serde_json::json;

fn a_resource_belongs_to_whoever_created_it(server: &TestServer) {
    let world = World::new(server, "create");
    let body = json!({ "name": "  Ünï ", "data": {} });
    let reply = server
        .post(&world.path("/resources"))
        .bearer(&world.member.token)
        .json(&body)
        .expect(201);
    assert_eq!(shape(&reply), RESOURCE);
    let resource = reply.json();
    assert_id(&resource["id"]);
    assert_timestamp(&resource["created_at"]);
    assert_eq!(resource["updated_at"], resource["created_at"]);
    assert_eq!(resource["organisation_id"], world.id);
    assert_eq!(resource["owner_user_id"], world.member.id);
    let sent = (&resource["name"], &resource["project_id"]);
    assert_eq!(sent, (&json!("  Ünï "), &Value::Null));
    let path = world.path(&format!("/resources{}", one(&resource)));
    assert_eq!(reply.header("Location"), Some(path.as_str()));

    let read = server.get(&path).bearer(&world.viewer.token).expect(200);
    assert_eq!((shape(&read), read.json()), (RESOURCE.to_owned(), resource));
    assert_eq!(read.header("ETag"), reply.header("ETag"));
}

fn what_a_key_creates_belongs_to_the_keys_creator(server: &TestServer) {
    let world = World::new(server, "by-key");
    let key = server
        .post(&world.path("/api-keys"))
        .bearer(&world.admin.token)
        .json(&json!({ "name": "robot", "scopes": ["*:resources"] }))
        .expect(201)
        .string("/raw_key");
    let body = json!({ "name": "Made", "data": { "by": "robot" } });
    let made = server
        .post(&world.path("/resources"))
        .bearer(&key)
        .json(&body)
        .expect(201)
        .json();
    assert_eq!(made["owner_user_id"], world.admin.id);
    let path = world.path(&format!("/resources{}", one(&made)));
    let _ = server.get(&path).bearer(&key).expect(200);
    let event = &world.audit(server)[0];
    assert_eq!(event["action"], "resource.created");
    assert_eq!(event["actor_user_id"], Value::Null);
    // A key without the scope is refused what its creator may do.
    let plain = world.api_key(server, &world.admin, "plain");
    INSUFFICIENT.of(server.get(&path).bearer(&plain.raw));
}

fn a_replacement_replaces_everything_that_can_be_set(server: &TestServer) {
    let world = World::new(server, "replace");
    let project = world.project(server, "Project")["id"].clone();
    let body = json!({ "name": "Old", "data": { "a": 1 }, "project_id": project });
    let before = create(server, &world, &body).json();
    assert_eq!(before["project_id"], project);

    let put = |body: &Value| call(server, &world, "PUT", &one(&before)).json(body);
    let after = put(&json!({ "name": "New", "data": {} })).expect(200);
    assert_eq!(shape(&after), RESOURCE);
    let after = after.json();
    let mut expected = before.clone();
    expected["name"] = json!("New");
    expected["data"] = json!({});
    expected["project_id"] = Value::Null;
    expected["updated_at"] = after["updated_at"].clone();
    assert_eq!(after, expected);
    assert_ne!(after["updated_at"], before["updated_at"]);

    for (missing, body) in [
        ("name", json!({ "data": {} })),
        ("data", json!({ "name": "x", "project_id": null })),
    ] {
        let expected = ("missing".to_owned(), format!(r#"["body","{missing}"]"#));
        assert_eq!(violations(&put(&body).send()), [expected]);
    }
    assert_eq!(get(server, &world, &before).json(), after);
}

fn what_changes_nothing_is_no_change(server: &TestServer) {
    let world = World::new(server, "same");
    let body = json!({ "name": "Same", "data": { "a": [1, { "b": null }] } });
    let before = create(server, &world, &body);
    let (tag, resource) = (before.header("ETag"), before.json());
    let recorded = events(server, &world);
    for reply in [
        call(server, &world, "PUT", &one(&resource))
            .json(&body)
            .expect(200),
        patch(server, &world, &resource, "{}").expect(200),
        patch(
            server,
            &world,
            &resource,
            r#"{"name":"Same","data":{"c":null}}"#,
        )
        .expect(200),
    ] {
        assert_eq!((reply.header("ETag"), &reply.json()), (tag, &resource));
    }
    assert_eq!(events(server, &world), recorded);
}

fn a_project_has_to_be_there_when_a_resource_becomes_part_of_it(server: &TestServer) {
    let world = World::new(server, "project");
    let (kept, gone) = (world.project(server, "Kept"), world.project(server, "Gone"));
    let body = |project: &Value| json!({ "name": "x", "data": {}, "project_id": project });
    let inside = create(server, &world, &body(&gone["id"])).json();
    let outside = create(server, &world, &body(&Value::Null)).json();
    let path = world.path(&format!("/projects{}", one(&gone)));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(204);

    for missing in [gone["id"].clone(), json!(random_id())] {
        NO_PROJECT.of(call(server, &world, "POST", "").json(&body(&missing)));
        NO_PROJECT.of(call(server, &world, "PUT", &one(&outside)).json(&body(&missing)));
        let change = json!({ "project_id": missing }).to_string();
        NO_PROJECT.of(patch(server, &world, &outside, &change));
    }
    assert_eq!(get(server, &world, &outside).json(), outside);
    let kept = json!({ "project_id": kept["id"] });
    let moved = patch(server, &world, &outside, &kept.to_string()).expect(200);
    assert_eq!(moved.json()["project_id"], kept["project_id"]);

    // What was part of it stays, and can still be changed.
    let rest = json!({ "name": "Renamed", "data": {}, "project_id": gone["id"] });
    let changed = call(server, &world, "PUT", &one(&inside)).json(&rest);
    let changed = changed.expect(200).json();
    assert_eq!(
        (&changed["name"], &changed["project_id"]),
        (&json!("Renamed"), &gone["id"])
    );
}

fn a_deleted_resource_is_gone_everywhere(server: &TestServer) {
    let world = World::new(server, "delete");
    let body = json!({ "name": "x", "data": {} });
    let gone = create(server, &world, &body).json();
    let kept = create(server, &world, &body).json();
    let reply = call(server, &world, "DELETE", &one(&gone)).expect(204);
    assert_eq!(
        (reply.body.as_slice(), reply.header("Content-Type")),
        (&b""[..], None)
    );
    NO_RESOURCE.of(call(server, &world, "GET", &one(&gone)));
    NO_RESOURCE.of(call(server, &world, "PUT", &one(&gone)).json(&body));
    NO_RESOURCE.of(patch(server, &world, &gone, "{}"));
    NO_RESOURCE.of(call(server, &world, "DELETE", &one(&gone)));
    let list = call(server, &world, "GET", "").expect(200);
    assert_eq!(
        (list.items(), &list.json()["pagination"]["total"]),
        (vec![kept], &json!(1))
    );
}

fn events_say_what_changed_and_nothing_of_the_document(server: &TestServer) {
    let world = World::new(server, "events");
    let canary = test_server::unique("canary");
    let body = json!({ "name": "Old", "data": { "secret": canary } });
    let resource = create(server, &world, &body).json();
    let change = format!(r#"{{"name":"New","data":{{"more":"{canary}"}}}}"#);
    let _ = patch(server, &world, &resource, &change).expect(200);
    let _ = call(server, &world, "DELETE", &one(&resource)).expect(204);

    let reply = server
        .get(&world.path("/audit-events?limit=3"))
        .bearer(&world.owner.token)
        .expect(200);
    assert!(!reply.text().contains(&canary));
    let items = reply.items();
    let [deleted, updated, created] = &items[..] else {
        panic!("{reply}")
    };
    assert_eq!(created["action"], "resource.created");
    assert_eq!(deleted["action"], "resource.deleted");
    for event in [created, updated, deleted] {
        assert_eq!(event["target_id"], resource["id"]);
        assert_eq!(event["target_type"], "resource");
    }
    assert_eq!(updated["metadata"], json!({ "resource_name": "New" }));
    let bytes = |data: &Value| data.to_string().len();
    let data = json!({ "secret": canary, "more": canary });
    let expected = json!({
        "name": { "before": "Old", "after": "New" },
        "data_bytes": { "before": bytes(&body["data"]), "after": bytes(&data) },
    });
    assert_eq!(updated["changes"], expected);
}

on_both!(
    a_resource_belongs_to_whoever_created_it,
    what_a_key_creates_belongs_to_the_keys_creator,
    a_replacement_replaces_everything_that_can_be_set,
    what_changes_nothing_is_no_change,
    a_project_has_to_be_there_when_a_resource_becomes_part_of_it,
    a_deleted_resource_is_gone_everywhere,
    events_say_what_changed_and_nothing_of_the_document,
);
