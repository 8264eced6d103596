//! `GET /orgs/{organisation_id}/audit-events`: what is recorded, and by whom.

mod changes;
mod filters;
mod origin;
mod refusals;

use crate::support::*;
use private_postgres::PrivatePostgres;
use serde_json::{Value, json};
use test_server::{TestServer, World};

const EVENT: &str = "{id,organisation_id,actor_user_id,actor_api_key_id,action,target_type,target_id,\
    metadata,created_at,actor_type,actor_operator,changes,ip_address,user_agent,request_id}";

/// The newest event, as `action`, `target_type`, `target_id` and `metadata`.
fn newest(server: &TestServer, world: &World) -> Value {
    let event = world.audit(server).remove(0);
    assert_id(&event["id"]);
    assert_timestamp(&event["created_at"]);
    assert_eq!(event["organisation_id"], world.id);
    let by = [&event["actor_user_id"], &event["actor_api_key_id"]];
    assert_eq!(
        by.iter().filter(|actor| actor.is_null()).count(),
        1,
        "one actor: {event}"
    );
    json!([
        event["action"],
        event["target_type"],
        event["target_id"],
        event["metadata"]
    ])
}

fn events_are_listed_newest_first(server: &TestServer) {
    let world = World::new(server, "events");
    world.project(server, "Last");
    let reply = server
        .get(&world.path("/audit-events"))
        .bearer(&world.admin.token)
        .expect(200);
    let pagination = "{limit,offset,total,count,next_cursor}";
    let with_metadata = EVENT.replace("metadata", "metadata:{project_name,status}");
    assert_eq!(
        shape(&reply),
        format!("{{items:[{with_metadata}],pagination:{pagination}}}")
    );
    let actions: Vec<_> = reply
        .items()
        .iter()
        .map(|event| event["action"].clone())
        .collect();
    let added = "member.added";
    assert_eq!(
        actions,
        [
            "project.created",
            added,
            added,
            added,
            "organisation.created"
        ]
    );
}

fn organisation_events_say_what_was_sent(server: &TestServer) {
    let world = World::of_its_owner(server, "organisation");
    let oldest = world.audit(server).pop().unwrap_or_default();
    assert_eq!(
        (&oldest["action"], &oldest["metadata"]),
        (&json!("organisation.created"), &json!({}))
    );
    assert_eq!(
        (&oldest["target_type"], &oldest["target_id"]),
        (&json!("organisation"), &json!(world.id))
    );
    assert_eq!(oldest["actor_user_id"], world.owner.id);
    for (body, fields) in [
        (
            json!({ "slug": world.slug, "name": "New" }),
            json!(["name", "slug"]),
        ),
        (json!({ "slug": world.slug, "name": null }), json!(["slug"])),
    ] {
        let _ = server
            .patch(&world.path(""))
            .bearer(&world.admin.token)
            .json(&body)
            .expect(200);
        let expected =
            json!(["organisation.updated", "organisation", world.id, { "changed_fields": fields }]);
        assert_eq!(newest(server, &world), expected);
    }
}

fn member_events_say_who_and_which_role(server: &TestServer) {
    let (world, user) = (World::new(server, "member"), server.user("somebody"));
    let id = world.add(server, &user, "viewer").expect(201).string("/id");
    let metadata = json!({ "user_id": user.id, "role": "viewer" });
    assert_eq!(
        newest(server, &world),
        json!(["member.added", "membership", id, metadata])
    );

    let _ = world.set_role(server, &user, "admin").expect(200);
    let metadata = json!({ "user_id": user.id, "old_role": "viewer", "new_role": "admin" });
    assert_eq!(
        newest(server, &world),
        json!(["member.role_changed", "membership", id, metadata])
    );

    let _ = world.remove(server, &user).expect(204);
    let metadata = json!({ "user_id": user.id, "role": "admin" });
    assert_eq!(
        newest(server, &world),
        json!(["member.removed", "membership", id, metadata])
    );
}

fn project_events_say_name_status_and_fields(server: &TestServer) {
    let world = World::new(server, "project");
    let token = &world.owner.token;
    let id = world.project(server, "Made")["id"].clone();
    let path = world.path(&format!("/projects/{}", id.as_str().unwrap_or_default()));
    let metadata = json!({ "project_name": "Made", "status": "active" });
    assert_eq!(
        newest(server, &world),
        json!(["project.created", "project", id, metadata])
    );
    for (body, fields) in [
        (
            json!({ "status": "archived", "description": null, "name": "Renamed" }),
            json!(["name", "description", "status"]),
        ),
        (
            json!({ "name": null, "description": "x" }),
            json!(["description"]),
        ),
        (json!({ "status": null }), json!([])),
    ] {
        let _ = server.patch(&path).bearer(token).json(&body).expect(200);
        let metadata = json!({ "changed_fields": fields });
        assert_eq!(
            newest(server, &world),
            json!(["project.updated", "project", id, metadata])
        );
    }
    let _ = server.delete(&path).bearer(token).expect(204);
    let metadata = json!({ "project_name": "Renamed" });
    assert_eq!(
        newest(server, &world),
        json!(["project.deleted", "project", id, metadata])
    );
}

