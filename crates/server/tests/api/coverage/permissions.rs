//! Which permission opens which operation: the reviewed table `permissions.txt`, tried with roles that grant one
//! permission each. With what the built-in roles grant, a table of the domain, that is every cell of every role.

use crate::support::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use test_server::{Reply, TestServer, User, World};

/// The operations inside an organisation with the permissions that each of them needs, all at once.
fn needs() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let lines = include_str!("../support/permissions.txt").lines();
    let line = |line: &'static str| {
        // The operation is two words.
        let path = line.find(' ').map_or(0, |blank| blank + 1);
        let end = line[path..]
            .find(' ')
            .map_or(line.len(), |blank| path + blank);
        let (operation, needs) = line.split_at(end);
        (operation, needs.split_whitespace().collect())
    };
    lines.map(line).collect()
}

/// Every permission that there is, by what an owner may do.
fn vocabulary(server: &TestServer, world: &World) -> Vec<String> {
    let owner = &world.owner;
    let path = world.path(&format!("/members/{}/permissions", owner.id));
    let all = server.get(&path).bearer(&owner.token).expect(200).json();
    let all = all["permissions"].as_array().cloned().unwrap_or_default();
    let name = |one: &Value| one["permission"].as_str().unwrap_or_default().to_owned();
    all.iter().map(name).collect()
}

/// Calls an operation so that nothing but the permission can be missing: whoever is touched, and the role that is
/// given, may do nothing.
fn send(server: &TestServer, user: &User, operation: &str, ids: &Ids) -> Reply {
    let (method, template) = operation.split_once(' ').unwrap_or_default();
    let call = server.call(method, &ids.fill(template)).bearer(&user.token);
    let Some(mut body) = body(operation, ids) else {
        return call.send();
    };
    match (
        method,
        template.ends_with("/members"),
        template.contains("/members/"),
    ) {
        ("POST", true, _) | ("PATCH", _, true) => body["role"] = json!(ids.role),
        _ if template.contains("/roles") => body["permissions"] = json!([]),
        _ => {}
    }
    call.json(&body).send()
}

fn every_operation_opens_with_its_permission_and_no_other(server: &TestServer) {
    let (world, needs, rows) = (World::new(server, "single"), needs(), matrix());
    let inside: BTreeSet<_> = rows
        .iter()
        .map(|row| row.operation.as_str())
        .filter(|operation| operation.contains("{organisation_id}"))
        .collect();
    assert_eq!(needs.keys().copied().collect::<BTreeSet<_>>(), inside);

    let user = server.user("single");
    for permission in vocabulary(server, &world) {
        let body = json!({ "permissions": permissions(&[&permission]) });
        let path = world.path("/roles/single");
        let put = server.call("PUT", &path).bearer(&world.owner.token);
        let defined = put.json(&body).send();
        if defined.status == 201 {
            let _ = world.add(server, &user, "single").expect(201);
        }
        let ids = Ids::new(server, &world, "subject");
        let path = world.path(&format!("/members/{}", ids.user));
        let humble = server.patch(&path).bearer(&world.owner.token);
        let _ = humble.json(&json!({ "role": ids.role })).expect(200);
        for (operation, needs) in &needs {
            let reply = send(server, &user, operation, &ids);
            if needs.iter().all(|need| *need == permission) {
                // A key whose scopes are beyond the caller's own is refused behind the door.
                let refused = [401, 403].contains(&reply.status);
                let inside = refused && reply.json()["code"] == "PRIVILEGE_ESCALATION";
                assert!(!refused || inside, "{operation} with {permission}: {reply}");
            } else {
                INSUFFICIENT.check(&reply);
            }
        }
        // What an operation has removed is not there for the next permission, but the member has to go.
        let gone = server.delete(&path).bearer(&world.owner.token).send();
        assert!([204, 404].contains(&gone.status), "{gone}");
    }
}

on_both!(every_operation_opens_with_its_permission_and_no_other);
