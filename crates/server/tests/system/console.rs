//! `saas-api tenants` and `saas-api admin`, beside a running server.

use crate::support::{builder, on_both};
use serde_json::{Value, json};
use test_server::{Database, TestServer, User, unique};

/// What a command printed, once it succeeded.
#[track_caller]
fn run(server: &TestServer, arguments: &[&str]) -> String {
    let output = server.command(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[track_caller]
fn json(server: &TestServer, arguments: &[&str]) -> Value {
    let printed = run(server, &[arguments, &["--json"]].concat());
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

/// What a command complained about, in one line.
#[track_caller]
fn refused(server: &TestServer, arguments: &[&str]) -> String {
    let output = server.command(arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(output.stdout.is_empty());
    errors
}

fn because<'a>(deed: &'a str, id: &'a str) -> [&'a str; 5] {
    ["tenants", deed, id, "--reason", "because"]
}

fn status(server: &TestServer, user: &User, id: &str) -> u16 {
    let call = server.get(&format!("/orgs/{id}/projects"));
    call.bearer(&user.token).send().status
}

fn an_organisation_lives_and_ends_from_the_console(database: &Database) {
    let server = builder(database).start();
    let (owner, name) = (server.user("console"), unique("console"));
    let create = [
        "tenants",
        "create",
        &name,
        "--owner",
        &owner.email,
        "--tier",
        "pro",
        "--api-key",
        "first",
        "--reason",
        "contract",
    ];
    let created = json(&server, &create);
    let id = created["id"].as_str().unwrap();
    assert_eq!(
        (&created["name"], &created["status"]),
        (&json!(name), &json!("active"))
    );
    let key = created["raw_key"].as_str().unwrap();
    let projects = format!("/orgs/{id}/projects");
    let _ = server.get(&projects).bearer(key).expect(200);

    let shown = json(&server, &["tenants", "show", id]);
    assert_eq!(shown["tier"], "pro");
    assert_eq!(
        json(&server, &["tenants", "list", "--tier", "pro"]),
        json!([shown])
    );
    assert_eq!(
        json(&server, &["tenants", "list", "--status", "deleted"]),
        json!([])
    );
    assert!(run(&server, &["tenants", "list"]).contains(id));

    assert_eq!(
        json(&server, &because("suspend", id))["status"],
        "suspended"
    );
    assert_eq!(status(&server, &owner, id), 403);
    assert_eq!(
        json(&server, &because("reactivate", id))["status"],
        "active"
    );
    let tier = [&because("set-tier", id)[..], &["--tier", "enterprise"]].concat();
    assert_eq!(json(&server, &tier)["tier"], "enterprise");
    assert_eq!(status(&server, &owner, id), 200);
    let events = server.get(&format!("/orgs/{id}/audit-events"));
    let events = events.bearer(&owner.token).expect(200).items();
    assert!(
        events
            .iter()
            .all(|event| event["actor_operator"] == "cli" || event["action"] == "api_key.created")
    );
    assert_eq!(events.len(), 5);

    let deleted = json(&server, &because("delete", id));
    assert_eq!(deleted["status"], "deleting");
    assert!(deleted["delete_after"].is_string());
    let early = refused(&server, &because("purge", id));
    assert!(early.contains("grace period"), "{early}");
    let purged = json(&server, &[&because("purge", id)[..], &["--early"]].concat());
    assert!(purged["purged_rows"].as_u64() > Some(5), "{purged}");
    let gone = refused(&server, &["tenants", "show", id]);
    assert!(gone.contains("organisation was not found"), "{gone}");
}

fn what_cannot_be_done_is_one_line_and_no_success(database: &Database) {
    let server = builder(database).start();
    let owner = server.user("console");
    let id = server.organisation(&owner, &unique("console"));
    for (arguments, naming) in [
        (because("reactivate", &id).to_vec(), "cannot become active"),
        (because("suspend", "nonsense").to_vec(), "UUID"),
        (vec!["tenants", "suspend", &id, "--reason", ""], "--reason"),
        (vec!["tenants", "list", "--status", "open"], "--status"),
        (
            vec![
                "tenants",
                "create",
                "x",
                "--owner",
                "no.body@example.com",
                "--reason",
                "x",
            ],
            "user was not found",
        ),
        (
            vec![
                "tenants",
                "create",
                "x",
                "--owner",
                &owner.id,
                "--isolation",
                "silo",
                "--reason",
                "x",
            ],
            "needs the tier",
        ),
        (vec!["admin", "revoke", "nonsense"], "UUID"),
    ] {
        let told = refused(&server, &arguments);
        assert!(told.contains(naming), "{told}");
    }
    assert_eq!(status(&server, &owner, &id), 200);
}

fn an_operators_key_can_be_taken_away_from_the_console(database: &Database) {
    let server = builder(database).start();
    let key = server.operator();
    let tenants = || {
        server
            .admin("GET", "/admin/tenants")
            .bearer(&key)
            .send()
            .status
    };
    assert_eq!(tenants(), 200);
    let listed = run(&server, &["admin", "operators"]);
    assert!(
        listed.contains("active") && !listed.contains(&key),
        "{listed}"
    );
    let id = listed.split_whitespace().next().unwrap();
    assert!(run(&server, &["admin", "revoke", id]).contains("revoked at"));
    assert_eq!(tenants(), 401);
}

fn the_operator_plane_has_a_document_of_its_own(database: &Database) {
    let server = builder(database).start();
    let document =
        |arguments: &[&str]| -> Value { serde_json::from_str(&run(&server, arguments)).unwrap() };
    let (public, admin) = (document(&["openapi"]), document(&["openapi", "--admin"]));
    let paths = |document: &Value| -> Vec<String> {
        document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert!(paths(&admin).iter().all(|path| path.starts_with("/admin/")));
    assert!(!paths(&public).iter().any(|path| path.starts_with("/admin")));
}

on_both!(
    an_organisation_lives_and_ends_from_the_console,
    what_cannot_be_done_is_one_line_and_no_success,
    an_operators_key_can_be_taken_away_from_the_console,
    the_operator_plane_has_a_document_of_its_own,
);
