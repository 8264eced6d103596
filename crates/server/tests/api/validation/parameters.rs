//! Every query parameter, every id in a path, and the header with a limit.

use super::{Entry, Place, assert_refused};
use crate::support::on_both;
use serde_json::json;
use test_server::TestServer;

const LISTS: [&str; 6] = [
    "GET /orgs",
    "GET /orgs/{organisation_id}/members",
    "GET /orgs/{organisation_id}/projects",
    "GET /orgs/{organisation_id}/api-keys",
    "GET /orgs/{organisation_id}/audit-events",
    "GET /me/security-events",
];

const PROJECTS: &str = LISTS[2];

const NO_INTEGER: &str = "Input should be a valid integer, unable to parse string as an integer";

fn refused(place: &Place<'_>, operation: &str, query: &str, name: &str, kind: &str, msg: &str) {
    let operation = format!("{operation}?{query}");
    let entry = Entry::new(kind, json!(["query", name]), msg);
    assert_refused(place.call(&operation), &operation, &[entry]);
}

fn pages_are_asked_for_with_plain_integers_in_range(server: &TestServer) {
    let place = Place::new(server);
    for list in LISTS {
        for name in ["limit", "offset"] {
            for raw in [
                "", "x", "5.0", "%2B5", "5_0", "%205", "0x5", "1e1", "null", "%D9%A1",
            ] {
                refused(
                    &place,
                    list,
                    &format!("{name}={raw}"),
                    name,
                    "int_parsing",
                    NO_INTEGER,
                );
            }
        }
        for (query, name, kind, msg) in [
            (
                "limit=0",
                "limit",
                "greater_than_equal",
                "Input should be greater than or equal to 1",
            ),
            (
                "limit=-5",
                "limit",
                "greater_than_equal",
                "Input should be greater than or equal to 1",
            ),
            (
                "limit=101",
                "limit",
                "less_than_equal",
                "Input should be less than or equal to 100",
            ),
            (
                "limit=99999999999999999999",
                "limit",
                "less_than_equal",
                "Input should be less than or equal to 100",
            ),
            (
                "offset=-1",
                "offset",
                "greater_than_equal",
                "Input should be greater than or equal to 0",
            ),
            (
                "offset=9223372036854775808",
                "offset",
                "less_than_equal",
                "",
            ),
            ("cursor=nonsense", "cursor", "invalid_cursor", ""),
            ("cursor=&offset=0", "offset", "value_error", ""),
        ] {
            refused(&place, list, query, name, kind, msg);
        }
        for accepted in [
            "limit=1&offset=0",
            "limit=100",
            "offset=9223372036854775807",
            "limit=007",
            "cursor=",
        ] {
            let _ = place.call(&format!("{list}?{accepted}")).expect(200);
        }
    }
}

fn the_project_list_knows_its_words(server: &TestServer) {
    let place = Place::new(server);
    let long = "x".repeat(161);
    for (query, name, kind, msg) in [
        (
            "status=",
            "status",
            "enum",
            "Input should be 'active' or 'archived'",
        ),
        (
            "status=ACTIVE",
            "status",
            "enum",
            "Input should be 'active' or 'archived'",
        ),
        (
            "sort_by=id",
            "sort_by",
            "enum",
            "Input should be 'created_at', 'name' or 'status'",
        ),
        (
            "sort_direction=up",
            "sort_direction",
            "enum",
            "Input should be 'asc' or 'desc'",
        ),
        (
            "name=",
            "name",
            "string_too_short",
            "String should have at least 1 character",
        ),
        (
            &format!("name={long}"),
            "name",
            "string_too_long",
            "String should have at most 160 characters",
        ),
        ("name=a%00b", "name", "value_error", ""),
    ] {
        refused(&place, PROJECTS, query, name, kind, msg);
    }
}

fn the_audit_trail_knows_its_filters(server: &TestServer) {
    let place = Place::new(server);
    let instant = "Input should be a valid datetime in RFC 3339, with an offset or Z";
    for (query, name, kind, msg) in [
        ("actor_user_id=x", "actor_user_id", "uuid_parsing", ""),
        ("actor_api_key_id=", "actor_api_key_id", "uuid_parsing", ""),
        ("target_id=%00", "target_id", "uuid_parsing", ""),
        ("action=project.exploded", "action", "enum", ""),
        ("action=PROJECT.CREATED", "action", "enum", ""),
        ("from=yesterday", "from", "datetime_parsing", instant),
        // An offset's plus has to be encoded.
        (
            "to=2026-01-01T00:00:00+00:00",
            "to",
            "datetime_parsing",
            instant,
        ),
        ("to=%FF", "to", "string_unicode", ""),
    ] {
        refused(&place, LISTS[4], query, name, kind, msg);
    }
}

fn unknown_parameters_are_ignored_and_of_repeated_ones_the_last_counts(server: &TestServer) {
    let place = Place::new(server);
    for list in LISTS {
        let reply = place
            .call(&format!("{list}?unknown=1&limit=x&limit=3"))
            .expect(200);
        assert_eq!(reply.json()["pagination"]["limit"], 3);
    }
}

