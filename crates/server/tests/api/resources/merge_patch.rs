//! JSON merge patches (RFC 7396).

use super::*;
use serde_json::json;

/// The examples of appendix A: document, patch, result.
const EXAMPLES: [(&str, &str, &str); 15] = [
    (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
    (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
    (r#"{"a":"b"}"#, r#"{"a":null}"#, r"{}"),
    (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
    (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
    (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
    (
        r#"{"a":{"b":"c"}}"#,
        r#"{"a":{"b":"d","c":null}}"#,
        r#"{"a":{"b":"d"}}"#,
    ),
    (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
    (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
    (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
    (r#"{"a":"foo"}"#, "null", "null"),
    (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
    (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
    ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
    ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
];

/// Sets a document, patches it, and demands the result.
fn assert_patched(server: &TestServer, world: &World, resource: &Value, example: [&str; 3]) {
    let [before, change, after] = example;
    let _ = call(server, world, "PUT", &one(resource))
        .text(&format!(r#"{{"name":"x","data":{before}}}"#))
        .expect(200);
    let change = format!(r#"{{"data":{change}}}"#);
    let reply = patch(server, world, resource, &change).expect(200);
    let data = format!(r#""data":{after},"#);
    assert!(reply.text().contains(&data), "{example:?} {reply}");
    assert_eq!(get(server, world, resource).text(), reply.text());
}

fn the_examples_of_the_rfc_come_out_as_printed_there(server: &TestServer) {
    let world = World::new(server, "rfc7396");
    let resource = create(server, &world, &json!({ "name": "x", "data": {} })).json();
    for (before, change, after) in EXAMPLES {
        if [before, change].iter().all(|text| text.starts_with('{')) {
            assert_patched(server, &world, &resource, [before, change, after]);
        }
        // As a member of the document, which itself is always an object.
        let member = |value: &str| format!(r#"{{"v":{value}}}"#);
        let left = if after == "null" {
            "{}"
        } else {
            &member(after)
        };
        let (before, change) = (member(before), member(change));
        assert_patched(server, &world, &resource, [&before, &change, left]);
    }
}

fn both_media_types_mean_the_same_and_no_other_is_taken(server: &TestServer) {
    let world = World::new(server, "media-type");
    let body = json!({ "name": "x", "data": { "a": 1, "b": 1 } });
    let resource = create(server, &world, &body).json();
    let send = |media_type: &str, change: &str| {
        call(server, &world, "PATCH", &one(&resource))
            .header("Content-Type", media_type)
            .bytes(change)
    };
    let _ = send("application/json", r#"{"data":{"a":null}}"#).expect(200);
    let reply = send(MERGE_PATCH, r#"{"data":{"b":null}}"#).expect(200);
    assert_eq!(reply.json()["data"], json!({}));
    let _ = send("text/plain", "{}").expect(415);
}

fn a_patch_is_of_the_three_fields_that_can_be_set(server: &TestServer) {
    let world = World::new(server, "fields");
    let project = world.project(server, "Project")["id"].clone();
    let body = json!({ "name": "Old", "data": { "a": 1 }, "project_id": project });
    let before = create(server, &world, &body).json();
    let patched = |change: &str| patch(server, &world, &before, change).expect(200).json();

    let mut expected = before.clone();
    for (change, field, value) in [
        (r#"{"name":"New"}"#, "name", json!("New")),
        (r#"{"data":{"b":2}}"#, "data", json!({ "a": 1, "b": 2 })),
        (r#"{"project_id":null}"#, "project_id", Value::Null),
    ] {
        let after = patched(change);
        expected[field] = value;
        expected["updated_at"] = after["updated_at"].clone();
        assert_eq!(after, expected, "{change}");
    }

    for (change, kind, field) in [
        (r#"{"name":null}"#, "string_type", "name"),
        (r#"{"name":""}"#, "string_too_short", "name"),
        (r#"{"data":null}"#, "dict_type", "data"),
        (r#"{"project_id":"x"}"#, "uuid_parsing", "project_id"),
        (
            r#"{"owner_user_id":null}"#,
            "extra_forbidden",
            "owner_user_id",
        ),
        (r#"{"a":1}"#, "extra_forbidden", "a"),
    ] {
        let reply = patch(server, &world, &before, change).send();
        let expected = (kind.to_owned(), format!(r#"["body","{field}"]"#));
        assert_eq!(violations(&reply), [expected], "{change}");
    }
    assert_eq!(get(server, &world, &before).json(), expected);
}

on_both!(
    the_examples_of_the_rfc_come_out_as_printed_there,
    both_media_types_mean_the_same_and_no_other_is_taken,
    a_patch_is_of_the_three_fields_that_can_be_set,
);
