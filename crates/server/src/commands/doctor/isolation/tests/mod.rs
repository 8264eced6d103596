//! The walk itself, against small documents and servers that are nothing but a closure.

mod documents;
mod leaks;
mod reports;

use super::{
    answer::Answer,
    client::Request,
    document::{Document, Operation},
    names::{Caller, Names},
    probe::{Credential, Finding, Probe},
};
use serde_json::{Value, json};
use std::cell::Cell;

const CANARY: &str = "canary-of-the-other";

fn names(of: &str) -> Names {
    let name = |kind: &str| format!("{of}-{kind}-0001");
    Names {
        organisation: name("organisation"),
        project: name("project"),
        resource: name("resource"),
        role: name("role"),
        api_key: name("api-key"),
        member: name("member"),
    }
}

fn caller() -> Caller {
    Caller {
        user: "own-user".to_owned(),
        email: "own@example.invalid".to_owned(),
        slug: "own-slug".to_owned(),
    }
}

/// A document with one operation.
fn document(path: &str, method: &str, operation: &Value) -> Value {
    let schemes = json!({
        "bearer": { "type": "http", "scheme": "bearer" },
        "api_key": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
    });
    json!({
        "paths": { path: { method: operation } },
        "components": { "securitySchemes": schemes },
    })
}

fn read(document: &Value) -> Result<Operation, String> {
    let mut operations = Document(document).operations(&caller());
    assert_eq!(operations.len(), 1);
    operations.remove(0).1
}

/// The operation that most tests are about.
fn get_project() -> Operation {
    let path = "/orgs/{organisation_id}/projects/{project_id}";
    read(&document(
        path,
        "get",
        &json!({ "security": [{ "bearer": [] }] }),
    ))
    .unwrap()
}

fn answer(status: u16, headers: &str, body: &str) -> Answer {
    let raw = format!("HTTP/1.1 {status} Whatever\r\n{headers}\r\n\r\n{body}");
    Answer::parse(raw.as_bytes()).unwrap()
}

fn problem(status: u16, code: &str) -> Answer {
    let body = json!({ "code": code, "request_id": "different", "instance": "urn:different" });
    answer(
        status,
        "Content-Type: application/problem+json",
        &body.to_string(),
    )
}

/// What a server keeps apart: the caller's own is there, and everything else is not.
fn well_behaved(request: &Request) -> Answer {
    if request.target.contains("/own-organisation-0001") {
        if request.target.contains("/own-project-0001") {
            answer(200, "ETag: \"v1\"", r#"{"name":"Own"}"#)
        } else {
            problem(404, "PROJECT_NOT_FOUND")
        }
    } else {
        problem(403, "ORGANISATION_ACCESS_DENIED")
    }
}

fn probed(
    operation: &Operation,
    by: Credential,
    server: impl Fn(&Request) -> Answer,
) -> Vec<Finding> {
    let count = Cell::new(0);
    let random = || {
        count.set(count.get() + 1);
        names(&format!("random{}", count.get()))
    };
    let probe = Probe {
        foreign: &names("foreign"),
        own: &names("own"),
        marks: &[CANARY.to_owned(), "foreign-project-0001".to_owned()],
        random: &random,
        credential: &|by| ("Authorization", by.name().to_owned()),
        send: &|request| Ok(server(request)),
    };
    probe.operation(operation, by)
}
