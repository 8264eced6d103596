//! `POST /tenants`: a user and an organisation at once.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{PASSWORD, Reply, TestServer, User, unique};

fn request(stem: &str) -> Value {
    let slug = unique(stem);
    json!({
        "organisation": { "name": stem, "slug": slug },
        "owner": { "email": format!("{slug}@example.com"), "password": PASSWORD, "display_name": "Ada" },
        "api_key": { "name": "first" },
    })
}

fn sign_up(server: &TestServer, request: &Value) -> Reply {
    server.post("/tenants").json(request).send()
}

fn email(request: &Value) -> String {
    request["owner"]["email"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Who signed up, signed in.
fn owner(server: &TestServer, request: &Value, reply: &Reply) -> User {
    let email = email(request);
    User {
        id: reply.string("/user/id"),
        token: server.login(&email),
        email,
    }
}

fn who_signs_up_owns_a_new_organisation(server: &TestServer) {
    let request = request("sign-up");
    let reply = sign_up(server, &request).expect(201);
    let organisation = reply.string("/organisation/id");
    let path = format!("/orgs/{organisation}");
    assert_eq!(reply.header("Location"), Some(path.as_str()));
    let owner = owner(server, &request, &reply);
    let read = server.get(&path).bearer(&owner.token).expect(200);
    assert_eq!(read.json(), reply.json()["organisation"]);
    assert_eq!(read.header("ETag"), reply.header("ETag"));
    assert_eq!(
        (
            read.string("/status"),
            read.string("/tier"),
            read.string("/isolation")
        ),
        ("active".to_owned(), "free".to_owned(), "pool".to_owned())
    );
    let me = server.get("/me").bearer(&owner.token).expect(200).json();
    assert_eq!(me["user"], reply.json()["user"]);
    assert_eq!(me["memberships"][0]["role"], "owner");
    assert_eq!(me["memberships"][0]["organisation_status"], "active");

    let events = server.get(&format!("{path}/audit-events"));
    let events = events.bearer(&owner.token).expect(200).items();
    let actions: Vec<_> = events.iter().map(|event| &event["action"]).collect();
    assert_eq!(actions, ["api_key.created", "organisation.created"]);
    assert!(
        events
            .iter()
            .all(|event| event["actor_user_id"] == owner.id)
    );
    let own = server.get("/me/security-events");
    let own = own.bearer(&owner.token).expect(200).items();
    let registered = own
        .iter()
        .find(|event| event["action"] == "user.registered");
    assert_eq!(
        registered.map(|event| &event["request_id"]),
        Some(&json!(reply.header("X-Request-ID")))
    );
}

fn the_first_key_is_shown_once_and_works(server: &TestServer) {
    let mut request = request("first-key");
    let reply = sign_up(server, &request).expect(201);
    let key = reply.string("/api_key/raw_key");
    let organisation = reply.string("/organisation/id");
    let projects = format!("/orgs/{organisation}/projects");
    let body = json!({ "name": "by key" });
    let _ = server.post(&projects).bearer(&key).json(&body).expect(201);
    let owner = owner(server, &request, &reply);
    let keys = server.get(&format!("/orgs/{organisation}/api-keys"));
    let keys = keys.bearer(&owner.token).expect(200);
    assert_eq!(keys.items(), [reply.json()["api_key"]["api_key"].clone()]);
    assert!(!keys.text().contains(&key) && !server.log().contains(&key));

    for none in [Value::Null, json!("left out")] {
        request = self::request("no-key");
        if none.is_null() {
            request["api_key"] = none;
        } else if let Some(fields) = request.as_object_mut() {
            fields.remove("api_key");
        }
        let reply = sign_up(server, &request).expect(201);
        assert_eq!(reply.json()["api_key"], Value::Null);
    }
}

fn what_is_taken_registers_nobody_and_founds_nothing(server: &TestServer) {
    let first = request("taken");
    let _ = sign_up(server, &first).expect(201);
    EMAIL_TAKEN.check(&sign_up(server, &first));
    let mut same_address = request("taken");
    same_address["owner"]["email"] = first["owner"]["email"].clone();
    EMAIL_TAKEN.check(&sign_up(server, &same_address));
    // Its slug is still free.
    same_address["owner"]["email"] = json!(format!("{}@example.com", unique("taken")));
    let _ = sign_up(server, &same_address).expect(201);

    let mut same_slug = request("taken");
    same_slug["organisation"]["slug"] = first["organisation"]["slug"].clone();
    SLUG_TAKEN.check(&sign_up(server, &same_slug));
    let login = json!({ "email": email(&same_slug), "password": PASSWORD });
    BAD_LOGIN.of(server.post("/auth/login").json(&login));
    // The address is still free.
    same_slug["organisation"]["slug"] = json!(unique("taken"));
    let _ = sign_up(server, &same_slug).expect(201);
}

fn what_is_wrong_inside_says_where(server: &TestServer) {
    let body = json!({ "organisation": { "name": "", "plan": "pro" }, "owner": [], "api_key": {} });
    let entry = |kind: &str, loc: &str| (kind.to_owned(), loc.to_owned());
    assert_eq!(
        violations(&sign_up(server, &body)),
        [
            entry("string_too_short", r#"["body","organisation","name"]"#),
            entry("extra_forbidden", r#"["body","organisation","plan"]"#),
            entry("model_attributes_type", r#"["body","owner"]"#),
            entry("missing", r#"["body","api_key","name"]"#),
        ]
    );
    let mut blank = request("blank");
    blank["owner"]["password"] = json!(" ".repeat(12));
    BLANK_PASSWORD.check(&sign_up(server, &blank));
}

fn a_deployment_can_be_closed_to_strangers(server: &TestServer) {
    let closed = own(server)
        .setting("SAAS_API_TENANCY__SIGN_UP", "false")
        .start();
    NO_ROUTE.of(closed.post("/tenants").json(&request("closed")));
    assert!(!Document::of(&closed).operations().contains("POST /tenants"));
}

on_both!(
    who_signs_up_owns_a_new_organisation,
    the_first_key_is_shown_once_and_works,
    what_is_taken_registers_nobody_and_founds_nothing,
    what_is_wrong_inside_says_where,
    a_deployment_can_be_closed_to_strangers,
);
