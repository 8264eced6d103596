//! Filters, pages and cursors.

use super::*;
use serde_json::json;

fn page(server: &TestServer, world: &World, query: &str) -> Reply {
    let path = world.path(&format!("/resources?{query}"));
    server.get(&path).bearer(&world.viewer.token).expect(200)
}

fn names(reply: &Reply) -> Vec<String> {
    let name = |item: &Value| item["name"].as_str().unwrap_or_default().to_owned();
    reply.items().iter().map(name).collect()
}

/// An organisation with resources of these names, oldest first: the owner's and the member's in turns.
fn with(server: &TestServer, all: &[&str], project: Option<&Value>) -> World {
    let world = World::new(server, "resources");
    add(server, &world, all, project);
    world
}

fn add(server: &TestServer, world: &World, all: &[&str], project: Option<&Value>) {
    let owners = [&world.owner, &world.member].into_iter().cycle();
    for (name, owner) in all.iter().zip(owners) {
        let body = json!({ "name": name, "data": {}, "project_id": project });
        let call = server.post(&world.path("/resources")).bearer(&owner.token);
        let _ = call.json(&body).expect(201);
    }
}

fn the_newest_come_first_and_filters_add_up(server: &TestServer) {
    let world = with(server, &["100% a", "Launch b", "relaunch c", "a_d"], None);
    let project = world.project(server, "Project")["id"].clone();
    add(server, &world, &["Launch e", "LAUNCH f"], Some(&project));
    let (owner, member) = (&world.owner.id, &world.member.id);
    let id = project.as_str().unwrap_or_default();
    for (query, expected) in [
        (
            String::new(),
            vec![
                "LAUNCH f",
                "Launch e",
                "a_d",
                "relaunch c",
                "Launch b",
                "100% a",
            ],
        ),
        ("name=%25".to_owned(), vec!["100% a"]),
        ("name=_".to_owned(), vec!["a_d"]),
        (
            "name=launch".to_owned(),
            vec!["LAUNCH f", "Launch e", "relaunch c", "Launch b"],
        ),
        (
            format!("owner_user_id={member}"),
            vec!["LAUNCH f", "a_d", "Launch b"],
        ),
        (format!("project_id={id}"), vec!["LAUNCH f", "Launch e"]),
        (
            format!("project_id={}", id.to_uppercase()),
            vec!["LAUNCH f", "Launch e"],
        ),
        (
            format!("project_id={id}&owner_user_id={owner}&name=lau"),
            vec!["Launch e"],
        ),
        (format!("project_id={}", random_id()), vec![]),
        (format!("owner_user_id={}", world.outsider.id), vec![]),
    ] {
        let reply = page(server, &world, &query);
        assert_eq!(names(&reply), expected, "{query}");
        assert_eq!(reply.json()["pagination"]["total"], expected.len());
    }
    for (query, kind, field) in [
        ("owner_user_id=me", "uuid_parsing", "owner_user_id"),
        ("project_id=", "uuid_parsing", "project_id"),
        ("name=", "string_too_short", "name"),
    ] {
        let path = world.path(&format!("/resources?{query}"));
        let reply = server.get(&path).bearer(&world.viewer.token).send();
        let expected = (kind.to_owned(), format!(r#"["query","{field}"]"#));
        assert_eq!(violations(&reply), [expected]);
    }
}

fn pages_by_offset_and_by_cursor_walk_the_same_list(server: &TestServer) {
    let world = with(server, &["a", "b", "c", "d", "e"], None);
    let all = ["e", "d", "c", "b", "a"];
    let second = page(server, &world, "limit=2&offset=2");
    assert_eq!(names(&second), all[2..4]);
    let pagination = &second.json()["pagination"];
    let expected = json!({
        "limit": 2, "offset": 2, "total": 5, "count": 2, "next_cursor": pagination["next_cursor"],
    });
    assert_eq!(*pagination, expected);

    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let reply = page(server, &world, &format!("limit=2&cursor={cursor}"));
        walked.extend(names(&reply));
        let pagination = &reply.json()["pagination"];
        assert_eq!(pagination["total"], Value::Null);
        match pagination["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
        // What comes and goes meanwhile disturbs nothing.
        add(server, &world, &["new"], None);
    }
    assert_eq!(walked, all);
}

fn a_cursor_belongs_to_one_filter(server: &TestServer) {
    let world = with(server, &["a", "ab", "ac", "ad"], None);
    let filter = format!("limit=1&name=a&owner_user_id={}", world.owner.id);
    let cursor = page(server, &world, &filter).string("/pagination/next_cursor");
    let with_filter = page(server, &world, &format!("{filter}&cursor={cursor}"));
    assert_eq!(names(&with_filter), ["a"]);
    for other in [
        String::new(),
        "&name=a".to_owned(),
        format!("&name=a&owner_user_id={}", world.member.id),
        format!("&name=a&project_id={}", world.owner.id),
        format!("&owner_user_id={}&name=ab", world.owner.id),
    ] {
        let path = world.path(&format!("/resources?limit=1&cursor={cursor}{other}"));
        let reply = server.get(&path).bearer(&world.viewer.token).send();
        assert_eq!(violations(&reply)[0].0, "invalid_cursor", "{other}");
    }
}

on_both!(
    the_newest_come_first_and_filters_add_up,
    pages_by_offset_and_by_cursor_walk_the_same_list,
    a_cursor_belongs_to_one_filter,
);
