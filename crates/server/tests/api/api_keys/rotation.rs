//! A new secret for a key: with an overlap both count for a while, without one the old stops at once.

use super::{KEY, KEY_DEAD, issue, issued, shown, stops_at, using};
use crate::support::*;
use serde_json::{Value, json};
use test_server::{ApiKey, Call, TestServer, World, unique};

const HOUR: i64 = 60 * 60;

/// Begins a rotation as the admin.
fn rotating<'a>(server: &'a TestServer, world: &World, key: &ApiKey, body: &Value) -> Call<'a> {
    let path = world.path(&format!("/api-keys/{}/rotate", key.id));
    server.post(&path).bearer(&world.admin.token).json(body)
}

/// Gives a key another secret, while the one before goes on for so many seconds.
fn rotate(server: &TestServer, world: &World, key: &ApiKey, overlap: i64) -> ApiKey {
    let body = json!({ "overlap_seconds": overlap });
    issued(&rotating(server, world, key, &body).expect(201))
}

fn without_an_overlap_the_old_secret_stops_at_once(server: &TestServer) {
    let world = World::new(server, "rotate");
    let old = issue(server, &world, &json!({ "name": "Robot" }));
    let _ = using(server, &world, &old.raw).expect(200);
    let reply = rotating(server, &world, &old, &json!({})).expect(201);
    assert_eq!(shape(&reply), format!("{{api_key:{KEY},raw_key}}"));
    let new = issued(&reply);
    assert_eq!(new.id, old.id);
    assert_ne!(new.raw[..16], old.raw[..16]);
    BAD_CREDENTIAL.of(using(server, &world, &old.raw));
    let _ = using(server, &world, &new.raw).expect(200);

    let key = shown(server, &world, &new);
    assert_eq!(key["key_prefix"], new.raw[..16]);
    assert_eq!(key["previous_valid_until"], Value::Null);
    let events = server
        .get(&world.path("/audit-events"))
        .bearer(&world.owner.token);
    let event = events.expect(200).items().remove(0);
    let prefixes = json!({ "before": old.raw[..16], "after": new.raw[..16] });
    assert_eq!(event["action"], "api_key.rotated");
    assert_eq!(event["changes"], json!({ "key_prefix": prefixes }));
    let secrets = [&old.raw[16..], &new.raw[16..]];
    assert!(
        !secrets
            .iter()
            .any(|secret| event.to_string().contains(secret))
    );
}

fn within_an_overlap_both_secrets_count(server: &TestServer) {
    let world = World::new(server, "overlap");
    let old = issue(server, &world, &json!({ "name": "Robot" }));
    let reply = rotating(server, &world, &old, &json!({ "overlap_seconds": HOUR })).expect(201);
    let (new, key) = (issued(&reply), reply.json()["api_key"].clone());
    assert_eq!(key["previous_valid_until"], later(&key["updated_at"], HOUR));
    for raw in [&old.raw, &new.raw, &old.raw] {
        let _ = using(server, &world, raw).expect(200);
    }
}

fn when_the_overlap_is_over_only_the_new_secret_counts(server: &TestServer) {
    let world = World::new(server, "over");
    let old = issue(server, &world, &json!({ "name": "Robot" }));
    let new = rotate(server, &world, &old, 2);
    let until = shown(server, &world, &new)["previous_valid_until"].take();
    stops_at(server, &world, &old.raw, until.as_str().unwrap_or_default());
    let _ = using(server, &world, &new.raw).expect(200);
}

fn a_second_rotation_stops_the_first_secret_at_once(server: &TestServer) {
    let world = World::new(server, "twice");
    let first = issue(server, &world, &json!({ "name": "Robot" }));
    let second = rotate(server, &world, &first, HOUR);
    let third = rotate(server, &world, &first, HOUR);
    BAD_CREDENTIAL.of(using(server, &world, &first.raw));
    for raw in [&second.raw, &third.raw] {
        let _ = using(server, &world, raw).expect(200);
    }
    // One without an overlap leaves the newest alone.
    let fourth = rotate(server, &world, &first, 0);
    for raw in [&first.raw, &second.raw, &third.raw] {
        BAD_CREDENTIAL.of(using(server, &world, raw));
    }
    let _ = using(server, &world, &fourth.raw).expect(200);
}

fn a_revocation_stops_both_secrets_for_good(server: &TestServer) {
    let world = World::new(server, "both");
    let old = issue(server, &world, &json!({ "name": "Robot" }));
    let new = rotate(server, &world, &old, HOUR);
    let path = world.path(&format!("/api-keys/{}", old.id));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(200);
    for raw in [&old.raw, &new.raw] {
        BAD_CREDENTIAL.of(using(server, &world, raw));
    }
    KEY_DEAD.of(rotating(server, &world, &old, &json!({})));
}

fn a_repeated_rotation_is_carried_out_once_and_shows_its_secret_once(server: &TestServer) {
    let world = World::new(server, "again");
    let (old, once) = (
        issue(server, &world, &json!({ "name": "Robot" })),
        unique("again"),
    );
    let again = |body: &Value| {
        let call = rotating(server, &world, &old, body).idempotency_key(&once);
        call.send()
    };
    let body = json!({ "overlap_seconds": 60 });
    let first = again(&body).expect(201);
    let events = world.audit_total(server);
    let second = again(&body).expect(201);
    assert_eq!(second.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(second.json()["api_key"], first.json()["api_key"]);
    assert!(shape(&second).ends_with(",idempotency_replay:{secret_available,reason}}"));
    assert!(!second.text().contains(&issued(&first).raw[16..]));
    assert_eq!(world.audit_total(server), events, "a replay is no event");
    let _ = using(server, &world, &issued(&first).raw).expect(200);
    let _ = using(server, &world, &old.raw).expect(200);
    OTHER_BODY.check(&again(&json!({ "overlap_seconds": 61 })));
}

fn a_week_is_the_longest_overlap(server: &TestServer) {
    let world = World::new(server, "week");
    let key = issue(server, &world, &json!({ "name": "Robot" }));
    let reply = rotating(server, &world, &key, &json!({ "overlap_seconds": 604_801 })).send();
    let place = r#"["body","overlap_seconds"]"#.to_owned();
    assert_eq!(violations(&reply), [("less_than_equal".to_owned(), place)]);
    rotate(server, &world, &key, 604_800);
    let foreign = World::new(server, "foreign");
    NO_API_KEY.of(rotating(server, &foreign, &key, &json!({})));
}

on_both!(
    without_an_overlap_the_old_secret_stops_at_once,
    within_an_overlap_both_secrets_count,
    when_the_overlap_is_over_only_the_new_secret_counts,
    a_second_rotation_stops_the_first_secret_at_once,
    a_revocation_stops_both_secrets_for_good,
    a_repeated_rotation_is_carried_out_once_and_shows_its_secret_once,
    a_week_is_the_longest_overlap,
);
