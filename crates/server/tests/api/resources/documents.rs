//! What a document may hold, and that it comes back as it was sent.

use super::*;
use serde_json::json;

/// Creates a resource with this document, in its own notation.
fn with<'a>(server: &'a TestServer, world: &World, data: &str) -> Call<'a> {
    let body = format!(r#"{{"name":"x","data":{data}}}"#);
    call(server, world, "POST", "").text(&body)
}

/// Demands that the document breaks a rule, which is told at `data`.
#[track_caller]
fn assert_refused(reply: &Reply, kind: &str, msg: &str, bound: &Value) {
    let expected = (kind.to_owned(), r#"["body","data"]"#.to_owned());
    assert_eq!(violations(reply), [expected]);
    let error = &reply.json()["errors"][0];
    assert_eq!((&error["msg"], &error["ctx"]), (&json!(msg), bound));
}

fn nested(depth: usize) -> String {
    let inner = depth - 1;
    format!(r#"{{"k":{}{}}}"#, "[".repeat(inner), "]".repeat(inner))
}

/// A document of so many bytes.
fn sized(bytes: usize) -> String {
    format!(r#"{{"k":"{}"}}"#, "x".repeat(bytes - 8))
}

fn keys(count: usize) -> String {
    let keys: Vec<_> = (0..count).map(|n| format!(r#""{n}":0"#)).collect();
    format!("{{{}}}", keys.join(","))
}

fn a_document_comes_back_as_it_was_sent(server: &TestServer) {
    let world = World::new(server, "verbatim");
    for data in [
        r#"{"z":1,"a":{"y":[],"b":{}},"Z":null,"":0}"#.replace(r#","":0"#, ""),
        r#"{"n":[1.50,0.10,-0,-0.0,1E+2,1e-7,1e300,12345678901234567890123,18446744073709551615]}"#
            .to_owned(),
        r#"{"t":["é🚀","\"\\/\b\f\n\r\t","\u0001\u001f\u007f\u2028"],"ключ":true,"a\"b":false}"#
            .replace(r"\/", "/")
            .replace(r"\u007f", "\u{7f}")
            .replace(r"\u2028", "\u{2028}"),
        nested(8),
        keys(1_000),
        sized(65_536),
    ] {
        let expected = format!(r#""data":{data},"#);
        let created = with(server, &world, &data).expect(201);
        assert!(
            created.text().contains(&expected),
            "{data:.200} {created:.300}"
        );
        let resource = created.json();
        let read = get(server, &world, &resource);
        assert_eq!(read.text(), created.text());
        let listed = call(server, &world, "GET", "?limit=1").expect(200);
        assert!(listed.text().contains(&expected), "{listed:.300}");
        let replaced = call(server, &world, "PUT", &one(&resource))
            .text(&format!(r#"{{"name":"x","data":{data}}}"#))
            .expect(200);
        assert_eq!(replaced.text(), created.text(), "nothing has changed");
    }
}

fn blanks_and_needless_escapes_are_all_that_goes(server: &TestServer) {
    let world = World::new(server, "compact");
    let blanks = " \n\t".repeat(30_000);
    let data = format!(r#"{{ "a" :{blanks}[ 1 , "\u0041\/\u00e9" ] }}"#);
    let reply = with(server, &world, &data).expect(201);
    let expected = r#""data":{"a":[1,"A/é"]},"#;
    assert!(reply.text().contains(expected), "{reply:.300}");
}

fn a_document_beyond_a_bound_is_refused_at_its_place(server: &TestServer) {
    let world = World::new(server, "bounds");
    let error = "value_error";
    for (data, kind, msg, bound) in [
        (
            "[]".to_owned(),
            "dict_type",
            "Input should be a valid dictionary",
            Value::Null,
        ),
        (
            "null".to_owned(),
            "dict_type",
            "Input should be a valid dictionary",
            Value::Null,
        ),
        (
            nested(9),
            error,
            "Value error, must nest at most 8 objects and lists",
            json!({ "max_depth": 8 }),
        ),
        (
            sized(65_537),
            error,
            "Value error, must have at most 65536 bytes as compact JSON",
            json!({ "max_bytes": 65_536 }),
        ),
        (
            keys(1_001),
            error,
            "Value error, must have at most 1000 keys in all",
            json!({ "max_keys": 1_000 }),
        ),
        (
            r#"{"a":"x\u0000y"}"#.to_owned(),
            error,
            "Value error, texts must not contain the NUL character",
            Value::Null,
        ),
        (
            r#"{"a\u0000":1}"#.to_owned(),
            error,
            "Value error, keys must not contain the NUL character",
            Value::Null,
        ),
        (
            r#"{"":1}"#.to_owned(),
            error,
            "Value error, keys must have at least 1 character(s)",
            json!({ "min_length": 1 }),
        ),
        (
            r#"{"o":{"a":1,"b":2,"\u0061":1}}"#.to_owned(),
            error,
            "Value error, must not have the same key twice in one object",
            Value::Null,
        ),
    ] {
        let reply = with(server, &world, &data).send();
        assert_refused(&reply, kind, msg, &bound);
    }
    let list = call(server, &world, "GET", "").expect(200);
    assert_eq!(list.json()["pagination"]["total"], 0);
}

fn what_is_no_json_is_refused_as_such(server: &TestServer) {
    let world = World::new(server, "no-json");
    for data in ["{", "{\"a\":1e400}", r#"{"a":"\ud800"}"#, "{\"a\":NaN}"] {
        let reply = with(server, &world, data).send();
        assert_eq!(violations(&reply)[0].0, "json_invalid", "{data}");
    }
}

fn a_patch_cannot_make_a_document_that_is_none(server: &TestServer) {
    let world = World::new(server, "patched");
    let full = with(server, &world, &sized(65_536)).expect(201).json();
    let many = with(server, &world, &keys(1_000)).expect(201).json();
    let too_large = "Value error, must have at most 65536 bytes as compact JSON";
    let too_many = "Value error, must have at most 1000 keys in all";
    let too_deep = "Value error, must nest at most 8 objects and lists";
    let twice = "Value error, must not have the same key twice in one object";
    let data = |data: &str| format!(r#"{{"data":{data}}}"#);
    for (resource, change, msg, bound) in [
        (
            &full,
            r#"{"a":1}"#,
            too_large,
            json!({ "max_bytes": 65_536 }),
        ),
        (&many, r#"{"a":1}"#, too_many, json!({ "max_keys": 1_000 })),
        (&many, &nested(9), too_deep, json!({ "max_depth": 8 })),
        (&many, r#"{"a":null,"a":1}"#, twice, Value::Null),
    ] {
        let reply = patch(server, &world, resource, &data(change)).send();
        assert_refused(&reply, "value_error", msg, &bound);
    }
    for none in ["null", "[1]", "1", "\"{}\""] {
        let reply = patch(server, &world, &full, &data(none)).send();
        let msg = "Input should be a valid dictionary";
        assert_refused(&reply, "dict_type", msg, &Value::Null);
    }
    assert_eq!(get(server, &world, &full).json(), full);
    assert_eq!(get(server, &world, &many).json(), many);
    // What goes makes room for what comes.
    let change = data(r#"{"k":null,"a":1}"#);
    let patched = patch(server, &world, &full, &change).expect(200);
    assert_eq!(patched.json()["data"], json!({ "a": 1 }));
}

fn whoever_may_not_change_it_is_told_nothing_about_its_document(server: &TestServer) {
    let world = World::new(server, "order");
    let full = with(server, &world, &sized(65_536)).expect(201).json();
    let path = world.path(&format!("/resources{}", one(&full)));
    let change = server.patch(&path).bearer(&world.viewer.token);
    INSUFFICIENT.of(change.json(&json!({ "data": { "a": 1 } })));
}

on_both!(
    a_document_comes_back_as_it_was_sent,
    blanks_and_needless_escapes_are_all_that_goes,
    a_document_beyond_a_bound_is_refused_at_its_place,
    what_is_no_json_is_refused_as_such,
    a_patch_cannot_make_a_document_that_is_none,
    whoever_may_not_change_it_is_told_nothing_about_its_document,
);
