//! The filters of the list, held against what the whole list has.

use crate::support::*;
use serde_json::Value;
use test_server::{Reply, TestServer, World};

/// An organisation with events of several actors, actions and targets.
fn busy(server: &TestServer) -> World {
    let world = World::of_its_owner(server, "busy");
    let key = world.api_key(server, &world.owner, "busy");
    for (n, credential) in [&world.owner.token, &world.member.token, &key.raw]
        .iter()
        .enumerate()
    {
        let create = server.post(&world.path("/projects")).bearer(credential);
        let body = serde_json::json!({ "name": format!("project-{n}") });
        let id = create.json(&body).expect(201).string("/id");
        let path = world.path(&format!("/projects/{id}"));
        for name in ["a", "b"] {
            let body = serde_json::json!({ "name": name });
            let _ = server
                .patch(&path)
                .bearer(credential)
                .json(&body)
                .expect(200);
        }
    }
    world
}

fn page(server: &TestServer, world: &World, query: &str) -> Reply {
    let path = world.path(&format!("/audit-events?{query}"));
    server.get(&path).bearer(&world.admin.token).expect(200)
}

fn text(event: &Value, name: &str) -> String {
    event[name].as_str().unwrap_or_default().to_owned()
}

/// Demands that a filter gives these events, by offset and by cursor.
#[track_caller]
fn gives(server: &TestServer, world: &World, filter: &str, expected: &[Value]) {
    let reply = page(server, world, &format!("limit=100&{filter}"));
    assert_eq!(reply.items(), expected, "{filter}");
    assert_eq!(
        reply.json()["pagination"]["total"],
        expected.len(),
        "{filter}"
    );
    let (mut walked, mut cursor) = (Vec::new(), Some(String::new()));
    while let Some(position) = cursor {
        let reply = page(
            server,
            world,
            &format!("limit=2&cursor={position}&{filter}"),
        );
        walked.extend(reply.items());
        cursor = reply.json()["pagination"]["next_cursor"]
            .as_str()
            .map(str::to_owned);
    }
    assert_eq!(walked, expected, "{filter} by cursor");
}

fn each_filter_keeps_what_it_names_and_all_together_keep_what_all_name(server: &TestServer) {
    let world = busy(server);
    let all = page(server, &world, "limit=100").items();
    let having = |field: &str, value: &str| -> Vec<Value> {
        let has = |event: &&Value| text(event, field) == value;
        all.iter().filter(has).cloned().collect()
    };
    let mut seen = 0;
    for field in ["actor_user_id", "actor_api_key_id", "action", "target_id"] {
        let mut values: Vec<_> = all.iter().map(|event| text(event, field)).collect();
        values.sort();
        values.dedup();
        for value in values.iter().filter(|value| !value.is_empty()) {
            let expected = having(field, value);
            gives(server, &world, &format!("{field}={value}"), &expected);
            seen += expected.len();
        }
    }
    // Each event has one action and one target, and one actor that can be asked for unless that is an operator.
    let operated = having("actor_type", "operator").len();
    assert_eq!(seen, 3 * all.len() - operated);
    for field in ["actor_user_id", "actor_api_key_id", "target_id"] {
        gives(server, &world, &format!("{field}={}", random_id()), &[]);
    }
    let wanted = &all[1];
    let filter = format!(
        "target_id={}&action={}",
        text(wanted, "target_id"),
        text(wanted, "action")
    );
    let same = |event: &&Value| {
        ["target_id", "action"]
            .iter()
            .all(|one| event[one] == wanted[one])
    };
    let expected: Vec<_> = all.iter().filter(same).cloned().collect();
    assert!(expected.len() > 1, "both renamings");
    gives(server, &world, &filter, &expected);
    gives(
        server,
        &world,
        &format!("{filter}&actor_user_id={}", world.viewer.id),
        &[],
    );
}

fn from_is_inclusive_and_to_is_not(server: &TestServer) {
    let world = busy(server);
    let all = page(server, &world, "limit=100").items();
    let instant = |at: usize| text(&all[at], "created_at");
    let (newer, older) = (2, all.len() - 2);
    // The list is newest first, and no two of these events share an instant.
    gives(
        server,
        &world,
        &format!("from={}", instant(newer)),
        &all[..=newer],
    );
    gives(
        server,
        &world,
        &format!("to={}", instant(newer)),
        &all[newer + 1..],
    );
    let between = format!("from={}&to={}", instant(older), instant(newer));
    gives(server, &world, &between, &all[newer + 1..=older]);
    gives(
        server,
        &world,
        &format!("from={0}&to={0}", instant(newer)),
        &[],
    );
    let backwards = format!("from={}&to={}", instant(newer), instant(older));
    gives(server, &world, &backwards, &[]);
    // Another offset, and the ends of the calendar.
    let shifted = instant(newer).replace('Z', "%2B00:00");
    gives(server, &world, &format!("from={shifted}"), &all[..=newer]);
    let whole = "from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999Z";
    gives(server, &world, whole, &all);
}

fn a_cursor_belongs_to_its_filters(server: &TestServer) {
    let world = busy(server);
    let filters = [
        String::new(),
        "action=project.updated".to_owned(),
        "action=project.created".to_owned(),
        format!("actor_user_id={}", world.owner.id),
        format!("target_id={}", world.owner.id),
        format!("actor_api_key_id={}", world.owner.id),
        "from=2001-01-01T00:00:00Z".to_owned(),
        "to=2999-01-01T00:00:00Z".to_owned(),
        "from=2001-01-01T00:00:00Z&to=2999-01-01T00:00:00Z".to_owned(),
    ];
    let mut refused = 0;
    for filter in &filters {
        let first = page(server, &world, &format!("limit=1&cursor=&{filter}"));
        let Some(cursor) = first.json()["pagination"]["next_cursor"]
            .as_str()
            .map(str::to_owned)
        else {
            continue;
        };
        for other in &filters {
            let path = world.path(&format!("/audit-events?limit=1&cursor={cursor}&{other}"));
            let reply = server.get(&path).bearer(&world.admin.token).send();
            if other == filter {
                assert_eq!(reply.status, 200, "{reply}");
            } else {
                assert_eq!(
                    violations(&reply)[0].0,
                    "invalid_cursor",
                    "{filter} / {other}"
                );
                refused += 1;
            }
        }
    }
    assert!(refused > 30, "{refused}");
}

on_both!(
    each_filter_keeps_what_it_names_and_all_together_keep_what_all_name,
    from_is_inclusive_and_to_is_not,
    a_cursor_belongs_to_its_filters,
);
