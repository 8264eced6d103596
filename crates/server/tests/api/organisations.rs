//! `/orgs` and `/orgs/{organisation_id}`.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Reply, TestServer, User, World, unique};

const ORGANISATION: &str =
    "{id,name,slug,created_at,updated_at,tier,status,isolation,api_key_max_days}";

fn found(server: &TestServer, user: &User, body: &Value) -> Reply {
    server.post("/orgs").bearer(&user.token).json(body).send()
}

fn rename(server: &TestServer, world: &World, body: &Value) -> Reply {
    server
        .patch(&world.path(""))
        .bearer(&world.owner.token)
        .json(body)
        .send()
}

fn the_founder_becomes_the_owner(server: &TestServer) {
    let (user, slug) = (server.user("founder"), unique("founded"));
    let reply = found(
        server,
        &user,
        &json!({ "name": " Ünï & Co ", "slug": slug }),
    )
    .expect(201);
    assert_eq!(shape(&reply), ORGANISATION);
    let organisation = reply.json();
    assert_id(&organisation["id"]);
    assert_timestamp(&organisation["created_at"]);
    assert_timestamp(&organisation["updated_at"]);
    assert_eq!(
        (&organisation["name"], &organisation["slug"]),
        (&json!(" Ünï & Co "), &json!(slug))
    );
    let me = server.get("/me").bearer(&user.token).expect(200).json();
    assert_eq!(me["memberships"][0]["role"], "owner");
    assert_eq!(me["memberships"][0]["organisation_id"], organisation["id"]);
    let read = server
        .get(&format!("/orgs/{}", reply.string("/id")))
        .bearer(&user.token)
        .expect(200);
    assert_eq!(read.json(), organisation);
}

fn slugs_are_derived_from_names(server: &TestServer) {
    let user = server.user("slugs");
    let long = "x".repeat(79);
    for (name, slug) in [
        ("Acme Demo", "acme-demo"),
        ("  Fast   Lane!! ", "fast-lane"),
        ("A", "a-org"),
        ("AB", "ab-org"),
        ("ABC", "abc"),
        ("R&D", "r-d"),
        ("日本", "org"),
        ("Café del Mar", "caf-del-mar"),
        ("Straße 9", "stra-e-9"),
        (&format!("{long} yz"), &long),
    ] {
        let reply = found(server, &user, &json!({ "name": name })).expect(201);
        assert_eq!(reply.string("/slug"), slug, "{name}");
    }
    // Derived, and taken already.
    for name in ["---", "   ", "acme demo"] {
        SLUG_TAKEN.check(&found(
            server,
            &user,
            &json!({ "name": name, "slug": null }),
        ));
    }
}

fn slugs_are_unique_and_names_are_not(server: &TestServer) {
    let (user, slug) = (server.user("unique"), unique("unique"));
    let body = json!({ "name": "Same", "slug": slug });
    let _ = found(server, &user, &body).expect(201);
    SLUG_TAKEN.check(&found(server, &server.user("other"), &body));
    let _ = found(
        server,
        &user,
        &json!({ "name": "Same", "slug": unique("unique") }),
    )
    .expect(201);
}

fn a_user_lists_only_the_own_organisations_by_name(server: &TestServer) {
    let (user, other) = (server.user("list"), server.user("list"));
    let stem = unique("list");
    for name in ["b", "c", "a"] {
        server.organisation(&user, &format!("{stem}-{name}"));
    }
    server.organisation(&other, &format!("{stem}-d"));
    let reply = server.get("/orgs").bearer(&user.token).expect(200);
    let pagination = "{limit,offset,total,count,next_cursor}";
    assert_eq!(
        shape(&reply),
        format!("{{items:[{ORGANISATION}],pagination:{pagination}}}")
    );
    let names: Vec<_> = reply
        .items()
        .iter()
        .map(|item| item["name"].clone())
        .collect();
    assert_eq!(names, ["a", "b", "c"].map(|name| format!("{stem}-{name}")));
}

fn a_change_touches_what_was_sent_and_null_is_nothing(server: &TestServer) {
    let world = World::new(server, "rename");
    let before = server
        .get(&world.path(""))
        .bearer(&world.owner.token)
        .expect(200)
        .json();
    let reply = rename(server, &world, &json!({ "name": "New", "slug": null })).expect(200);
    assert_eq!(shape(&reply), ORGANISATION);
    let after = reply.json();
    assert_eq!(
        (&after["name"], &after["slug"]),
        (&json!("New"), &before["slug"])
    );
    assert_eq!(after["created_at"], before["created_at"]);
    assert_ne!(after["updated_at"], before["updated_at"]);
    let slug = unique("renamed");
    let reply = rename(server, &world, &json!({ "slug": slug })).expect(200);
    assert_eq!(
        (reply.string("/name"), reply.string("/slug")),
        ("New".to_owned(), slug)
    );
}

fn a_change_without_a_change_is_recorded_but_is_no_update(server: &TestServer) {
    let world = World::new(server, "same");
    let before = rename(server, &world, &json!({ "name": "Name" }))
        .expect(200)
        .json();
    let events = world.audit_total(server);
    let after = rename(
        server,
        &world,
        &json!({ "name": "Name", "slug": world.slug }),
    )
    .expect(200);
    assert_eq!(after.json(), before);
    assert_eq!(world.audit_total(server), events + 1);
}

fn a_change_cannot_take_a_slug_and_must_say_something(server: &TestServer) {
    let (world, other) = (World::new(server, "take"), World::new(server, "taken"));
    SLUG_TAKEN.check(&rename(server, &world, &json!({ "slug": other.slug })));
    for body in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": null, "slug": null }),
    ] {
        let reply = rename(server, &world, &body);
        assert_eq!(
            violations(&reply),
            [("value_error".to_owned(), r#"["body"]"#.to_owned())]
        );
        let msg = "Value error, at least one organisation field must be provided";
        assert_eq!(reply.string("/errors/0/msg"), msg);
    }
}

fn an_organisation_cannot_be_deleted(server: &TestServer) {
    let world = World::new(server, "undeletable");
    WRONG_METHOD.of(server.delete(&world.path("")).bearer(&world.owner.token));
}

on_both!(
    the_founder_becomes_the_owner,
    slugs_are_derived_from_names,
    slugs_are_unique_and_names_are_not,
    a_user_lists_only_the_own_organisations_by_name,
    a_change_touches_what_was_sent_and_null_is_nothing,
    a_change_without_a_change_is_recorded_but_is_no_update,
    a_change_cannot_take_a_slug_and_must_say_something,
    an_organisation_cannot_be_deleted,
);
