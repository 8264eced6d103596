//! The API document itself, and the answers that no table of callers brings up.

use crate::support::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use test_server::{TestServer, World, unique};

/// Visits every object of a JSON value.
fn visit<'a>(value: &'a Value, seen: &mut impl FnMut(&'a serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            seen(members);
            members.values().for_each(|member| visit(member, seen));
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, seen)),
        _ => {}
    }
}

fn the_document_is_whole(server: &TestServer) {
    let Document(document) = Document::of(server);
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1."))
    );
    let mut references = Vec::new();
    visit(&document, &mut |object| {
        // A 3.0 leftover that 3.1 does not know.
        assert!(!object.contains_key("nullable"), "{object:?}");
        references.extend(object.get("$ref").and_then(Value::as_str));
    });
    assert!(!references.is_empty());
    for reference in references {
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| document.pointer(pointer));
        assert!(target.is_some(), "{reference} leads nowhere");
    }
}

fn every_operation_says_what_it_takes_and_what_it_answers(server: &TestServer) {
    let document = Document::of(server);
    let mut ids = BTreeSet::new();
    for name in document.operations() {
        let operation = document.operation(&name);
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(
            !id.is_empty() && ids.insert(id.to_owned()),
            "{name} has no id of its own: {id}"
        );
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|summary| !summary.is_empty()),
            "{name}"
        );
        assert!(
            operation["tags"]
                .as_array()
                .is_some_and(|tags| tags.len() == 1),
            "{name}"
        );

        let template = name.split_once(' ').unwrap_or_default().1;
        let mut slots: Vec<_> = template.split(['{', '}']).skip(1).step_by(2).collect();
        slots.sort_unstable();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.map(|parameter| document.resolve(parameter));
        let mut described: Vec<_> = parameters
            .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        described.sort_unstable();
        assert_eq!(described, slots, "{name}");

        let writes = ["POST", "PUT", "PATCH"]
            .iter()
            .any(|method| name.starts_with(method));
        let writes = writes && !name.ends_with("/restore");
        assert_eq!(operation["requestBody"].is_object(), writes, "{name}");
        if writes {
            let schema = document
                .resolve(&operation["requestBody"]["content"]["application/json"]["schema"]);
            assert_eq!(
                schema["additionalProperties"], false,
                "{name} takes anything: {schema}"
            );
        }
    }
}

fn every_operation_documents_its_refusals_as_problems(server: &TestServer) {
    let document = Document::of(server);
    for row in matrix() {
        let responses = document.operation(&row.operation)["responses"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let mut wanted = vec!["401"];
        if row.operation.contains("{organisation_id}") {
            wanted.extend(["403", "422"]);
        }
        if row.operation.contains("/projects/{")
            || row.operation.contains("/resources/{")
            || row.operation.contains("members/{")
            || row.operation.contains("keys/{")
        {
            wanted.push("404");
        }
        for status in wanted {
            assert!(
                responses.contains_key(status),
                "{} does not document {status}",
                row.operation
            );
        }
        for (status, response) in responses
            .iter()
            .filter(|(status, _)| status.as_str() >= "400")
        {
            let content = &document.resolve(response)["content"];
            assert!(
                content["application/problem+json"].is_object(),
                "{} {status}",
                row.operation
            );
        }
    }
}

fn conflicts_and_other_refusals_answer_as_documented(server: &TestServer) {
    let (document, world) = (Document::of(server), World::new(server, "refused"));
    let (token, key) = (&world.owner.token, unique("refused"));
    let project = world.project(server, "Refused")["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let projects = world.path("/projects");
    let one = format!("{projects}/{project}");
    let post = |name: &str| {
        server
            .post(&projects)
            .bearer(token)
            .idempotency_key(&key)
            .json(&json!({ "name": name }))
            .send()
    };
    let member = "/orgs/{organisation_id}/members/{user_id}";
    let owner = world.path(&format!("/members/{}", world.owner.id));
    let found = json!({ "name": "x", "slug": world.slug });
    for (operation, reply, status) in [
        ("POST /orgs/{organisation_id}/projects", post("One"), 201),
        ("POST /orgs/{organisation_id}/projects", post("One"), 201),
        ("POST /orgs/{organisation_id}/projects", post("Two"), 409),
        (
            "POST /orgs/{organisation_id}/projects",
            server.post(&projects).bearer(token).bytes("x").send(),
            415,
        ),
        (
            "POST /orgs",
            server.post("/orgs").bearer(token).json(&found).send(),
            409,
        ),
        (
            "POST /orgs/{organisation_id}/members",
            world.add(server, &world.viewer, "viewer"),
            409,
        ),
        (
            &format!("DELETE {member}"),
            server.delete(&owner).bearer(token).send(),
            409,
        ),
        (
            &format!("PATCH {member}"),
            world.set_role(server, &world.owner, "viewer"),
            409,
        ),
        (
            "PATCH /orgs/{organisation_id}/projects/{project_id}",
            server
                .patch(&one)
                .bearer(token)
                .header("If-Match", "\"x\"")
                .json(&json!({ "name": "x" }))
                .send(),
            412,
        ),
        (
            "DELETE /orgs/{organisation_id}/projects/{project_id}",
            server
                .delete(&one)
                .bearer(token)
                .header("If-Match", "\"x\"")
                .send(),
            412,
        ),
        (
            "GET /orgs",
            server.get("/orgs?limit=0").bearer(token).send(),
            422,
        ),
        (
            "GET /orgs/{organisation_id}/projects",
            server
                .get(&format!("{projects}?cursor="))
                .bearer(token)
                .send(),
            200,
        ),
    ] {
        let reply = reply.expect(status);
        document.check(operation, &reply);
    }
    let key = unique("refused");
    for _ in 0..2 {
        let call = server
            .post(&world.path("/api-keys"))
            .bearer(token)
            .idempotency_key(&key);
        let reply = call.json(&json!({ "name": "Robot" })).expect(201);
        document.check("POST /orgs/{organisation_id}/api-keys", &reply);
    }
}

on_both!(
    the_document_is_whole,
    every_operation_says_what_it_takes_and_what_it_answers,
    every_operation_documents_its_refusals_as_problems,
    conflicts_and_other_refusals_answer_as_documented,
);
