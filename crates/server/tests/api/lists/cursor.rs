//! Walks by cursor.

use super::{names, page, with_projects};
use crate::support::{INVALID, on_both, violations};
use serde_json::Value;
use test_server::{Reply, TestServer, World, unique};

fn next(reply: &Reply) -> Option<String> {
    reply.json()["pagination"]["next_cursor"]
        .as_str()
        .map(str::to_owned)
}

/// All items of a list, page by page.
fn walk(server: &TestServer, path: &str, token: &str) -> Vec<Value> {
    let separator = if path.contains('?') { '&' } else { '?' };
    let (mut all, mut cursor) = (Vec::new(), String::new());
    for _ in 0..20 {
        let path = format!("{path}{separator}limit=2&cursor={cursor}");
        let reply = server.get(&path).bearer(token).expect(200);
        let pagination = &reply.json()["pagination"];
        assert_eq!(
            (&pagination["total"], &pagination["offset"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(pagination["count"], reply.items().len());
        all.extend(reply.items());
        match next(&reply) {
            Some(next) => cursor = next,
            None => return all,
        }
    }
    panic!("the walk does not end");
}

fn a_walk_is_the_list_in_every_order(server: &TestServer) {
    let world = with_projects(server, &["b", "same", "a", "same", "Z", "ä", "same"]);
    for order in [
        "sort_by=created_at&sort_direction=desc",
        "sort_by=created_at&sort_direction=asc",
        "sort_by=name&sort_direction=asc",
        "sort_by=name&sort_direction=desc",
        "sort_by=status&sort_direction=asc",
        "sort_by=status&sort_direction=desc",
        "status=active",
        "name=a",
    ] {
        let whole = page(server, &world, order).items();
        let path = world.path(&format!("/projects?{order}"));
        assert_eq!(walk(server, &path, &world.member.token), whole, "{order}");
    }
}

fn every_list_can_be_walked(server: &TestServer) {
    let world = with_projects(server, &["a", "b", "c"]);
    for _ in 0..4 {
        world.api_key(server, &world.owner, "key");
        server.organisation(&world.owner, &unique("walk"));
    }
    for path in [
        "/orgs".to_owned(),
        world.path("/members"),
        world.path("/api-keys"),
        world.path("/audit-events"),
    ] {
        let whole = server
            .get(&path)
            .bearer(&world.owner.token)
            .expect(200)
            .items();
        assert!(whole.len() > 3, "{path}");
        assert_eq!(walk(server, &path, &world.owner.token), whole, "{path}");
    }
}

fn a_walk_neither_repeats_nor_skips_while_rows_come_and_go(server: &TestServer) {
    let world = with_projects(server, &["1", "2", "3", "4", "5"]);
    let first = page(server, &world, "limit=2&cursor=");
    assert_eq!(names(&first), ["5", "4"]);
    // A new first row and a row less behind us would shift offsets.
    world.project(server, "6");
    let gone = first.items()[1]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let path = world.path(&format!("/projects/{gone}"));
    let _ = server.delete(&path).bearer(&world.owner.token).expect(204);
    let cursor = next(&first).expect("three rows are left");
    assert_eq!(
        names(&page(server, &world, &format!("limit=9&cursor={cursor}"))),
        ["3", "2", "1"]
    );
}

fn an_offset_page_leads_on_by_cursor(server: &TestServer) {
    let world = with_projects(server, &["1", "2", "3"]);
    let cursor = next(&page(server, &world, "limit=2")).expect("one row is left");
    assert_eq!(
        names(&page(server, &world, &format!("limit=2&cursor={cursor}"))),
        ["1"]
    );
}

#[track_caller]
fn refused(server: &TestServer, path: &str, token: &str) {
    let reply = server.get(path).bearer(token).send();
    let expected = (
        "invalid_cursor".to_owned(),
        r#"["query","cursor"]"#.to_owned(),
    );
    assert_eq!(violations(&reply), [expected], "{path}");
}

fn a_cursor_that_was_changed_is_refused(server: &TestServer) {
    let world = with_projects(server, &["1", "2", "3"]);
    let cursor = next(&page(server, &world, "limit=1")).expect("two rows are left");
    let token = &world.owner.token;
    let mut bent: Vec<String> = (0..cursor.len())
        .map(|at| {
            let mut bent = cursor.clone();
            let other = if &cursor[at..=at] == "A" { "B" } else { "A" };
            bent.replace_range(at..=at, other);
            bent
        })
        .collect();
    bent.extend([
        cursor[1..].to_owned(),
        format!("{cursor}A"),
        format!("{cursor}%3D"),
        "eyJpZCI6MX0".to_owned(),
    ]);
    for bent in bent {
        refused(
            server,
            &world.path(&format!("/projects?cursor={bent}")),
            token,
        );
    }
}

fn a_cursor_of_another_list_order_or_organisation_is_refused(server: &TestServer) {
    let (world, other) = (
        with_projects(server, &["1", "2", "3"]),
        with_projects(server, &["1", "2"]),
    );
    let both = &world.owner;
    let _ = other.add(server, both, "admin").expect(201);
    let cursor = next(&page(server, &world, "limit=1")).expect("two rows are left");
    for path in [
        world.path(&format!("/projects?sort_by=name&cursor={cursor}")),
        world.path(&format!("/projects?sort_direction=asc&cursor={cursor}")),
        world.path(&format!("/projects?status=active&cursor={cursor}")),
        world.path(&format!("/projects?name=1&cursor={cursor}")),
        world.path(&format!("/members?cursor={cursor}")),
        world.path(&format!("/audit-events?cursor={cursor}")),
        other.path(&format!("/projects?cursor={cursor}")),
        format!("/orgs?cursor={cursor}"),
    ] {
        refused(server, &path, &both.token);
    }
    // The size of the page may change on the way, and who walks.
    assert_eq!(
        names(&page(server, &world, &format!("limit=5&cursor={cursor}"))),
        ["2", "1"]
    );
    INVALID.of(server
        .get(&world.path(&format!("/projects?offset=0&cursor={cursor}")))
        .bearer(&both.token));
}

fn a_cursor_of_another_user_does_not_open_the_list_of_organisations(server: &TestServer) {
    let worlds = [(); 2].map(|()| {
        let world = World::new(server, "orgs-cursor");
        server.organisation(&world.owner, &unique("second"));
        world
    });
    let list = server
        .get("/orgs?limit=1")
        .bearer(&worlds[0].owner.token)
        .expect(200);
    let cursor = next(&list).expect("one row is left");
    refused(
        server,
        &format!("/orgs?cursor={cursor}"),
        &worlds[1].owner.token,
    );
}

on_both!(
    a_walk_is_the_list_in_every_order,
    every_list_can_be_walked,
    a_walk_neither_repeats_nor_skips_while_rows_come_and_go,
    an_offset_page_leads_on_by_cursor,
    a_cursor_that_was_changed_is_refused,
    a_cursor_of_another_list_order_or_organisation_is_refused,
    a_cursor_of_another_user_does_not_open_the_list_of_organisations,
);
