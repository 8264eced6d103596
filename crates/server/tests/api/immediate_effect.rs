//! What is taken away is gone on the very next request.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, TestServer, World};

fn create<'a>(server: &'a TestServer, world: &World, credential: &str) -> Call<'a> {
    server
        .post(&world.path("/projects"))
        .bearer(credential)
        .json(&json!({ "name": "x" }))
}

fn a_demotion_counts_at_once(server: &TestServer) {
    let world = World::new(server, "demotion");
    let admin = &world.admin;
    let _ = server
        .get(&world.path("/members"))
        .bearer(&admin.token)
        .expect(200);
    let _ = world.set_role(server, admin, "member").expect(200);
    INSUFFICIENT.of(server.get(&world.path("/members")).bearer(&admin.token));
    let _ = create(server, &world, &admin.token).expect(201);
    let _ = world.set_role(server, admin, "viewer").expect(200);
    INSUFFICIENT.of(create(server, &world, &admin.token));
    let _ = server
        .get(&world.path("/projects"))
        .bearer(&admin.token)
        .expect(200);
    let _ = world.set_role(server, admin, "admin").expect(200);
    let _ = server
        .get(&world.path("/members"))
        .bearer(&admin.token)
        .expect(200);
}

fn a_removal_counts_at_once(server: &TestServer) {
    let world = World::new(server, "removal");
    let member = &world.member;
    let _ = server
        .get(&world.path(""))
        .bearer(&member.token)
        .expect(200);
    let _ = world.remove(server, member).expect(204);
    for path in ["", "/projects", "/members", "/audit-events"] {
        DENIED.of(server.get(&world.path(path)).bearer(&member.token));
    }
    let me = server.get("/me").bearer(&member.token).expect(200).json();
    assert_eq!(me["memberships"], json!([]));
    assert_eq!(
        server
            .get("/orgs")
            .bearer(&member.token)
            .expect(200)
            .items(),
        Vec::<Value>::new()
    );
}

fn a_revocation_counts_at_once(server: &TestServer) {
    let world = World::new(server, "revocation");
    let (gone, kept) = (
        world.api_key(server, &world.owner, "gone"),
        world.api_key(server, &world.owner, "kept"),
    );
    // Used before, so that nothing may have been kept of it.
    let _ = create(server, &world, &gone.raw).expect(201);
    let path = world.path(&format!("/api-keys/{}", gone.id));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(200);
    BAD_CREDENTIAL.of(create(server, &world, &gone.raw));
    BAD_CREDENTIAL.of(server
        .get("/orgs/0190a000-0000-7000-8000-000000000000/projects")
        .bearer(&gone.raw));
    let _ = create(server, &world, &kept.raw).expect(201);
}

fn a_key_is_never_more_than_its_creator(server: &TestServer) {
    let world = World::new(server, "creator");
    let key = world.api_key(server, &world.admin, "creator").raw;
    let read = || server.get(&world.path("/projects")).bearer(&key);
    let _ = create(server, &world, &key).expect(201);

    let _ = world.set_role(server, &world.admin, "viewer").expect(200);
    INSUFFICIENT.of(create(server, &world, &key));
    let _ = read().expect(200);

    let _ = world.remove(server, &world.admin).expect(204);
    INSUFFICIENT.of(create(server, &world, &key));
    INSUFFICIENT.of(read());

    // A creator who comes back brings the key back.
    let _ = world.add(server, &world.admin, "member").expect(201);
    let _ = create(server, &world, &key).expect(201);
}

fn a_promoted_creator_gives_a_key_nothing_beyond_its_scopes(server: &TestServer) {
    let world = World::new(server, "promotion");
    let key = world.api_key(server, &world.admin, "promotion").raw;
    let _ = world.set_role(server, &world.admin, "owner").expect(200);
    for path in ["", "/members", "/api-keys", "/audit-events"] {
        BAD_TOKEN.of(server.get(&world.path(path)).bearer(&key));
    }
}

on_both!(
    a_demotion_counts_at_once,
    a_removal_counts_at_once,
    a_revocation_counts_at_once,
    a_key_is_never_more_than_its_creator,
    a_promoted_creator_gives_a_key_nothing_beyond_its_scopes,
);
