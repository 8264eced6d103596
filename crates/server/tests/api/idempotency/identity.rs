//! Which requests are the same request.

use super::{create, is_replay, total};
use crate::support::*;
use serde_json::json;
use test_server::{TestServer, World, unique};

fn another_body_is_a_conflict(server: &TestServer) {
    let world = World::new(server, "conflict");
    let (token, key) = (&world.owner.token, unique("conflict"));
    let _ = create(server, &world, token, &key, &json!({ "name": "One" })).expect(201);
    for other in [
        json!({ "name": "Two" }),
        json!({ "name": "one" }),
        json!({ "name": "One", "description": "" }),
        json!({ "name": "One", "status": "archived" }),
    ] {
        OTHER_BODY.of(create(server, &world, token, &key, &other));
    }
    assert_eq!(total(server, &world), 1);
    for (path, body) in [
        ("/orgs".to_owned(), "One"),
        (world.path("/api-keys"), "One"),
    ] {
        let key = unique("conflict");
        let post = |name: &str| {
            server
                .post(&path)
                .bearer(token)
                .idempotency_key(&key)
                .json(&json!({ "name": unique(name) }))
        };
        let _ = post(body).expect(201);
        OTHER_BODY.of(post("Two"));
    }
}

fn spelling_order_and_explicit_defaults_make_no_other_body(server: &TestServer) {
    let world = World::new(server, "canonical");
    let (token, key) = (&world.owner.token, unique("canonical"));
    let post = |body: &str| {
        let call = server
            .post(&world.path("/projects"))
            .bearer(token)
            .idempotency_key(&key);
        call.text(body).expect(201)
    };
    let first = post(r#"{"name":"Café"}"#);
    for same in [
        r#" { "name" : "Caf\u00e9" } "#,
        r#"{"status":"active","name":"Café","description":null}"#,
        r#"{"name":"x","name":"Café"}"#,
    ] {
        let again = post(same);
        assert!(is_replay(&again), "{same}");
        assert_eq!(again.json(), first.json());
    }
    let (key, name) = (unique("canonical"), unique("Same"));
    for body in [
        json!({ "name": name }),
        json!({ "slug": null, "name": name }),
    ] {
        let _ = server
            .post("/orgs")
            .bearer(token)
            .idempotency_key(&key)
            .json(&body)
            .expect(201);
    }
}

fn another_spelling_of_the_path_is_the_same_request(server: &TestServer) {
    let world = World::new(server, "spelling");
    let (token, key, body) = (
        &world.owner.token,
        unique("spelling"),
        json!({ "name": "Once" }),
    );
    let first = create(server, &world, token, &key, &body).expect(201);
    let ids = [world.id.to_uppercase(), world.id.replace('-', "")];
    for path in ids.map(|id| format!("/orgs/{id}/projects?ignored=1")) {
        let again = server
            .post(&path)
            .bearer(token)
            .idempotency_key(&key)
            .json(&body)
            .expect(201);
        assert!(is_replay(&again), "{path}");
        assert_eq!(again.json(), first.json());
    }
}

fn keys_of_other_principals_paths_and_spellings_are_independent(server: &TestServer) {
    let (world, other) = (World::new(server, "scope"), World::new(server, "scope"));
    let _ = other.add(server, &world.owner, "owner").expect(201);
    let key = unique("scope");
    let api_keys = [
        world.api_key(server, &world.owner, "a").raw,
        world.api_key(server, &world.owner, "b").raw,
    ];
    let body = json!({ "name": "Scope" });
    let mut calls = vec![
        create(server, &world, &world.owner.token, &key, &body),
        create(server, &world, &world.admin.token, &key, &body),
        create(server, &other, &world.owner.token, &key, &body),
        create(
            server,
            &world,
            &world.owner.token,
            &key.to_uppercase(),
            &body,
        ),
        server
            .post(&world.path("/api-keys"))
            .bearer(&world.owner.token)
            .idempotency_key(&key)
            .json(&body),
    ];
    calls.extend(
        api_keys
            .iter()
            .map(|api_key| create(server, &world, api_key, &key, &body)),
    );
    for call in calls {
        assert!(!is_replay(&call.expect(201)));
    }
    assert_eq!(total(server, &world), 5);
}

on_both!(
    another_body_is_a_conflict,
    spelling_order_and_explicit_defaults_make_no_other_body,
    another_spelling_of_the_path_is_the_same_request,
    keys_of_other_principals_paths_and_spellings_are_independent,
);
