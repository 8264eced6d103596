//! What a repeated request gets.

use super::{create, is_replay, total};
use crate::support::*;
use serde_json::json;
use test_server::{Reply, TestServer, World, unique};

fn an_organisation_is_founded_once(server: &TestServer) {
    let (user, key) = (server.user("found"), unique("found"));
    let body = json!({ "name": unique("Founded") });
    let found = || {
        server
            .post("/orgs")
            .bearer(&user.token)
            .idempotency_key(&key)
            .json(&body)
            .expect(201)
    };
    let (first, second) = (found(), found());
    assert!(!is_replay(&first) && is_replay(&second));
    assert_eq!(
        (shape(&first), first.json()),
        (shape(&second), second.json())
    );
    assert_eq!(first.header("ETag"), second.header("ETag"));
    assert_eq!(first.header("Location"), second.header("Location"));
    let list = server.get("/orgs").bearer(&user.token).expect(200);
    assert_eq!(list.items().len(), 1);
}

fn a_project_is_created_once_and_the_answer_is_frozen(server: &TestServer) {
    let world = World::new(server, "frozen");
    let (token, key) = (&world.member.token, unique("frozen"));
    let body = json!({ "name": "Name", "description": "Text", "status": "archived" });
    let first = create(server, &world, token, &key, &body).expect(201);
    let path = world.path(&format!("/projects/{}", first.string("/id")));
    let events = world.audit_total(server);
    for change in [
        server
            .patch(&path)
            .bearer(token)
            .json(&json!({ "name": "Renamed" })),
        server.delete(&path).bearer(token),
    ] {
        let reply = change.send();
        assert!(reply.status < 300, "{reply}");
        let again = create(server, &world, token, &key, &body).expect(201);
        assert!(is_replay(&again));
        assert_eq!((shape(&again), again.json()), (shape(&first), first.json()));
    }
    assert_eq!(
        world.audit_total(server),
        events + 2,
        "a replay is no event"
    );
    assert_eq!(total(server, &world), 0);
}

fn a_replayed_api_key_has_no_secret(server: &TestServer) {
    let world = World::new(server, "secret");
    let (key, path) = (unique("secret"), world.path("/api-keys"));
    let issue = || {
        let call = server
            .post(&path)
            .bearer(&world.owner.token)
            .idempotency_key(&key);
        call.json(&json!({ "name": "Robot" })).expect(201)
    };
    let (first, second) = (issue(), issue());
    assert!(!is_replay(&first) && is_replay(&second));
    assert!(shape(&first).ends_with(",raw_key}"));
    assert_eq!(second.json()["api_key"], first.json()["api_key"]);
    assert!(shape(&second).ends_with(",idempotency_replay:{secret_available,reason}}"));
    let expected = json!({
        "secret_available": false,
        "reason": "raw API key material is returned only by the initial create response and is not replayed",
    });
    assert_eq!(second.json()["idempotency_replay"], expected);
    assert!(!second.text().contains(&first.string("/raw_key")[16..]));
    let list = server.get(&path).bearer(&world.owner.token).expect(200);
    assert_eq!(list.items().len(), 1);
}

fn refusals_are_not_kept(server: &TestServer) {
    let world = World::new(server, "refusals");
    let (token, key) = (&world.viewer.token, unique("refusals"));
    let body = json!({ "name": "Later" });
    INSUFFICIENT.of(create(server, &world, token, &key, &body));
    INVALID.of(create(server, &world, token, &key, &json!({})));
    BAD_CREDENTIAL.of(create(server, &world, "nonsense", &key, &body));
    let _ = world.set_role(server, &world.viewer, "member").expect(200);
    assert!(!is_replay(
        &create(server, &world, token, &key, &body).expect(201)
    ));

    // A business refusal leaves the key free, for another body even.
    let key = unique("refusals");
    let post = |slug: &str| {
        let body = json!({ "name": "Name", "slug": slug });
        server
            .post("/orgs")
            .bearer(token)
            .idempotency_key(&key)
            .json(&body)
    };
    SLUG_TAKEN.of(post(&world.slug));
    assert!(!is_replay(&post(&unique("free")).expect(201)));
}

fn a_revoked_key_replays_nothing(server: &TestServer) {
    let world = World::new(server, "revoked");
    let (api_key, key) = (
        world.api_key(server, &world.owner, "robot"),
        unique("revoked"),
    );
    let body = json!({ "name": "Once" });
    let _ = create(server, &world, &api_key.raw, &key, &body).expect(201);
    let path = world.path(&format!("/api-keys/{}", api_key.id));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(200);
    BAD_CREDENTIAL.of(create(server, &world, &api_key.raw, &key, &body));
}

fn duplicates_at_once_are_carried_out_once(server: &TestServer) {
    let world = World::new(server, "at-once");
    let (key, body) = (unique("at-once"), json!({ "name": "Once" }));
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let send = || create(server, &world, &world.owner.token, &key, &body).send();
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(send)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a request without a panic"))
            .collect()
    });
    let mut created: Vec<_> = replies
        .iter()
        .filter(|reply| reply.status == 201)
        .map(Reply::json)
        .collect();
    for reply in &replies {
        let in_progress = reply.status == 409 && reply.json()["code"] == "IDEMPOTENCY_IN_PROGRESS";
        assert!(
            reply.status == 201 || (in_progress && reply.header("Retry-After").is_some()),
            "{reply}"
        );
    }
    created.dedup();
    assert_eq!((created.len(), total(server, &world)), (1, json!(1)));
}

on_both!(
    an_organisation_is_founded_once,
    a_project_is_created_once_and_the_answer_is_frozen,
    a_replayed_api_key_has_no_secret,
    refusals_are_not_kept,
    a_revoked_key_replays_nothing,
    duplicates_at_once_are_carried_out_once,
);
