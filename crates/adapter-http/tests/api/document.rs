//! The API document describes what is mounted, all of it and nothing else.

use crate::support::{self, Behaviour, TOKEN, api, settings};
use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What an API key may look at, beside projects and resources, when it was granted that.
const OPEN_TO_KEYS: [&str; 10] = [
    "GET /orgs/{organisation_id}",
    "GET /orgs/{organisation_id}/members",
    "GET /orgs/{organisation_id}/members/{user_id}/permissions",
    "GET /orgs/{organisation_id}/roles",
    "GET /orgs/{organisation_id}/roles/{role}",
    "POST /orgs/{organisation_id}/roles/{role}/preview",
    "POST /orgs/{organisation_id}/access/check",
    "GET /orgs/{organisation_id}/api-keys",
    "GET /orgs/{organisation_id}/api-keys/{api_key_id}",
    "GET /orgs/{organisation_id}/audit-events",
];

fn document() -> Value {
    serde_json::to_value(adapter_http::openapi(&settings())).unwrap()
}

pub(crate) fn admin_document() -> Value {
    serde_json::to_value(adapter_http::admin_openapi(&settings())).unwrap()
}

/// Method, path and description of every operation.
pub(crate) fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| {
            (
                method.to_uppercase().parse().unwrap(),
                path.clone(),
                operation,
            )
        })
    };
    paths.iter().flat_map(of_path).collect()
}

#[actix_web::test]
async fn the_operations_of_the_contract_are_described_and_mounted() {
    let document = document();
    let operations = operations(&document);
    assert_eq!(
        operations.len(),
        23 + 1 + 21,
        "the contract's 23, the key set, and what came later"
    );
    let ids: BTreeSet<_> = operations
        .iter()
        .map(|(_, _, o)| o["operationId"].to_string())
        .collect();
    assert_eq!(ids.len(), operations.len(), "operation ids are distinct");

    let client = support::client(api(Behaviour::Answers).0).await;
    for (method, path, _) in operations {
        let uri = path.replace(['{', '}'], "");
        let request = TestRequest::with_uri(&uri).method(method.clone());
        let status = client.send(request).await.status;
        assert!(
            ![404, 405].contains(&status),
            "{method} {path} is described but not mounted"
        );
    }
}

#[actix_web::test]
async fn the_methods_that_a_path_allows_are_those_described() {
    let document = document();
    let client = support::client(api(Behaviour::Answers).0).await;
    for (path, item) in document["paths"].as_object().unwrap() {
        let uri = path.replace(['{', '}'], "");
        let reply = client
            .send(TestRequest::with_uri(&uri).method(Method::TRACE))
            .await;
        let allowed: BTreeSet<_> = reply
            .header("allow")
            .unwrap()
            .split(", ")
            .filter(|m| *m != "HEAD")
            .map(str::to_lowercase)
            .collect();
        let described: BTreeSet<_> = item.as_object().unwrap().keys().cloned().collect();
        assert_eq!(allowed, described, "{path}");
    }
}

#[actix_web::test]
async fn protected_operations_and_only_they_refuse_a_request_without_a_credential() {
    let client = support::client(api(Behaviour::Answers).0).await;
    for (method, path, operation) in operations(&document()) {
        let uri = path.replace(['{', '}'], "");
        let status = client
            .send(TestRequest::with_uri(&uri).method(method.clone()))
            .await
            .status;
        let protected = operation["security"]
            .as_array()
            .is_some_and(|s| !s.is_empty());
        assert_eq!(
            status == 401,
            protected,
            "{method} {path} answered {status}"
        );
        assert_eq!(
            operation["responses"]["401"].is_object(),
            protected || path == "/auth/login"
        );
        let by_key = operation["security"]
            .as_array()
            .is_some_and(|s| s.contains(&json!({ "api_key": [] })));
        let work = path.contains("/projects") || path.contains("/resources");
        let looks = OPEN_TO_KEYS.contains(&format!("{method} {path}").as_str());
        assert_eq!(by_key, work || looks, "{method} {path}");
    }
}

#[actix_web::test]
async fn a_validation_error_is_described_wherever_one_can_happen() {
    let client = support::client(api(Behaviour::Answers).0).await;
    for (method, path, operation) in operations(&document()) {
        let uri = path.replace(['{', '}'], "") + "?limit=x";
        let request = TestRequest::with_uri(&uri)
            .method(method.clone())
            .insert_header(("authorization", TOKEN));
        let status = client.send(request).await.status;
        let described = operation["responses"]["422"].is_object();
        assert_eq!(
            status == 422,
            described,
            "{method} {path} answered {status}"
        );
    }
}

