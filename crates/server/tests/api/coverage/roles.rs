//! Every operation as every caller: the whole table, its audit events, and the form of every answer.

use crate::support::{body as body_of, *};
use serde_json::Value;
use test_server::{TestServer, World};

/// Operations that anyone may call.
pub const OPEN: [&str; 7] = [
    "GET /.well-known/jwks.json",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "POST /auth/login",
    "POST /auth/register",
    "POST /tenants",
];

fn every_operation_of_the_document_has_a_line_in_the_table(server: &TestServer) {
    let document = Document::of(server);
    let mut listed: Vec<_> = matrix().into_iter().map(|row| row.operation).collect();
    assert!(
        listed
            .iter()
            .all(|operation| document.is_secured(operation))
    );
    assert!(!OPEN.iter().any(|operation| document.is_secured(operation)));
    listed.extend(OPEN.map(str::to_owned));
    listed.sort();
    assert_eq!(
        document.operations().into_iter().collect::<Vec<_>>(),
        listed
    );
}

fn every_caller_gets_what_the_table_says_and_leaves_one_event_or_none(server: &TestServer) {
    let (document, callers) = (Document::of(server), Callers::new(server));
    let mut ids = Ids::new(server, &callers.world, "target");
    for row in matrix() {
        for (caller, verdict) in row.cells() {
            let before = callers.world.audit_total(server);
            let reply = callers.send(server, &row.operation, caller, &ids);
            let what = format!("{} as {caller}", row.operation);
            let done = match verdict {
                Verdict::Done(status) => {
                    assert_eq!(reply.status, *status, "{what}: {reply}");
                    true
                }
                Verdict::Refused(refusal) => {
                    refusal.check(&reply);
                    false
                }
            };
            document.check(&row.operation, &reply);
            let inside = row.operation.contains("{organisation_id}");
            let expected = u64::from(done && inside && row.is_mutation());
            assert_eq!(
                callers.world.audit_total(server) - before,
                expected,
                "events of {what}"
            );
            // What was refused or only read is as good as new.
            if done && row.is_mutation() {
                ids = Ids::new(server, &callers.world, "target");
            }
        }
    }
}

fn a_new_organisation_has_one_event(server: &TestServer) {
    let user = server.user("one-event");
    let id = server.organisation(&user, &test_server::unique("one-event"));
    let path = format!("/orgs/{id}/audit-events");
    let events = server.get(&path).bearer(&user.token).expect(200).items();
    let actions: Vec<_> = events.iter().map(|event| &event["action"]).collect();
    assert_eq!(actions, ["organisation.created"]);
}

fn every_secured_operation_wants_a_credential_before_anything_else(server: &TestServer) {
    let document = Document::of(server);
    for operation in document
        .operations()
        .iter()
        .filter(|operation| document.is_secured(operation))
    {
        let (method, template) = operation.split_once(' ').unwrap_or_default();
        let path = template
            .replace("{organisation_id}", "x")
            .replace(['{', '}'], "");
        for call in [
            server.call(method, &path),
            server.call(method, &path).text("{bad"),
        ] {
            let reply = NO_CREDENTIAL.of(call);
            document.check(operation, &reply);
        }
    }
}

fn open_operations_answer_as_documented(server: &TestServer) {
    let document = Document::of(server);
    let nobody = Value::Null;
    for operation in OPEN {
        let (method, path) = operation.split_once(' ').unwrap_or_default();
        let replies = if method == "GET" {
            vec![server.get(path).expect(200)]
        } else {
            vec![server.post(path).json(&nobody).expect(422)]
        };
        for reply in &replies {
            document.check(operation, reply);
        }
    }
    let email = server.user("documented").email;
    let body = serde_json::json!({ "email": email, "password": test_server::PASSWORD });
    document.check(
        "POST /auth/login",
        &server.post("/auth/login").json(&body).expect(200),
    );
    let body = serde_json::json!({ "email": email, "password": "wrong" });
    document.check(
        "POST /auth/login",
        &server.post("/auth/login").json(&body).expect(401),
    );
    let mut body = serde_json::json!({ "email": email, "password": test_server::PASSWORD, "display_name": "x" });
    document.check(
        "POST /auth/register",
        &server.post("/auth/register").json(&body).expect(409),
    );
    body["email"] = format!("{}@example.com", test_server::unique("documented")).into();
    document.check(
        "POST /auth/register",
        &server.post("/auth/register").json(&body).expect(201),
    );
    let ids = Ids::new(server, &World::new(server, "documented"), "documented");
    for key in [serde_json::json!({ "name": "x" }), Value::Null] {
        let mut body = body_of("POST /tenants", &ids).unwrap_or_default();
        body["api_key"] = key;
        document.check(
            "POST /tenants",
            &server.post("/tenants").json(&body).expect(201),
        );
        document.check(
            "POST /tenants",
            &server.post("/tenants").json(&body).expect(409),
        );
    }
}

on_both!(
    every_operation_of_the_document_has_a_line_in_the_table,
    every_caller_gets_what_the_table_says_and_leaves_one_event_or_none,
    a_new_organisation_has_one_event,
    every_secured_operation_wants_a_credential_before_anything_else,
    open_operations_answer_as_documented,
);
