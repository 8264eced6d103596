//! Values of every field of every operation, as the server's own document lists them.

use crate::support::{on_both, shared};
use serde_json::{Value, json};
use test_server::{Database, PASSWORD, TestServer, World, unique};

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
                // The one empty text that is kept.
                if (field.as_str(), value.as_str()) == ("description", "\"\"") {
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

const SLUGS: &[&str] = &[
    "Upper",
    "a b",
    "a_b",
    "-ab",
    "ab-",
    "a--b",
    "ab",
    "",
    "\u{430}bc",
    "ab\u{200b}c",
    "ab\u{202e}c",
    "ab\u{2066}c",
    "\u{ff41}bc",
    "abc\u{301}",
    "stra\u{df}e",
    "ab\u{ad}c",
    "abc\n",
    " abc",
    "a.b.c",
    "a/b/c",
    "\u{1d41a}bc",
    "ab\u{0}c",
];

const ADDRESSES: &[&str] = &[
    "",
    " ",
    "@",
    "a",
    "a@",
    "@example.com",
    "a@b@example.com",
    "a@example",
    "a@example.",
    "a@.example.com",
    "a@exa mple.com",
    "a b@example.com",
    ".a@example.com",
    "a.@example.com",
    "a..b@example.com",
    "a@-example.com",
    "a@example-.com",
    "a@example..com",
    "a@[127.0.0.1]",
    "\"a b\"@example.com",
    "a@localhost",
    "a@x.local",
    "a@x.test",
    "a@x.invalid",
    "a@x.onion",
    "a@1.in-addr.arpa",
    "a@example.123",
    "a\u{200b}b@example.com",
    "a\u{202e}b@example.com",
    "a\u{2066}b@example.com",
    "a\u{ad}b@example.com",
    "a\u{feff}@example.com",
    "a\u{0}@example.com",
    "a\n@example.com",
    "a\r\nBcc: b@example.com",
    "a\u{1b}@example.com",
    "a\u{2028}@example.com",
    "a@ex\u{200b}ample.com",
    "a@ex\u{202e}ample.com",
    "a@example\u{3002}com",
    "a\u{e000}@example.com",
    "Name <a@example.com>",
    "a@example.com,b@example.com",
];

fn slugs_and_addresses_are_what_they_look_like(database: &Database) {
    let server = shared(database);
    let user = server.user("unicode");
    let (slug, label) = ("a".repeat(81), "a".repeat(64));
    for slug in SLUGS.iter().copied().chain([slug.as_str()]) {
        let body = json!({ "name": "x", "slug": slug });
        let reply = server.post("/orgs").bearer(&user.token).json(&body).send();
        assert_eq!(reply.status, 422, "{slug:?}: {reply}");
    }
    let long = format!("{}@example.com", "a".repeat(243));
    let label = format!("a@{label}.com");
    for email in ADDRESSES
        .iter()
        .copied()
        .chain([long.as_str(), label.as_str()])
    {
        let body = json!({ "email": email, "password": PASSWORD, "display_name": "x" });
        let reply = server.post("/auth/register").json(&body).send();
        assert_eq!(reply.status, 422, "{email:?}: {reply}");
        let body = json!({ "email": email, "password": PASSWORD });
        let reply = server.post("/auth/login").json(&body).send();
        assert_eq!(reply.status, 422, "{email:?}: {reply}");
    }
}

/// One address, however its letters are encoded.
fn equivalent_addresses_are_the_same(database: &Database) {
    let server = shared(database);
    let tail = unique("same");
    let register = |local: &str| register(server, &format!("{local}-{tail}@example.com"));
    assert_eq!(register("jos\u{e9}"), 201);
    for same in ["jose\u{301}", "JOS\u{c9}", " jos\u{e9}"] {
        assert_eq!(register(same), 409, "{same:?}");
    }
    // The Kelvin sign is a k to Unicode.
    assert_eq!(register("k"), 201);
    assert_eq!(register("\u{212a}"), 409);
}

fn register(server: &TestServer, email: &str) -> u16 {
    let body = json!({ "email": email, "password": PASSWORD, "display_name": "x" });
    server.post("/auth/register").json(&body).send().status
}

on_both!(
    no_field_takes_a_hostile_value,
    no_parameter_takes_a_nul,
    slugs_and_addresses_are_what_they_look_like,
    equivalent_addresses_are_the_same,
);
