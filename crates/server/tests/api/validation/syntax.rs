//! What is not JSON.

use super::{Entry, Place, assert_refused};
use crate::support::on_both;
use serde_json::json;
use test_server::TestServer;

fn what_is_not_json_is_refused_where_it_stops_being_json(server: &TestServer) {
    let place = Place::new(server);
    let deep = "[".repeat(100_000);
    for (body, offset) in [
        ("{bad", Some(1)),
        ("{\"é\": nope}", None),
        ("{\"name\": NaN}", None),
        ("{\"name\": Infinity}", None),
        (r#"{"name": "\ud800"}"#, None),
        (r#"{"name": "x"} x"#, None),
        (r#"{"name": "x",}"#, None),
        ("{'name': 'x'}", Some(1)),
        ("{", None),
        ("\u{feff}{}", None),
        (deep.as_str(), None),
    ] {
        let reply = place.call("POST /orgs").text(body).expect(422);
        let entry = &reply.json()["errors"][0];
        assert_eq!(
            (&entry["type"], &entry["msg"]),
            (&json!("json_invalid"), &json!("JSON decode error"))
        );
        assert_eq!(entry["loc"][0], "body");
        let at = entry["loc"][1].as_u64();
        assert!(
            at.is_some() && (offset.is_none() || at == offset),
            "{at:?} in {body:.40}"
        );
    }
}

fn what_is_not_utf_8_is_refused(server: &TestServer) {
    let place = Place::new(server);
    let call = place
        .call("POST /orgs")
        .header("Content-Type", "application/json");
    let refused = [Entry::new(
        "json_invalid",
        json!(["body", 9]),
        "JSON decode error",
    )];
    assert_refused(call.bytes(b"{\"name\":\"\xff\"}"), "not UTF-8", &refused);
}

fn of_a_repeated_name_the_last_one_counts(server: &TestServer) {
    let place = Place::new(server);
    let call = place.call("POST /orgs/{organisation_id}/projects");
    let reply = call.text(r#"{"name": 1, "name": "Last"}"#).expect(201);
    assert_eq!(reply.string("/name"), "Last");
}

on_both!(
    what_is_not_json_is_refused_where_it_stops_being_json,
    what_is_not_utf_8_is_refused,
    of_a_repeated_name_the_last_one_counts,
);
