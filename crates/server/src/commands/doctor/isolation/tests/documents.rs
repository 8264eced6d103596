//! From documents to requests.

use super::*;

fn reason(document: &Value) -> String {
    read(document).unwrap_err()
}

fn with_body(schema: &Value) -> Value {
    let content = json!({ "application/json": { "schema": schema } });
    document(
        "/things",
        "post",
        &json!({ "requestBody": { "content": content } }),
    )
}

#[test]
fn a_parameter_that_nothing_is_known_for_is_told_by_name() {
    let path = "/orgs/{organisation_id}/planets/{planet_id}";
    assert!(reason(&document(path, "get", &json!({}))).contains("path parameter planet_id"));
    for parameter in [
        json!({ "in": "query", "name": "planet_id", "schema": { "format": "uuid" } }),
        json!({ "in": "query", "name": "planet_id", "required": true, "schema": {} }),
        json!({ "in": "header", "name": "planet_id", "required": true, "schema": { "example": "x" } }),
        json!({ "in": "cookie", "name": "planet_id", "required": true }),
    ] {
        let document = document("/things", "get", &json!({ "parameters": [parameter] }));
        assert!(reason(&document).contains("planet_id"), "{document}");
    }
}

#[test]
fn a_body_that_nothing_is_known_for_is_told_by_its_member() {
    let id = "0198c0de-0000-7000-8000-00000000000a";
    let planet = json!({ "properties": { "planet_id": { "format": "uuid" } }, "example": {} });
    assert!(reason(&with_body(&planet)).contains("/planet_id"));
    let nested = json!({ "example": { "sky": [{ "planet": id }] } });
    assert!(reason(&with_body(&nested)).contains("/sky/0/planet"));
    let mute = json!({ "properties": { "name": { "type": "string" } } });
    assert!(reason(&with_body(&mute)).contains("no example"));
    let content = json!({ "content": { "text/csv": {} } });
    let csv = document("/things", "post", &json!({ "requestBody": content }));
    assert!(reason(&csv).contains("not JSON"));
}

#[test]
fn every_place_for_a_name_is_filled() {
    let mut document = document(
        "/orgs/{organisation_id}/resources/{resource_id}",
        "put",
        &json!({
            "parameters": [
                { "in": "query", "name": "owner_user_id", "schema": { "format": "uuid" } },
                { "in": "query", "name": "mode", "required": true, "schema": { "enum": ["a b"] } },
                { "in": "query", "name": "limit", "schema": { "type": "integer" } },
            ],
            "requestBody": { "content": { "application/merge-patch+json": { "schema": {
                "$ref": "#/components/schemas/Body",
            } } } },
        }),
    );
    document["components"]["schemas"]["Body"] = json!({
        "properties": {
            "links": { "type": "array", "items": { "$ref": "#/components/schemas/Link" } },
            "data": { "type": "object" },
            "email": { "type": "string" },
        },
        "example": { "links": [{}], "data": { "any": 1 }, "email": "ada@example.com" },
    });
    document["components"]["schemas"]["Link"] = json!({
        "oneOf": [{ "type": "null" }, { "properties": {
            "project_id": { "format": "uuid" }, "user_id": { "format": "uuid" },
        } }],
    });
    let operation = read(&document).unwrap();
    let slots: Vec<_> = operation
        .slots
        .iter()
        .map(|slot| slot.name.as_str())
        .collect();
    let expected = [
        "organisation_id",
        "resource_id",
        "owner_user_id",
        "/links/0/project_id",
    ];
    assert_eq!(slots, expected);

    let names = [Some("o"), Some("r"), Some("m"), Some("p")];
    let request = operation.request(&names, ("X", String::new()));
    assert_eq!(request.method, "PUT");
    assert_eq!(
        request.target,
        "/orgs/o/resources/r?mode=a+b&owner_user_id=m"
    );
    let (media_type, body) = request.body.unwrap();
    assert_eq!(media_type, "application/merge-patch+json");
    let body: Value = serde_json::from_str(&body).unwrap();
    let link = json!({ "project_id": "p", "user_id": "own-user" });
    let expected = json!({ "links": [link], "data": { "any": 1 }, "email": "own@example.invalid" });
    assert_eq!(body, expected);

    let unfiltered = operation.request(
        &[Some("o"), Some("r"), None, Some("p")],
        ("X", String::new()),
    );
    assert_eq!(unfiltered.target, "/orgs/o/resources/r?mode=a+b");
}

#[test]
fn what_makes_comes_after_what_reads_and_removes() {
    let document = json!({ "paths": {
        "/a": { "put": {}, "get": {}, "post": {} },
        "/b": { "delete": {}, "get": {}, "patch": {} },
    } });
    let operations = Document(&document).operations(&caller());
    let names: Vec<_> = operations.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "GET /a",
            "GET /b",
            "DELETE /b",
            "PATCH /b",
            "POST /a",
            "PUT /a"
        ]
    );
}
