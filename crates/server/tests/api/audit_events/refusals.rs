//! Refusals: recorded soon after, once a minute each, with where they came from.

use crate::support::*;
use serde_json::{Value, json};
use std::{thread, time::Duration};
use test_server::{Signal, TestServer, World, unique};

fn a_refusal_is_recorded_with_what_was_missing_and_where_it_came_from(server: &TestServer) {
    let world = World::new(server, "denied");
    let id = unique("denied");
    let call = server
        .get(&world.path("/members"))
        .bearer(&world.viewer.token);
    INSUFFICIENT.of(call
        .header("X-Request-ID", &id)
        .header("User-Agent", "knocker/1"));
    let event = audited(server, &world, "access.denied", 1).remove(0);
    let facts = [
        "target_type",
        "target_id",
        "actor_type",
        "actor_user_id",
        "request_id",
        "user_agent",
        "ip_address",
    ]
    .map(|field| event[field].clone());
    let (organisation, user) = (json!(world.id), json!(world.viewer.id));
    assert_eq!(
        facts,
        [
            json!("organisation"),
            organisation,
            json!("user"),
            user,
            json!(id),
            json!("knocker/1"),
            json!("127.0.0.1")
        ]
    );
    assert_eq!(
        event["metadata"],
        json!({ "permissions": ["read:members"] })
    );
    assert_eq!(event["changes"], Value::Null);

    let body = json!({ "name": "x", "scopes": ["read:resources"] });
    let issue = server
        .post(&world.path("/api-keys"))
        .bearer(&world.owner.token);
    let issued = issue.json(&body).expect(201);
    INSUFFICIENT.of(server
        .get(&world.path("/projects"))
        .bearer(issued.string("/raw_key")));
    let event = audited(server, &world, "access.denied", 2).remove(0);
    assert_eq!(event["actor_api_key_id"], issued.json()["api_key"]["id"]);
    assert_eq!(
        event["metadata"],
        json!({ "permissions": ["read:projects"] })
    );
}

/// However often somebody knocks: at least a minute lies between two records of the same refusal.
fn a_thousand_refusals_leave_a_handful_of_records(server: &TestServer) {
    let world = World::new(server, "flood");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..250 {
                    INSUFFICIENT.of(server
                        .get(&world.path("/members"))
                        .bearer(&world.viewer.token));
                }
            });
        }
    });
    // Whatever was noted before this one is recorded before it.
    INSUFFICIENT.of(server
        .get(&world.path("/members"))
        .bearer(&world.member.token));
    let events = eventually(|| {
        let events = audited(server, &world, "access.denied", 1);
        let last = events
            .iter()
            .any(|event| event["actor_user_id"] == world.member.id);
        last.then_some(events)
    });
    let same = events
        .iter()
        .filter(|event| event["actor_user_id"] == world.viewer.id);
    let at: Vec<_> = same
        .map(|event| micros(event["created_at"].as_str().unwrap_or_default()))
        .collect();
    assert!(!at.is_empty());
    assert!(
        at.windows(2).all(|pair| pair[0] - pair[1] >= 60_000_000),
        "{at:?}"
    );
}

fn what_was_refused_right_before_the_end_is_recorded(server: &TestServer) {
    let mut server = own(server).start();
    let world = World::new(&server, "last");
    let members = world.path("/members");
    INSUFFICIENT.of(server.get(&members).bearer(&world.viewer.token));
    DENIED.of(server.get(&members).bearer(&world.outsider.token));
    server.signal(Signal::Terminate);
    let ended = server.wait(Duration::from_secs(30));
    assert!(ended.is_some_and(|status| status.success()));
    server.restart();
    // Neither of these waits: what was to be recorded has been.
    let trail = world.path("/audit-events?action=access.denied");
    let trail = server.get(&trail).bearer(&world.owner.token).expect(200);
    assert_eq!(trail.items().len(), 1);
    let own = server
        .get("/me/security-events")
        .bearer(&world.outsider.token);
    assert_eq!(own.expect(200).items()[0]["action"], "user.access_denied");
}

on_both!(
    a_refusal_is_recorded_with_what_was_missing_and_where_it_came_from,
    a_thousand_refusals_leave_a_handful_of_records,
    what_was_refused_right_before_the_end_is_recorded,
);
