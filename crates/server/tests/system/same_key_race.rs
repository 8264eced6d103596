//! Many requests with one idempotency key at the same moment.

use crate::support::{Audit, on_both, rounds, shared, together};
use serde_json::{Value, json};
use test_server::{Database, Reply, TestServer, User, unique};

const KEYS: usize = 20;
const AT_ONCE: usize = 50;

/// Sends the same request many times at once; gives the first answer after it was checked against all others.
fn race(server: &TestServer, user: &User, path: &str, body: &Value) -> Value {
    let key = unique("race");
    let send = |_| {
        let call = server.post(path).bearer(&user.token);
        call.idempotency_key(&key).json(body).send()
    };
    let mut replies = together(AT_ONCE, send);
    replies.push(send(AT_ONCE));
    let is_replay = |reply: &&Reply| reply.header("Idempotency-Replayed") == Some("true");
    let (done, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 201);
    let (replayed, first): (Vec<_>, Vec<_>) = done.into_iter().partition(is_replay);
    assert_eq!(first.len(), 1, "{} first answers", first.len());
    let first = first[0].json();
    for replay in &replayed {
        assert_eq!(replay.json(), replay_of(&first));
    }
    for reply in refused {
        assert_eq!(reply.status, 409, "{reply}");
        assert_eq!(reply.string("/code"), "IDEMPOTENCY_IN_PROGRESS");
        assert!(reply.header("Retry-After").is_some(), "{reply}");
    }
    assert!(
        !replayed.is_empty(),
        "the request after all others is a replay"
    );
    first
}

/// What is said again: everything but the key itself, which is told once.
fn replay_of(first: &Value) -> Value {
    let mut replay = first.clone();
    if let Some(issued) = replay
        .as_object_mut()
        .filter(|issued| issued.contains_key("raw_key"))
    {
        issued.remove("raw_key");
        let reason = "raw API key material is returned only by the initial create response and is not replayed";
        let secret = json!({ "secret_available": false, "reason": reason });
        issued.insert("idempotency_replay".to_owned(), secret);
    }
    replay
}

fn total(server: &TestServer, user: &User, path: &str) -> u64 {
    let list = server.get(&format!("{path}?limit=1")).bearer(&user.token);
    let total = list.expect(200).json()["pagination"]["total"].as_u64();
    total.expect("an offset page has a total")
}

fn organisations_are_founded_once(database: &Database) {
    let server = shared(database);
    let user = server.user("same-key");
    for n in 1..=rounds(KEYS) as u64 {
        let made = race(
            server,
            &user,
            "/orgs",
            &json!({ "name": unique("same key") }),
        );
        let id = made["id"].as_str().unwrap_or_default();
        let audit = Audit::of(server, &user.token, id);
        assert_eq!(
            audit.events,
            [("organisation.created".to_owned(), 1)].into()
        );
        assert_eq!(total(server, &user, "/orgs"), n);
    }
}

fn projects_are_created_once(database: &Database) {
    let server = shared(database);
    let user = server.user("same-key");
    let id = server.organisation(&user, &unique("same-key"));
    let path = format!("/orgs/{id}/projects");
    let keys = rounds(KEYS);
    for n in 1..=keys as u64 {
        race(server, &user, &path, &json!({ "name": "once" }));
        assert_eq!(total(server, &user, &path), n);
    }
    assert_eq!(
        Audit::of(server, &user.token, &id).count("project.created"),
        keys
    );
}

fn api_keys_are_issued_once(database: &Database) {
    let server = shared(database);
    let user = server.user("same-key");
    let id = server.organisation(&user, &unique("same-key"));
    let path = format!("/orgs/{id}/api-keys");
    let keys = rounds(KEYS);
    for n in 1..=keys as u64 {
        race(server, &user, &path, &json!({ "name": "once" }));
        assert_eq!(total(server, &user, &path), n);
    }
    assert_eq!(
        Audit::of(server, &user.token, &id).count("api_key.created"),
        keys
    );
}

fn members_are_added_once(database: &Database) {
    let server = shared(database);
    let user = server.user("same-key");
    let id = server.organisation(&user, &unique("same-key"));
    let path = format!("/orgs/{id}/members");
    let keys = rounds(KEYS);
    for n in 1..=keys as u64 {
        let added = server.user("added");
        race(
            server,
            &user,
            &path,
            &json!({ "user_id": added.id, "role": "viewer" }),
        );
        assert_eq!(total(server, &user, &path), n + 1);
    }
    assert_eq!(
        Audit::of(server, &user.token, &id).count("member.added"),
        keys
    );
}

on_both!(
    organisations_are_founded_once,
    projects_are_created_once,
    api_keys_are_issued_once,
    members_are_added_once,
);