#[test]
fn every_error_has_the_problem_schema_and_an_example_for_each_code() {
    let mut shown = BTreeSet::new();
    let all = [operations(&document()), operations(&admin_document())].concat();
    for (method, path, operation) in all {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let problem = &response["content"]["application/problem+json"];
            if !status.starts_with(['4', '5']) || path == "/readyz" && status == "503" {
                continue;
            }
            assert_eq!(
                problem["schema"]["$ref"], "#/components/schemas/Problem",
                "{method} {path} {status}"
            );
            for (code, example) in problem["examples"].as_object().unwrap() {
                assert_eq!(example["value"]["code"], json!(code));
                assert_eq!(example["value"]["status"].to_string(), *status);
                shown.insert(code.clone());
            }
        }
    }
    let of_the_framework = [
        "HEADER_FIELDS_TOO_LARGE",
        "METHOD_NOT_ALLOWED",
        "NOT_FOUND",
        "URI_TOO_LONG",
    ];
    let codes: BTreeSet<_> = adapter_http::CODES
        .iter()
        .map(|(code, _, _)| (*code).to_owned())
        .collect();
    let missing: Vec<_> = codes.difference(&shown).collect();
    assert_eq!(
        missing, of_the_framework,
        "codes that no operation mentions"
    );
}

#[test]
fn every_operation_has_a_success_and_every_reference_leads_somewhere() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        let success = operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .find(|s| s.starts_with('2'));
        let success = success.unwrap_or_else(|| panic!("{method} {path} cannot succeed"));
        let content = operation["responses"][success]["content"].as_object();
        assert_eq!(
            content.is_some_and(|c| !c.is_empty()),
            success != "204",
            "{method} {path}"
        );
        assert!(operation["summary"].is_string() && operation["tags"].is_array());
        let writes = [Method::POST, Method::PUT, Method::PATCH].contains(&method);
        if writes && !path.ends_with("/restore") {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let name = body.as_str().unwrap().rsplit('/').next().unwrap();
            let schema = &document["components"]["schemas"][name];
            assert_eq!(schema["additionalProperties"], json!(false), "{name}");
            assert!(
                schema["example"].is_object() || schema["examples"].is_array(),
                "{name}: {schema}"
            );
        }
    }
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                references.insert(reference.clone());
            }
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[test]
fn every_list_is_a_page_of_its_own_items() {
    let document = document();
    let item = |path: &str| {
        let answer = &document["paths"][path]["get"]["responses"]["200"];
        let page = answer["content"]["application/json"]["schema"]["$ref"]
            .as_str()
            .unwrap();
        let page = document.pointer(page.trim_start_matches('#')).unwrap();
        page["properties"]["items"]["items"]["$ref"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (list, name) in [
        ("", "Organisation"),
        ("/{organisation_id}/members", "Membership"),
        ("/{organisation_id}/projects", "Project"),
        ("/{organisation_id}/api-keys", "ApiKey"),
        ("/{organisation_id}/audit-events", "AuditEvent"),
    ] {
        assert_eq!(
            item(&format!("/orgs{list}")),
            format!("#/components/schemas/{name}")
        );
    }
}

#[test]
fn the_document_names_us_and_is_openapi_3_1() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(
        (&document["info"]["title"], &document["info"]["version"]),
        (&json!("saas-api"), &json!("0.1.0"))
    );
    assert!(document["info"]["contact"].is_null());
    let schemas = &document["components"]["securitySchemes"];
    assert_eq!(
        (&schemas["bearer"]["scheme"], &schemas["api_key"]["name"]),
        (&json!("bearer"), &json!("X-API-Key"))
    );
}

#[test]
fn bounds_are_those_of_the_domain() {
    let document = document();
    let name = &document["components"]["schemas"]["CreateProject"]["properties"]["name"];
    assert_eq!(
        (&name["minLength"], &name["maxLength"]),
        (&json!(1), &json!(160))
    );
    let slug = &document["components"]["schemas"]["CreateOrganisation"]["properties"]["slug"];
    assert_eq!(slug["type"], json!(["string", "null"]));
    assert_eq!(slug["pattern"], domain::slug::Slug::PATTERN);
}