/// Every operation with an id in its path, with a body that would do.
const WITH_IDS: [(&str, &str); 16] = [
    ("GET /orgs/{organisation_id}", ""),
    ("PATCH /orgs/{organisation_id}", r#"{"name":"x"}"#),
    ("GET /orgs/{organisation_id}/members", ""),
    ("POST /orgs/{organisation_id}/projects", r#"{"name":"x"}"#),
    ("GET /orgs/{organisation_id}/projects", ""),
    ("GET /orgs/{organisation_id}/projects/{project_id}", ""),
    (
        "PATCH /orgs/{organisation_id}/projects/{project_id}",
        r#"{"name":"x"}"#,
    ),
    ("DELETE /orgs/{organisation_id}/projects/{project_id}", ""),
    (
        "PATCH /orgs/{organisation_id}/members/{user_id}",
        r#"{"role":"viewer"}"#,
    ),
    ("DELETE /orgs/{organisation_id}/members/{user_id}", ""),
    ("POST /orgs/{organisation_id}/api-keys", r#"{"name":"x"}"#),
    ("GET /orgs/{organisation_id}/api-keys/{api_key_id}", ""),
    (
        "PATCH /orgs/{organisation_id}/api-keys/{api_key_id}",
        r#"{"name":"x"}"#,
    ),
    (
        "POST /orgs/{organisation_id}/api-keys/{api_key_id}/rotate",
        "{}",
    ),
    ("DELETE /orgs/{organisation_id}/api-keys/{api_key_id}", ""),
    ("GET /orgs/{organisation_id}/audit-events", ""),
];

fn every_id_in_a_path_is_a_uuid(server: &TestServer) {
    let place = Place::new(server);
    for (operation, body) in WITH_IDS {
        for slot in ["organisation_id", "project_id", "api_key_id", "user_id"] {
            let braced = format!("{{{slot}}}");
            if !operation.contains(&braced) {
                continue;
            }
            for raw in [
                "x",
                "0190a000-0000-7000-8000-00000000000",
                "%00",
                "..%2f",
                "0190a000000070008000000000000000g",
            ] {
                let operation = operation.replace(&braced, raw);
                let call = place.call(&operation);
                let call = if body.is_empty() {
                    call
                } else {
                    call.text(body)
                };
                let entry = Entry::new("uuid_parsing", json!(["path", slot]), "");
                assert_refused(call, &operation, &[entry]);
            }
        }
    }
}

fn ids_are_read_in_every_usual_spelling(server: &TestServer) {
    let place = Place::new(server);
    let (organisation, project) = (&place.world.id, &place.project);
    for spell in [
        |id: &str| id.to_uppercase(),
        |id: &str| id.replace('-', ""),
        |id: &str| format!("%7B{id}%7D"),
        |id: &str| format!("urn:uuid:{id}"),
    ] {
        let path = format!("/orgs/{}/projects/{}", spell(organisation), spell(project));
        let reply = server
            .get(&path)
            .bearer(&place.world.owner.token)
            .expect(200);
        assert_eq!(reply.string("/id"), *project);
    }
    let body = json!({ "user_id": place.newcomer.id.to_uppercase().replace('-', "") });
    let reply = place
        .call("POST /orgs/{organisation_id}/members")
        .json(&body)
        .expect(201);
    assert_eq!(reply.string("/user/id"), place.newcomer.id);
}

fn an_idempotency_key_has_1_to_255_characters(server: &TestServer) {
    let place = Place::new(server);
    let loc = json!(["header", "Idempotency-Key"]);
    for operation in [
        "POST /orgs",
        "POST /orgs/{organisation_id}/projects",
        "POST /orgs/{organisation_id}/api-keys",
    ] {
        let call = |key: &str| {
            place
                .call(operation)
                .idempotency_key(key)
                .json(&json!({ "name": "x" }))
        };
        let short = Entry::new(
            "string_too_short",
            loc.clone(),
            "String should have at least 1 character",
        );
        assert_refused(call(""), operation, &[short]);
        let long = Entry::new(
            "string_too_long",
            loc.clone(),
            "String should have at most 255 characters",
        );
        assert_refused(call(&"x".repeat(256)), operation, &[long]);
    }
    let key = "é".repeat(255);
    let call = place
        .call("POST /orgs/{organisation_id}/projects")
        .idempotency_key(&key);
    let _ = call.json(&json!({ "name": "x" })).expect(201);
    // Elsewhere nobody looks at it.
    let _ = place.call("GET /orgs").idempotency_key("").expect(200);
}

on_both!(
    pages_are_asked_for_with_plain_integers_in_range,
    the_project_list_knows_its_words,
    the_audit_trail_knows_its_filters,
    unknown_parameters_are_ignored_and_of_repeated_ones_the_last_counts,
    every_id_in_a_path_is_a_uuid,
    ids_are_read_in_every_usual_spelling,
    an_idempotency_key_has_1_to_255_characters,
);
