//! Ids outside paths: in bodies, cursors, `If-Match` and `Idempotency-Key`.

use super::Pair;
use crate::support::*;
use serde_json::json;
use test_server::{TestServer, World, unique};

fn a_user_of_another_organisation_is_added_and_none_is_invented(server: &TestServer) {
    // Users belong to no organisation, so that a foreign member is just a user.
    let pair = Pair::new(server);
    let add = |id: &str| {
        let call = server
            .post(&pair.own.path("/members"))
            .bearer(&pair.own.owner.token);
        call.json(&json!({ "user_id": id })).send()
    };
    NO_USER.check(&add(&random_id()));
    // Ids of other kinds of things are no users.
    for id in [
        &pair.foreign.organisation,
        &pair.foreign.project,
        &pair.foreign.api_key,
    ] {
        NO_USER.check(&add(id));
    }
    let _ = add(&pair.foreign.user).expect(201);
}

fn a_foreign_cursor_is_answered_like_one_that_was_made_up(server: &TestServer) {
    let (pair, other) = (Pair::new(server), World::new(server, "cursor"));
    for _ in 0..2 {
        other.project(server, "x");
    }
    let list = server
        .get(&other.path("/projects?limit=1"))
        .bearer(&other.owner.token)
        .expect(200);
    let cursor = list.string("/pagination/next_cursor");
    let call = |cursor: &str| {
        server
            .get(&pair.own.path(&format!("/projects?cursor={cursor}")))
            .bearer(&pair.own.owner.token)
    };
    let reply = pair.refuses(INVALID, call(&cursor), call("made-up"));
    assert_eq!(violations(&reply)[0].0, "invalid_cursor");
}

fn a_foreign_idempotency_key_replays_nothing(server: &TestServer) {
    let (own, other) = (
        World::new(server, "own-key"),
        World::new(server, "other-key"),
    );
    let (key, canary) = (unique("shared"), unique("canary"));
    let create = |world: &World, name: &str| {
        let call = server
            .post(&world.path("/projects"))
            .bearer(&world.owner.token)
            .idempotency_key(&key);
        call.json(&json!({ "name": name })).expect(201)
    };
    create(&other, &canary);
    let reply = create(&own, "Own");
    assert_eq!(reply.header("Idempotency-Replayed"), None);
    assert!(!reply.text().contains(&canary));
}

fn a_foreign_version_opens_nothing(server: &TestServer) {
    let pair = Pair::new(server);
    let call = |project: &str| {
        let path = pair.own.path(&format!("/projects/{project}"));
        let call = server
            .patch(&path)
            .bearer(&pair.own.owner.token)
            .header("If-Match", "\"v1\"");
        call.json(&json!({ "name": "x" }))
    };
    pair.refuses(NO_PROJECT, call(&pair.foreign.project), call(&random_id()));
}

fn a_foreign_project_takes_no_resource(server: &TestServer) {
    let pair = Pair::new(server);
    let resources = pair.own.path("/resources");
    let resource = format!("{resources}/{}", pair.ids.resource);
    for (method, path) in [
        ("POST", &resources),
        ("PUT", &resource),
        ("PATCH", &resource),
    ] {
        let call = |project: &str| {
            let call = server.call(method, path).bearer(&pair.own.owner.token);
            call.json(&json!({ "name": "x", "data": {}, "project_id": project }))
        };
        pair.refuses(NO_PROJECT, call(&pair.foreign.project), call(&random_id()));
    }
}

fn a_foreign_slug_is_taken_and_says_nothing_more(server: &TestServer) {
    let (own, other) = (World::new(server, "slug"), World::new(server, "slug"));
    let reply = SLUG_TAKEN.of(server
        .patch(&own.path(""))
        .bearer(&own.owner.token)
        .json(&json!({ "slug": other.slug })));
    assert!(!reply.text().contains(&other.slug) && !reply.text().contains(&other.id));
}

on_both!(
    a_user_of_another_organisation_is_added_and_none_is_invented,
    a_foreign_cursor_is_answered_like_one_that_was_made_up,
    a_foreign_idempotency_key_replays_nothing,
    a_foreign_version_opens_nothing,
    a_foreign_project_takes_no_resource,
    a_foreign_slug_is_taken_and_says_nothing_more,
);
