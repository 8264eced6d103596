//! `/orgs/{organisation_id}/projects` and `…/projects/{project_id}`.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, TestServer, World};

const PROJECT: &str = "{id,organisation_id,name,status,description,created_by_user_id,\
    updated_by_user_id,created_at,updated_at}";

fn create<'a>(server: &'a TestServer, world: &World, credential: &str, body: &Value) -> Call<'a> {
    server
        .post(&world.path("/projects"))
        .bearer(credential)
        .json(body)
}

fn path(world: &World, project: &Value) -> String {
    world.path(&format!(
        "/projects/{}",
        project["id"].as_str().unwrap_or_default()
    ))
}

fn change<'a>(server: &'a TestServer, world: &World, project: &Value, body: &Value) -> Call<'a> {
    server
        .patch(&path(world, project))
        .bearer(&world.owner.token)
        .json(body)
}

fn a_project_has_its_defaults_filled_in(server: &TestServer) {
    let world = World::new(server, "create");
    let reply = create(
        server,
        &world,
        &world.member.token,
        &json!({ "name": "  Ünï " }),
    )
    .expect(201);
    assert_eq!(shape(&reply), PROJECT);
    let project = reply.json();
    assert_id(&project["id"]);
    assert_timestamp(&project["created_at"]);
    assert_timestamp(&project["updated_at"]);
    let by = &json!(world.member.id);
    assert_eq!(
        (
            &project["created_by_user_id"],
            &project["updated_by_user_id"]
        ),
        (by, by)
    );
    assert_eq!(project["organisation_id"], world.id);
    let sent = (
        &project["name"],
        &project["status"],
        &project["description"],
    );
    assert_eq!(sent, (&json!("  Ünï "), &json!("active"), &Value::Null));
    let read = server
        .get(&path(&world, &project))
        .bearer(&world.viewer.token)
        .expect(200);
    assert_eq!((shape(&read), read.json()), (PROJECT.to_owned(), project));
}

fn a_project_is_what_was_sent_and_names_may_repeat(server: &TestServer) {
    let world = World::new(server, "sent");
    let body = json!({ "name": "Same", "description": "", "status": "archived" });
    for _ in 0..2 {
        let project = create(server, &world, &world.owner.token, &body)
            .expect(201)
            .json();
        assert_eq!(
            (&project["description"], &project["status"]),
            (&json!(""), &json!("archived"))
        );
    }
}

fn an_api_key_is_no_user(server: &TestServer) {
    let world = World::new(server, "by-key");
    let key = world.api_key(server, &world.admin, "robot");
    let made = create(server, &world, &key.raw, &json!({ "name": "Made" }))
        .expect(201)
        .json();
    assert_eq!(
        (&made["created_by_user_id"], &made["updated_by_user_id"]),
        (&Value::Null, &Value::Null)
    );

    // A key's change keeps the user who changed it last.
    let ours = world.project(server, "Ours");
    let body = json!({ "name": "Changed" });
    let call = server
        .patch(&path(&world, &ours))
        .bearer(&key.raw)
        .json(&body);
    let changed = call.expect(200).json();
    assert_eq!(changed["updated_by_user_id"], world.owner.id);
    // Of a project that it made, a user's change is the user's.
    let changed = change(server, &world, &made, &body).expect(200).json();
    let by = (
        &changed["created_by_user_id"],
        &changed["updated_by_user_id"],
    );
    assert_eq!(by, (&Value::Null, &json!(world.owner.id)));
}

fn a_change_touches_what_was_sent(server: &TestServer) {
    let world = World::new(server, "change");
    let body = json!({ "name": "Old", "description": "Text" });
    let before = create(server, &world, &world.member.token, &body)
        .expect(201)
        .json();

    let reply = change(server, &world, &before, &json!({ "status": "archived" })).expect(200);
    assert_eq!(shape(&reply), PROJECT);
    let mut expected = before.clone();
    let after = reply.json();
    assert_ne!(after["updated_at"], before["updated_at"]);
    expected["status"] = json!("archived");
    expected["updated_by_user_id"] = json!(world.owner.id);
    expected["updated_at"] = after["updated_at"].clone();
    assert_eq!(after, expected);

    // Archived projects stay editable, and any status may follow any other.
    let body = json!({ "name": "New", "description": null, "status": "active" });
    let after = change(server, &world, &before, &body).expect(200).json();
    let changed = (&after["name"], &after["description"], &after["status"]);
    assert_eq!(changed, (&json!("New"), &Value::Null, &json!("active")));
}

fn null_clears_the_description_and_means_nothing_elsewhere(server: &TestServer) {
    let world = World::new(server, "null");
    let body = json!({ "name": "Name", "description": "Text" });
    let project = create(server, &world, &world.owner.token, &body)
        .expect(201)
        .json();
    let same = change(
        server,
        &world,
        &project,
        &json!({ "name": null, "status": null }),
    )
    .expect(200);
    assert_eq!(same.json(), project);
    let cleared = change(server, &world, &project, &json!({ "description": null })).expect(200);
    assert_eq!(cleared.json()["description"], Value::Null);
    let reply = change(server, &world, &project, &json!({})).send();
    assert_eq!(
        violations(&reply),
        [("value_error".to_owned(), r#"["body"]"#.to_owned())]
    );
    assert_eq!(
        reply.string("/errors/0/msg"),
        "Value error, at least one project field must be provided"
    );
}

fn a_deleted_project_is_gone_everywhere(server: &TestServer) {
    let world = World::new(server, "delete");
    let (gone, kept) = (world.project(server, "Gone"), world.project(server, "Kept"));
    let reply = server
        .delete(&path(&world, &gone))
        .bearer(&world.member.token)
        .expect(204);
    assert_eq!(
        (reply.body.as_slice(), reply.header("Content-Type")),
        (&b""[..], None)
    );
    let token = &world.owner.token;
    NO_PROJECT.of(server.get(&path(&world, &gone)).bearer(token));
    NO_PROJECT.of(server.delete(&path(&world, &gone)).bearer(token));
    NO_PROJECT.of(change(server, &world, &gone, &json!({ "name": "Back" })));
    let list = server
        .get(&world.path("/projects"))
        .bearer(token)
        .expect(200);
    assert_eq!(
        (list.items(), &list.json()["pagination"]["total"]),
        (vec![kept], &json!(1))
    );
}

on_both!(
    a_project_has_its_defaults_filled_in,
    a_project_is_what_was_sent_and_names_may_repeat,
    an_api_key_is_no_user,
    a_change_touches_what_was_sent,
    null_clears_the_description_and_means_nothing_elsewhere,
    a_deleted_project_is_gone_everywhere,
);
