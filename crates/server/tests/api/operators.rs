//! `/admin/bootstrap` and `/admin/operators`: who runs the platform.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Reply, TestServer, World, unique};

const BAD_BOOTSTRAP: Refusal = Refusal(
    401,
    "INVALID_BOOTSTRAP_TOKEN",
    "unknown, used or expired bootstrap token",
);
const NAME_TAKEN: Refusal = Refusal(409, "OPERATOR_NAME_TAKEN", "the name is taken or reserved");

fn appoint(server: &TestServer, token: &str, name: &str) -> Reply {
    let body = json!({ "token": token, "name": name });
    server.admin("POST", "/admin/bootstrap").json(&body).send()
}

fn a_bootstrap_token_makes_one_operator(server: &TestServer) {
    let (token, name) = (server.bootstrap_token(), unique("grace"));
    let reply = appoint(server, &token, &name).expect(201);
    assert_eq!(
        shape(&reply),
        "{operator:{id,name,created_at,revoked_at},key}"
    );
    assert_id(&reply.json()["operator"]["id"]);
    let key = reply.string("/key");
    let operators = server.admin("GET", "/admin/operators").bearer(&key);
    let operators = operators.expect(200);
    let found = operators.items();
    let found = found.iter().find(|one| one["name"] == name);
    assert_eq!(found, Some(&reply.json()["operator"]));
    assert!(!operators.text().contains(&key));
    for used in [token.as_str(), "saasboot_nonsense", &key] {
        BAD_BOOTSTRAP.check(&appoint(server, used, &unique("mallory")));
    }
    let log = server.log();
    assert!(!log.contains(&key) && !log.contains(&token));
}

fn a_refused_name_leaves_the_token_to_be_used(server: &TestServer) {
    let name = unique("taken");
    let _ = appoint(server, &server.bootstrap_token(), &name).expect(201);
    let token = server.bootstrap_token();
    for refused in [name.as_str(), "cli", "system"] {
        NAME_TAKEN.check(&appoint(server, &token, refused));
    }
    let _ = appoint(server, &token, &unique("free")).expect(201);
}

fn a_key_that_was_taken_away_is_refused_at_once(server: &TestServer) {
    let (kept, token) = (server.operator(), server.bootstrap_token());
    let gone = appoint(server, &token, &unique("gone")).expect(201);
    let (id, key) = (gone.string("/operator/id"), gone.string("/key"));
    let list = || server.admin("GET", "/admin/tenants");
    let _ = list().bearer(&key).expect(200);
    let path = format!("/admin/operators/{id}");
    let revoked = server.admin("DELETE", &path).bearer(&kept).expect(200);
    assert_ne!(revoked.json()["revoked_at"], Value::Null);
    BAD_OPERATOR_KEY.of(list().bearer(&key));
    let again = server.admin("DELETE", &path).bearer(&kept).expect(200);
    assert_eq!(again.json(), revoked.json());
    let unknown = format!("/admin/operators/{}", random_id());
    let missing = Refusal(404, "OPERATOR_NOT_FOUND", "operator was not found");
    missing.of(server.admin("DELETE", &unknown).bearer(&kept));
}

fn no_credential_is_good_on_the_other_side(server: &TestServer) {
    let (world, operator) = (World::new(server, "sides"), server.operator());
    let api_key = world.api_key(server, &world.owner, "key").raw;
    for credential in [&world.owner.token, &api_key, &server.bootstrap_token()] {
        BAD_OPERATOR_KEY.of(server.admin("GET", "/admin/tenants").bearer(credential));
    }
    BAD_TOKEN.of(server.get("/me").bearer(&operator));
    BAD_CREDENTIAL.of(server.get(&world.path("/projects")).bearer(&operator));
    NO_CREDENTIAL.of(server.admin("GET", "/admin/tenants"));
}

fn refused_credentials_are_counted_in_the_log(server: &TestServer) {
    let server = own(server).start();
    for _ in 0..3 {
        BAD_OPERATOR_KEY.of(server.admin("GET", "/admin/tenants").bearer("nonsense"));
        BAD_BOOTSTRAP.check(&appoint(&server, "nonsense", "mallory"));
    }
    // Perhaps in two lines.
    let told = || -> u64 {
        let log = server.log();
        let lines = log
            .lines()
            .filter(|line| line.contains("operator credentials were refused"));
        let lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter_map(|line| line["refused"].as_u64()).sum()
    };
    eventually(|| (told() == 6).then_some(()));
}

fn operators_have_a_listener_of_their_own(server: &TestServer) {
    let operator = server.operator();
    for path in ["/admin/tenants", "/admin/operators", "/admin"] {
        NO_ROUTE.of(server.get(path).bearer(&operator));
    }
    NO_ROUTE.of(server.admin("GET", "/orgs").bearer(&operator));
    NO_ROUTE.of(server.admin("GET", "/metrics"));
    let reply = server.admin("GET", "/admin/tenants").bearer(&operator);
    let reply = reply.expect(200);
    assert_eq!(reply.header("Cache-Control"), Some("no-store"));
    assert_eq!(reply.header("X-Content-Type-Options"), Some("nosniff"));
    assert!(reply.header("X-Request-ID").is_some());
}

on_both!(
    a_bootstrap_token_makes_one_operator,
    a_refused_name_leaves_the_token_to_be_used,
    a_key_that_was_taken_away_is_refused_at_once,
    no_credential_is_good_on_the_other_side,
    refused_credentials_are_counted_in_the_log,
    operators_have_a_listener_of_their_own,
);
