//! Roles that reach only what belongs to their holder.

use super::*;
use serde_json::json;

/// Gives the member a role of the organisation's own: these permissions, those in the second list for one's own only.
fn give(server: &TestServer, world: &World, always: &[&str], own: &[&str]) {
    let always = always.iter().map(|one| json!({ "permission": one }));
    let own = own
        .iter()
        .map(|one| json!({ "permission": one, "conditions": { "owner": true } }));
    let permissions: Vec<_> = always.chain(own).collect();
    let _ = server
        .post(&world.path("/roles"))
        .bearer(&world.owner.token)
        .json(&json!({ "name": "clerk", "permissions": permissions }))
        .expect(201);
    let _ = world.set_role(server, &world.member, "clerk").expect(200);
}

/// A resource and a project, of the owner and of the member.
struct Things {
    others: [Value; 2],
    own: [Value; 2],
}

impl Things {
    fn new(server: &TestServer, world: &World) -> Self {
        let make = |token: &str| {
            let post = |what: &str, body: Value| {
                let call = server.post(&world.path(what)).bearer(token);
                call.json(&body).expect(201).json()
            };
            [
                post("/resources", json!({ "name": "x", "data": {} })),
                post("/projects", json!({ "name": "x" })),
            ]
        };
        Self {
            others: make(&world.owner.token),
            own: make(&world.member.token),
        }
    }
}

/// Everything that the member can try with a resource and a project, other than reading.
fn attempts<'a>(server: &'a TestServer, world: &World, things: &[Value; 2]) -> Vec<Call<'a>> {
    let [resource, project] = things;
    let resource = world.path(&format!("/resources{}", one(resource)));
    let project = world.path(&format!("/projects{}", one(project)));
    let member = |method: &str, path: &str| server.call(method, path).bearer(&world.member.token);
    vec![
        member("PUT", &resource).json(&json!({ "name": "y", "data": {} })),
        member("PATCH", &resource).json(&json!({ "name": "z" })),
        member("PATCH", &project).json(&json!({ "name": "z" })),
        member("POST", &format!("{resource}/restore")),
        member("POST", &format!("{project}/restore")),
        member("DELETE", &resource),
        member("DELETE", &project),
        member("POST", &format!("{resource}/restore")),
        member("POST", &format!("{project}/restore")),
    ]
}

fn what_may_be_seen_but_is_not_ones_own_is_refused(server: &TestServer) {
    let world = World::new(server, "refused");
    let things = Things::new(server, &world);
    let own = ["update:*", "delete:*"];
    give(server, &world, &["read:resources", "read:projects"], &own);

    for call in attempts(server, &world, &things.others) {
        INSUFFICIENT.of(call);
    }
    for call in attempts(server, &world, &things.own) {
        let reply = call.send();
        assert!([200, 204].contains(&reply.status), "{reply}");
    }
    let list = server.get(&world.path("/resources"));
    let list = list.bearer(&world.member.token).expect(200);
    assert_eq!(list.items().len(), 2);
    assert_eq!(
        get(server, &world, &things.others[0]).json(),
        things.others[0]
    );
}

fn what_may_not_be_seen_is_not_there(server: &TestServer) {
    let world = World::new(server, "hidden");
    let things = Things::new(server, &world);
    let all = ["read:*", "update:*", "delete:*"];
    give(server, &world, &["create:resources"], &all);
    let member = &world.member.token;

    let [resource, project] = &things.others;
    for (what, thing, refusal) in [
        ("resources", resource, NO_RESOURCE),
        ("projects", project, NO_PROJECT),
    ] {
        let path = world.path(&format!("/{what}{}", one(thing)));
        refusal.of(server.get(&path).bearer(member));
        let own = server.get(&world.path(&format!("/{what}"))).bearer(member);
        let own = own.expect(200);
        assert_eq!(own.items().len(), 1);
        assert_eq!(own.json()["pagination"]["total"], 1);
    }
    for call in attempts(server, &world, &things.others) {
        let reply = call.send();
        assert_eq!(reply.status, 404, "{reply}");
    }
    for call in attempts(server, &world, &things.own) {
        let reply = call.send();
        assert!([200, 204].contains(&reply.status), "{reply}");
    }
}

fn a_list_cut_to_ones_own_stays_so_whatever_the_filter(server: &TestServer) {
    let world = World::new(server, "cut");
    let things = Things::new(server, &world);
    give(server, &world, &[], &["read:resources"]);
    let ids = |query: &str| {
        let path = world.path(&format!("/resources?{query}"));
        let reply = server.get(&path).bearer(&world.member.token).expect(200);
        let ids: Vec<_> = reply
            .items()
            .iter()
            .map(|item| item["id"].clone())
            .collect();
        (ids, reply.json()["pagination"]["total"].clone())
    };
    let own = vec![things.own[0]["id"].clone()];
    let (member, owner) = (&world.member.id, &world.owner.id);
    assert_eq!(ids(""), (own.clone(), json!(1)));
    assert_eq!(
        ids(&format!("owner_user_id={member}")),
        (own.clone(), json!(1))
    );
    assert_eq!(ids(&format!("owner_user_id={owner}")), (vec![], json!(0)));
    assert_eq!(ids("cursor="), (own, Value::Null));
    assert_eq!(
        ids(&format!("owner_user_id={owner}&cursor=")),
        (vec![], Value::Null)
    );
}

on_both!(
    what_may_be_seen_but_is_not_ones_own_is_refused,
    what_may_not_be_seen_is_not_there,
    a_list_cut_to_ones_own_stays_so_whatever_the_filter,
);
