//! Roles that are defined, deleted and given away at the same moment.

use crate::support::{on_both, rounds, shared, together};
use serde_json::{Value, json};
use test_server::{Call, Database, Reply, TestServer, World};

const ROUNDS: usize = 60;

fn role<'a>(server: &'a TestServer, world: &World, method: &str, name: &str) -> Call<'a> {
    let path = world.path(&format!("/roles/{name}"));
    server.call(method, &path).bearer(&world.owner.token)
}

fn define(server: &TestServer, world: &World, name: &str) -> Reply {
    let body = json!({ "permissions": [{ "permission": "read:projects" }] });
    role(server, world, "PUT", name).json(&body).send()
}

/// Whoever comes second is told so: the role is in use, or there is none.
fn a_role_is_never_deleted_while_somebody_gets_it(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "role-race");
    let (mut deleted, mut given) = (0, 0);
    for _ in 0..rounds(ROUNDS) {
        assert_eq!(define(server, &world, "brief").status, 201);
        let replies = together(3, |act| match act {
            0 => role(server, &world, "DELETE", "brief").send(),
            1 => world.set_role(server, &world.viewer, "brief"),
            _ => world.set_role(server, &world.member, "brief"),
        });
        let [deletion, gifts @ ..] = &replies[..] else {
            unreachable!("three acts have three answers");
        };
        let taken = gifts.iter().filter(|reply| reply.status == 200).count();
        if deletion.status == 204 {
            assert_eq!(taken, 0, "a deleted role was given away");
            assert!(gifts.iter().all(|reply| reply.status == 422));
            deleted += 1;
            continue;
        }
        assert_eq!(deletion.string("/code"), "ROLE_IN_USE");
        assert!(taken > 0, "nobody has the role that is in use");
        given += 1;
        for user in [&world.viewer, &world.member] {
            let _ = world.set_role(server, user, "viewer").expect(200);
        }
        let _ = role(server, &world, "DELETE", "brief").expect(204);
    }
    assert!(deleted > 0 && given > 0, "{deleted} deleted, {given} given");
}

fn there_are_never_more_than_fifty(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "fifty-race");
    for n in 0..45 {
        assert_eq!(define(server, &world, &format!("role-{n}")).status, 201);
    }
    let replies = together(12, |n| define(server, &world, &format!("late-{n}")));
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    let refused = replies
        .iter()
        .filter(|reply| reply.status == 409 && reply.string("/code") == "TOO_MANY_ROLES");
    assert_eq!((made, refused.count()), (5, 7));
    let list = server.get(&world.path("/roles")).bearer(&world.owner.token);
    let own = list.expect(200).items();
    let own = own.iter().filter(|role| role["built_in"] == false);
    assert_eq!(own.count(), 50);
}

/// Of changes that name the same version one counts, and the loser is told so.
fn a_version_is_replaced_once(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "version-race");
    let first = define(server, &world, "auditor");
    let tag = first.header("ETag").unwrap_or_default().to_owned();
    let permissions = ["read:usage", "read:jobs", "read:roles", "read:members"];
    let replies = together(permissions.len(), |n| {
        let body = json!({ "permissions": [{ "permission": permissions[n] }] });
        role(server, &world, "PUT", "auditor")
            .header("If-Match", &tag)
            .json(&body)
            .send()
    });
    let won: Vec<Value> = replies
        .iter()
        .filter(|reply| reply.status == 200)
        .map(|reply| reply.json())
        .collect();
    assert_eq!(won.len(), 1);
    assert!(
        replies
            .iter()
            .all(|reply| [200, 412].contains(&reply.status))
    );
    let now = role(server, &world, "GET", "auditor").expect(200);
    assert_eq!(now.json(), won[0]);
}

on_both!(
    a_role_is_never_deleted_while_somebody_gets_it,
    there_are_never_more_than_fifty,
    a_version_is_replaced_once,
);
