//! How long a key lives: as long as its creator says, and no longer than the organisation allows.

use super::{KEY_DEAD, issue, issuing, shown, stops_at, using};
use crate::support::*;
use serde_json::{Value, json};
use test_server::{TestServer, World};

const DAY: i64 = 24 * 60 * 60;

/// An instant of the server's clock, so many seconds from now.
fn from_now(server: &TestServer, world: &World, seconds: i64) -> String {
    later(&json!(clock(server, world)), seconds)
}

fn set_max(server: &TestServer, world: &World, days: &Value) -> Value {
    let call = server.patch(&world.path("")).bearer(&world.owner.token);
    let changed = call.json(&json!({ "api_key_max_days": days })).expect(200);
    let seen = server.get(&world.path("")).bearer(&world.viewer.token);
    assert_eq!(seen.expect(200).json(), changed.json());
    changed.json()["api_key_max_days"].clone()
}

/// The one thing that is wrong with a key that is to live until then.
#[track_caller]
fn refusal(server: &TestServer, world: &World, expires_at: &str) -> String {
    let body = json!({ "name": "x", "expires_at": expires_at });
    let reply = issuing(server, world, &body).send();
    let place = r#"["body","expires_at"]"#.to_owned();
    assert_eq!(violations(&reply), [("value_error".to_owned(), place)]);
    reply.string("/errors/0/msg")
}

fn a_key_is_nobody_from_the_instant_at_which_it_expires(server: &TestServer) {
    let world = World::new(server, "expiry");
    let expires_at = from_now(server, &world, 2);
    let key = issue(
        server,
        &world,
        &json!({ "name": "x", "expires_at": expires_at }),
    );
    assert_eq!(shown(server, &world, &key)["expires_at"], expires_at);
    stops_at(server, &world, &key.raw, &expires_at);
    let path = world.path(&format!("/api-keys/{}/rotate", key.id));
    let rotate = server.post(&path).bearer(&world.owner.token);
    KEY_DEAD.of(rotate.json(&json!({})));
    // It can still be revoked and stays in the list.
    let path = world.path(&format!("/api-keys/{}", key.id));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(200);
}

fn a_key_with_a_long_life_is_somebody_meanwhile(server: &TestServer) {
    let world = World::new(server, "alive");
    let body = json!({ "name": "x", "expires_at": from_now(server, &world, DAY) });
    let key = issue(server, &world, &body);
    let _ = using(server, &world, &key.raw).expect(200);
}

fn a_key_cannot_be_born_dead(server: &TestServer) {
    let world = World::new(server, "stillborn");
    for past in [
        from_now(server, &world, 0),
        "2001-01-01T00:00:00Z".to_owned(),
    ] {
        let said = refusal(server, &world, &past);
        assert_eq!(said, "Value error, must be in the future");
    }
}

fn the_organisation_bounds_the_life_of_its_keys(server: &TestServer) {
    let world = World::new(server, "bounded");
    let unbounded = issue(server, &world, &json!({ "name": "before" }));
    let seen = server.get(&world.path("")).bearer(&world.viewer.token);
    assert_eq!(seen.expect(200).json()["api_key_max_days"], Value::Null);
    assert_eq!(set_max(server, &world, &json!(30)), 30);

    let body = json!({ "name": "x" });
    let key = issuing(server, &world, &body).expect(201).json()["api_key"].clone();
    assert_eq!(key["expires_at"], later(&key["created_at"], 30 * DAY));
    let said = refusal(server, &world, &from_now(server, &world, 30 * DAY + 60));
    assert_eq!(said, "Value error, must be at most 30 days from now");
    let shorter = from_now(server, &world, 30 * DAY - 60);
    let body = json!({ "name": "x", "expires_at": shorter });
    let key = issuing(server, &world, &body).expect(201).json();
    assert_eq!(key["api_key"]["expires_at"], shorter);
    // Keys that exist are not touched.
    assert_eq!(shown(server, &world, &unbounded)["expires_at"], Value::Null);
    let _ = using(server, &world, &unbounded.raw).expect(200);

    assert_eq!(set_max(server, &world, &Value::Null), Value::Null);
    let key = issuing(server, &world, &json!({ "name": "x" }))
        .expect(201)
        .json();
    assert_eq!(key["api_key"]["expires_at"], Value::Null);
}

fn the_bound_is_one_day_to_ten_years_and_for_admins_to_set(server: &TestServer) {
    let world = World::new(server, "bounds");
    for days in [1, 3650] {
        assert_eq!(set_max(server, &world, &json!(days)), days);
    }
    let set = |token: &str, days: &Value| {
        let call = server.patch(&world.path("")).bearer(token);
        call.json(&json!({ "api_key_max_days": days })).send()
    };
    for (days, kind) in [
        (json!(0), "greater_than_equal"),
        (json!(-1), "greater_than_equal"),
        (json!(3651), "less_than_equal"),
        (json!(65_566), "less_than_equal"),
        (json!(u64::MAX), "less_than_equal"),
        (json!("30"), "int_type"),
        (json!(30.5), "int_type"),
        (json!([30]), "int_type"),
    ] {
        let place = r#"["body","api_key_max_days"]"#.to_owned();
        let found = violations(&set(&world.admin.token, &days));
        assert_eq!(found, [(kind.to_owned(), place)], "{days}");
    }
    INSUFFICIENT.check(&set(&world.member.token, &json!(30)));
    assert_eq!(set(&world.admin.token, &json!(7)).status, 200);
}

on_both!(
    a_key_is_nobody_from_the_instant_at_which_it_expires,
    a_key_with_a_long_life_is_somebody_meanwhile,
    a_key_cannot_be_born_dead,
    the_organisation_bounds_the_life_of_its_keys,
    the_bound_is_one_day_to_ten_years_and_for_admins_to_set,
);
