//! Values of every field of every operation, as the server's own document lists them.

use crate::support::{on_both, shared};
use serde_json::{Value, json};
use test_server::{Database, World};

const CANARY: &str = "canary4711";
/// Stands for a JSON text that `Value` cannot hold.
const RAW: &str = "raw-json-text";

/// An operation with a body.
struct Operation {
    method: String,
    path: String,
    example: Value,
    fields: Vec<String>,
}

/// The world's own ids in place of a path's parameters.
fn fill(path: &str, world: &World, project: &str) -> String {
    path.replace("{organisation_id}", &world.id)
        .replace("{project_id}", project)
        .replace("{user_id}", &world.viewer.id)
        .replace("{api_key_id}", project)
        .replace("{resource_id}", project)
        .replace("{role}", "viewer")
}

/// Every operation that takes a body.
fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let Some(schema) = schema.as_str() else {
                continue;
            };
            let schema = document
                .pointer(schema.trim_start_matches('#'))
                .expect("a schema");
            let fields = schema["properties"].as_object().expect("properties");
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                example: schema["example"].clone(),
                fields: fields.keys().cloned().collect(),
            });
        }
    }
    operations
}

/// Values that no field takes, as JSON texts.
fn hostile_values() -> Vec<String> {
    let texts = [
        json!("canary4711\0"),
        json!("\0"),
        json!(true),
        json!(47.11),
        json!(["canary4711"]),
        json!({ "name": "canary4711" }),
        json!(CANARY.repeat(400)),
        json!(""),
    ];
    let raw = [
        r#""canary4711\ud800""#,
        r#""\udfff""#,
        "1e400",
        "-0",
        "9223372036854775808",
        "NaN",
    ];
    let texts = texts.iter().map(Value::to_string);
    texts.chain(raw.map(str::to_owned)).collect()
}

/// What some field takes all the same: an empty description, any document, anything of any name, no overlap.
const HARMLESS: [(&str, &str); 5] = [
    ("organisation", r#"{"name":"canary4711"}"#),
    ("api_key", r#"{"name":"canary4711"}"#),
    ("description", "\"\""),
    ("data", r#"{"name":"canary4711"}"#),
    ("overlap_seconds", "-0"),
];

fn no_field_takes_a_hostile_value(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "fields");
    let project = world.project(server, "fields")["id"].clone();
    let document = server.get("/openapi.json").expect(200).json();
    let operations = operations(&document);
    assert!(
        operations.len() >= 9,
        "{} operations have a body",
        operations.len()
    );
    for operation in operations {
        let path = fill(
            &operation.path,
            &world,
            project.as_str().unwrap_or_default(),
        );
        for field in &operation.fields {
            let mut body = operation.example.clone();
            body[field] = json!(RAW);
            let body = body.to_string();
            for value in hostile_values() {
                if HARMLESS.contains(&(field, &value)) {
                    continue;
                }
                let call = server
                    .call(&operation.method, &path)
                    .bearer(&world.owner.token);
                let body = body.replace(&json!(RAW).to_string(), &value);
                let reply = call.text(&body).send();
                assert_eq!(reply.status, 422, "{field} = {value:.40}: {reply}");
                assert!(
                    !reply.text().contains(CANARY),
                    "{field} = {value:.40}: {reply}"
                );
            }
        }
    }
}

/// The path and the query parameters of every operation.
fn no_parameter_takes_a_nul(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "parameters");
    let project = world.project(server, "parameters")["id"].clone();
    let project = project.as_str().unwrap_or_default();
    let document = server.get("/openapi.json").expect(200).json();
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().expect("a name");
                let target = match parameter["in"].as_str() {
                    Some("path") => fill(
                        &path.replace(&format!("{{{name}}}"), "%00canary4711"),
                        &world,
                        project,
                    ),
                    Some("query") => {
                        format!("{}?{name}=%00canary4711", fill(path, &world, project))
                    }
                    _ => continue,
                };
                let call = server
                    .call(&method.to_uppercase(), &target)
                    .bearer(&world.owner.token);
                // Where there is a body, it is not what is wrong.
                let reply = call.text("{\"name\":\"x\",\"role\":\"viewer\"}").send();
                assert_eq!(reply.status, 422, "{reply}");
                assert!(!reply.text().contains(CANARY), "{reply}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 30, "{tried} parameters");
}

on_both!(no_field_takes_a_hostile_value, no_parameter_takes_a_nul);
