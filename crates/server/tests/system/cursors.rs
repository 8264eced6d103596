//! Cursors that were changed, or belong to another list.

use crate::support::{on_both, shared};
use test_server::{Database, TestServer, User, World};

/// The alphabet of base64url.
const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The cursor behind the first item of a list.
fn cursor(server: &TestServer, user: &User, path: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    let page = server
        .get(&format!("{path}{separator}limit=1&cursor="))
        .bearer(&user.token);
    page.expect(200).string("/pagination/next_cursor")
}

fn follow(server: &TestServer, user: &User, path: &str, cursor: &str, status: u16) {
    let separator = if path.contains('?') { '&' } else { '?' };
    let call = server.get(&format!("{path}{separator}cursor={cursor}"));
    let reply = call.bearer(&user.token).expect(status);
    if status == 422 {
        assert_eq!(reply.string("/errors/0/type"), "invalid_cursor");
        assert!(
            !reply.text().contains(cursor) || cursor.len() < 3,
            "{reply}"
        );
    }
}

fn with_projects(server: &TestServer, stem: &str) -> World {
    let world = World::new(server, stem);
    for name in ["one", "two", "three"] {
        world.project(server, name);
        world.api_key(server, &world.owner, name);
    }
    world
}

fn a_changed_cursor_is_refused(database: &Database) {
    let server = shared(database);
    let world = with_projects(server, "changed");
    let (owner, path) = (&world.owner, world.path("/projects"));
    let good = cursor(server, owner, &path);
    follow(server, owner, &path, &good, 200);
    for at in 0..good.len() {
        let digit = DIGITS
            .iter()
            .position(|digit| *digit == good.as_bytes()[at]);
        let digit = digit.expect("base64url without padding");
        // The lowest bit of the last digit may be one that the bytes do not use: the spelling is not canonical then.
        for other in [digit ^ 1, digit ^ 32] {
            let mut changed = good.clone().into_bytes();
            changed[at] = DIGITS[other];
            follow(
                server,
                owner,
                &path,
                &String::from_utf8_lossy(&changed),
                422,
            );
        }
        follow(server, owner, &path, &good[..at.max(1)], 422);
    }
    for tail in ["!", "=", "==", "A", "AAAA", "%0A", "%20", "%00", "."] {
        follow(server, owner, &path, &format!("{good}{tail}"), 422);
    }
    for wrong in [
        good.replace(['-', '_'], "+") + "+",
        format!("%20{good}"),
        "null".to_owned(),
        "A".repeat(4000),
    ] {
        follow(server, owner, &path, &wrong, 422);
    }
}

fn a_cursor_of_another_list_is_refused(database: &Database) {
    let server = shared(database);
    let (ours, theirs) = (
        with_projects(server, "ours"),
        with_projects(server, "theirs"),
    );
    let owner = &ours.owner;
    let lists = [
        ours.path("/projects"),
        ours.path("/projects?status=active"),
        ours.path("/projects?name=o"),
        ours.path("/projects?sort_by=name"),
        ours.path("/projects?sort_by=name&sort_direction=asc"),
        ours.path("/api-keys"),
        ours.path("/members"),
        ours.path("/audit-events"),
    ];
    for of in &lists {
        let cursor = cursor(server, owner, of);
        for path in &lists {
            follow(
                server,
                owner,
                path,
                &cursor,
                if of == path { 200 } else { 422 },
            );
        }
        follow(server, owner, "/orgs", &cursor, 422);
        follow(
            server,
            &theirs.owner,
            &of.replace(&ours.id, &theirs.id),
            &cursor,
            422,
        );
    }
}

on_both!(
    a_changed_cursor_is_refused,
    a_cursor_of_another_list_is_refused
);