fn key_events_say_name_and_prefix(server: &TestServer) {
    let world = World::new(server, "key");
    let key = world.api_key(server, &world.owner, "Robot");
    let metadata = json!({ "api_key_name": "Robot", "key_prefix": key.raw[..16] });
    assert_eq!(
        newest(server, &world),
        json!(["api_key.created", "api_key", key.id, metadata])
    );
    let path = world.path(&format!("/api-keys/{}", key.id));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(200);
    assert_eq!(
        newest(server, &world),
        json!(["api_key.revoked", "api_key", key.id, metadata])
    );
}

fn the_actor_is_the_user_or_the_key(server: &TestServer) {
    let world = World::new(server, "actor");
    let key = world.api_key(server, &world.owner, "actor");
    let body = json!({ "name": "Made" });
    for (credential, user, api_key) in [
        (&world.member.token, json!(world.member.id), Value::Null),
        (&key.raw, Value::Null, json!(key.id)),
    ] {
        let _ = server
            .post(&world.path("/projects"))
            .bearer(credential)
            .json(&body)
            .expect(201);
        let event = world.audit(server).remove(0);
        assert_eq!(
            (&event["actor_user_id"], &event["actor_api_key_id"]),
            (&user, &api_key)
        );
    }
}

fn reads_and_refusals_change_nothing(server: &TestServer) {
    let world = World::new(server, "silent");
    let project = world.project(server, "Kept")["id"].clone();
    let path = world.path(&format!(
        "/projects/{}",
        project.as_str().unwrap_or_default()
    ));
    let events = world.audit_total(server);
    for path in ["", "/members", "/projects", "/api-keys", "/audit-events"] {
        let _ = server
            .get(&world.path(path))
            .bearer(&world.owner.token)
            .expect(200);
    }
    INSUFFICIENT.of(server.delete(&path).bearer(&world.viewer.token));
    DENIED.of(server.delete(&path).bearer(&world.outsider.token));
    LAST_OWNER.check(&world.remove(server, &world.owner));
    ALREADY_MEMBER.check(&world.add(server, &world.member, "viewer"));
    let key = server
        .patch(&path)
        .bearer(&world.owner.token)
        .header("If-Match", "\"v99\"");
    CHANGED.of(key.json(&json!({ "name": "Other" })));
    INVALID.of(server
        .patch(&path)
        .bearer(&world.owner.token)
        .json(&json!({ "name": "" })));
    assert_eq!(world.audit_total(server), events);
}

/// On SQLite everything is whoever's the file is.
#[test]
fn the_database_lets_the_server_add_events_and_nothing_else() {
    let server = postgres();
    let allowed = |privilege: &str| {
        let tables = "SELECT string_agg(has_table_privilege('saas_api_app', name, '{}')::text, ' ') FROM \
            unnest(ARRAY['pool.audit_events', 'platform.user_events', 'platform.operator_events']) AS name";
        let statement = tables.replace("{}", privilege);
        PrivatePostgres::shared().query(server.database_url(), &statement)
    };
    for privilege in ["INSERT", "SELECT"] {
        assert_eq!(allowed(privilege), "true true true", "{privilege}");
    }
    for privilege in ["UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"] {
        assert_eq!(allowed(privilege), "false false false", "{privilege}");
    }
}

fn events_cannot_be_written(server: &TestServer) {
    let world = World::new(server, "append");
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        WRONG_METHOD.of(server
            .call(method, &world.path("/audit-events"))
            .bearer(&world.owner.token));
    }
    let event = world.audit(server).remove(0)["id"].clone();
    let path = world.path(&format!(
        "/audit-events/{}",
        event.as_str().unwrap_or_default()
    ));
    for method in ["GET", "PATCH", "DELETE"] {
        NO_ROUTE.of(server.call(method, &path).bearer(&world.owner.token));
    }
}

on_both!(
    events_are_listed_newest_first,
    organisation_events_say_what_was_sent,
    member_events_say_who_and_which_role,
    project_events_say_name_status_and_fields,
    key_events_say_name_and_prefix,
    the_actor_is_the_user_or_the_key,
    reads_and_refusals_change_nothing,
    events_cannot_be_written,
);
