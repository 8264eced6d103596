use super::*;
use std::{
    thread,
    time::{Duration, Instant},
};

/// Refusals are stored within seconds; a busy machine gets some more.
const STORED_WITHIN: Duration = Duration::from_mins(1);

/// Demands a refusal that names these permissions as beyond the caller's own.
#[track_caller]
fn assert_escalation(reply: &Reply, beyond: &str) {
    let detail = format!("permissions beyond your own cannot be granted: {beyond}");
    let body = reply.json();
    let said = (reply.status, &body["code"], &body["detail"]);
    assert_eq!(
        said,
        (403, &json!("PRIVILEGE_ESCALATION"), &json!(detail)),
        "{reply}"
    );
}

/// What was tried to be given away, by the events of the trail.
fn tried(server: &TestServer, world: &World, actor: &User) -> Vec<String> {
    let trail = server.get(&world.path("/audit-events?limit=100"));
    let events = trail.bearer(&world.owner.token).expect(200).items();
    let escalations = events.iter().filter(|event| {
        event["action"] == "access.escalation_denied" && event["actor_user_id"] == json!(actor.id)
    });
    let mut all: Vec<_> = escalations
        .map(|event| event["metadata"]["permissions"].to_string())
        .collect();
    all.sort();
    all
}

/// Waits until all of these attempts are in the trail, and demands that there are no others.
#[track_caller]
fn assert_recorded(server: &TestServer, world: &World, actor: &User, expected: &[&str]) {
    let mut expected: Vec<_> = expected.iter().map(|one| format!("[\"{one}\"]")).collect();
    expected.sort();
    let deadline = Instant::now() + STORED_WITHIN;
    while tried(server, world, actor).len() < expected.len() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(tried(server, world, actor), expected);
}

/// Somebody who keeps roles, members and keys and may do nothing else.
fn keeper(server: &TestServer, world: &World) -> User {
    let grants = ["*:roles", "*:members", "*:api_keys", "read:organisation"];
    let _ = define(server, world, "keeper", &grants).expect(201);
    holder(server, world, "keeper")
}

fn nobody_changes_a_role_beyond_what_they_hold(server: &TestServer) {
    let world = World::new(server, "escalation");
    let keeper = keeper(server, &world);
    for (name, grants) in [
        ("small", &["read:organisation"][..]),
        ("jobs", &["create:jobs"]),
        ("more-jobs", &["delete:jobs"]),
    ] {
        let _ = define(server, &world, name, grants).expect(201);
    }
    let send = |method: &str, rest: &str, body: &Value| {
        let call = call(server, &world, &keeper, method, rest);
        call.json(body).send()
    };
    let grants = |grants: &[&str]| json!({ "permissions": permissions(grants) });
    let new = json!({ "name": "wide", "permissions": permissions(&["read:usage"]) });
    assert_escalation(&send("POST", "", &new), "read:usage");
    let created = send("PUT", "/wide", &grants(&["update:jobs"]));
    assert_escalation(&created, "update:jobs");
    let widened = send(
        "PUT",
        "/small",
        &grants(&["read:organisation", "read:jobs"]),
    );
    assert_escalation(&widened, "read:jobs");
    let narrowed = send("PUT", "/jobs", &grants(&[]));
    assert_escalation(&narrowed, "create:jobs");
    let deleted = call(server, &world, &keeper, "DELETE", "/more-jobs").send();
    assert_escalation(&deleted, "delete:jobs");
    // Only for one's own is beyond, too, and so is a default that a narrowed role would go back to.
    let own = send("PUT", "/small", &grants(&["update:projects[owner]"]));
    assert_escalation(&own, "update:projects");
    let _ = replace(server, &world, "viewer", &["read:organisation"]).expect(200);
    let back = call(server, &world, &keeper, "DELETE", "/viewer").send();
    assert_escalation(&back, "read:projects, read:resources");

    for name in ["wide", "nonesuch"] {
        NO_ROLE.of(call(
            server,
            &world,
            &world.owner,
            "GET",
            &format!("/{name}"),
        ));
    }
    // Within what is held everything goes.
    let _ = send("PUT", "/small", &grants(&["read:members"])).expect(200);
    let expected = [
        "read:usage",
        "update:jobs",
        "read:jobs",
        "create:jobs",
        "delete:jobs",
        "update:projects",
        "read:projects\",\"read:resources",
    ];
    assert_recorded(server, &world, &keeper, &expected);
}

fn nobody_changes_a_member_beyond_what_they_hold(server: &TestServer) {
    let world = World::new(server, "members");
    let keeper = keeper(server, &world);
    for (name, grant) in [
        ("usage", "read:usage"),
        ("jobs", "create:jobs"),
        ("more-jobs", "delete:jobs"),
    ] {
        let _ = define(server, &world, name, &[grant]).expect(201);
    }
    let powerful = holder(server, &world, "more-jobs");
    let humble = holder(server, &world, "keeper");
    let body = json!({ "user_id": server.user("newcomer").id, "role": "usage" });
    let members = world.path("/members");
    INSUFFICIENT.of(server.post(&members).bearer(&keeper.token).json(&body));
    let one = |method: &str, user: &User| {
        let path = format!("{members}/{}", user.id);
        server.call(method, &path).bearer(&keeper.token)
    };
    INSUFFICIENT.of(one("PATCH", &humble).json(&json!({ "role": "jobs" })));
    INSUFFICIENT.of(one("DELETE", &powerful));
    INSUFFICIENT.of(one("PATCH", &keeper).json(&json!({ "role": "jobs" })));
    let _ = one("DELETE", &humble).expect(204);
    let expected = ["read:usage", "create:jobs", "delete:jobs"];
    assert_recorded(server, &world, &keeper, &expected);
}

fn nobody_makes_a_key_that_can_do_more_than_they_can(server: &TestServer) {
    let world = World::new(server, "keys");
    let keeper = keeper(server, &world);
    let issue = |scopes: &[&str]| {
        let call = server.post(&world.path("/api-keys")).bearer(&keeper.token);
        call.json(&json!({ "name": "key", "scopes": scopes }))
            .send()
    };
    assert_escalation(&issue(&["read:projects"]), "read:projects");
    let _ = issue(&["read:members"]).expect(201);
    assert_recorded(server, &world, &keeper, &["read:projects"]);
}

fn an_admin_cannot_become_an_owner_by_a_role(server: &TestServer) {
    let world = World::new(server, "admin");
    let body = json!({ "name": "boss", "permissions": permissions(&["*:*"]) });
    let refused = call(server, &world, &world.admin, "POST", "").json(&body);
    assert_escalation(&refused.send(), "delete:organisation");
    let _ = define(server, &world, "boss", &["*:*"]).expect(201);
    INSUFFICIENT.of(server
        .patch(&world.path(&format!("/members/{}", world.admin.id)))
        .bearer(&world.admin.token)
        .json(&json!({ "role": "boss" })));
    let boss = holder(server, &world, "boss");
    let path = world.path(&format!("/members/{}", boss.id));
    INSUFFICIENT.of(server.delete(&path).bearer(&world.admin.token));
    // All of these are the same attempt, which is recorded once a minute.
    assert_recorded(server, &world, &world.admin, &["delete:organisation"]);
}

on_both!(
    nobody_changes_a_role_beyond_what_they_hold,
    nobody_changes_a_member_beyond_what_they_hold,
    nobody_makes_a_key_that_can_do_more_than_they_can,
    an_admin_cannot_become_an_owner_by_a_role,
);
