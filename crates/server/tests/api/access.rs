//! `/orgs/{organisation_id}/access/check` and `/orgs/{organisation_id}/members/{user_id}/permissions`.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, Reply, TestServer, User, World};

fn check<'a>(server: &'a TestServer, world: &World, credential: &str, body: &Value) -> Call<'a> {
    let path = world.path("/access/check");
    server.post(&path).bearer(credential).json(body)
}

fn question(permission: &str, project: Option<&str>) -> Value {
    let resource = project.map(|id| json!({ "kind": "projects", "id": id }));
    json!({ "permission": permission, "resource": resource })
}

/// The answers: allowed or not, why, and by which grant.
fn answers(reply: &Reply) -> Vec<Value> {
    let body = reply.json();
    let results = body["results"].as_array().cloned().unwrap_or_default();
    let each = results.iter();
    each.map(|one| json!([one["allowed"], one["reason"], one["grant"]["permission"]]))
        .collect()
}

fn define(server: &TestServer, world: &World, name: &str, grants: &[&str]) {
    let body = json!({ "permissions": permissions(grants) });
    let path = world.path(&format!("/roles/{name}"));
    let call = server.call("PUT", &path).bearer(&world.owner.token);
    let status = call.json(&body).send().status;
    assert!([200, 201].contains(&status));
}

fn every_answer_says_why(server: &TestServer) {
    let world = World::new(server, "check");
    define(
        server,
        &world,
        "author",
        &["create:projects", "read:*", "*:projects[owner]"],
    );
    let user = server.user("author");
    let _ = world.add(server, &user, "author").expect(201);
    let create = server.post(&world.path("/projects")).bearer(&user.token);
    let mine = create
        .json(&json!({ "name": "Mine" }))
        .expect(201)
        .string("/id");
    let theirs = world.project(server, "Theirs")["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let elsewhere = World::new(server, "elsewhere");
    let foreign = elsewhere.project(server, "Foreign")["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();

    let checks = [
        question("read:members", None),
        question("update:projects", Some(&mine)),
        question("update:projects", Some(&theirs)),
        question("update:projects", Some(&foreign)),
        question("update:projects", Some(&random_id())),
        question("update:projects", None),
        question("read:projects", Some(&theirs)),
        question("delete:roles", None),
    ];
    let body = json!({ "checks": checks });
    let reply = check(server, &world, &user.token, &body).expect(200);
    let shape_of_answer = "{permission,resource,allowed,reason,grant:{permission,conditions}}";
    assert_eq!(shape(&reply), format!("{{results:[{shape_of_answer}]}}"));
    let own = "*:projects";
    let expected = [
        json!([true, "granted", "read:*"]),
        json!([true, "granted", own]),
        json!([false, "not_owner", own]),
        json!([false, "not_owner", own]),
        json!([false, "not_owner", own]),
        json!([false, "not_owner", own]),
        json!([true, "granted", "read:*"]),
        json!([false, "not_granted", null]),
    ];
    assert_eq!(answers(&reply), expected);
    let second = &reply.json()["results"][1];
    assert_eq!(
        second["resource"],
        json!({ "kind": "projects", "id": mine })
    );
    assert_eq!(second["grant"]["conditions"], json!({ "owner": true }));

    // The same about this user, asked by somebody who may see members; about the owner the project is another's.
    let about = |id: &str| json!({ "user_id": id, "checks": checks });
    let asked = check(server, &world, &world.admin.token, &about(&user.id)).expect(200);
    assert_eq!(answers(&asked), expected);
    let asked = check(server, &world, &world.admin.token, &about(&world.owner.id)).expect(200);
    assert!(
        answers(&asked)
            .iter()
            .all(|one| *one == json!([true, "granted", "*:*"]))
    );
}

fn everyone_may_ask_about_themselves_and_few_about_others(server: &TestServer) {
    let world = World::new(server, "themselves");
    define(server, &world, "nothing", &[]);
    let user = server.user("nothing");
    let _ = world.add(server, &user, "nothing").expect(201);
    let checks = json!([question("read:organisation", None)]);
    let own = json!({ "checks": checks });
    let by_id = |id: &str| json!({ "user_id": id, "checks": checks });
    for body in [&own, &by_id(&user.id)] {
        let reply = check(server, &world, &user.token, body).expect(200);
        assert_eq!(answers(&reply), [json!([false, "not_granted", null])]);
    }
    INSUFFICIENT.of(check(server, &world, &user.token, &by_id(&world.owner.id)));
    INSUFFICIENT.of(check(server, &world, &world.viewer.token, &by_id(&user.id)));
    DENIED.of(check(server, &world, &world.outsider.token, &own));
    let unknown = by_id(&world.outsider.id);
    NO_MEMBERSHIP.of(check(server, &world, &world.admin.token, &unknown));

    let permissions = |asking: &User, about: &User| {
        let path = world.path(&format!("/members/{}/permissions", about.id));
        server.get(&path).bearer(&asking.token)
    };
    let _ = permissions(&user, &user).expect(200);
    INSUFFICIENT.of(permissions(&user, &world.owner));
    NO_MEMBERSHIP.of(permissions(&world.admin, &world.outsider));
    DENIED.of(permissions(&world.outsider, &world.outsider));
}

fn a_key_may_ask_what_it_may_do(server: &TestServer) {
    let world = World::new(server, "key");
    let key = world.api_key(server, &world.admin, "key").raw;
    let checks = json!({ "checks": [
        question("update:projects", None),
        question("read:members", None),
    ] });
    let ask = || check(server, &world, &key, &checks).expect(200);
    let granted = json!([true, "granted", "update:projects"]);
    let denied = json!([false, "not_granted", null]);
    assert_eq!(answers(&ask()), [granted, denied.clone()]);
    let _ = world.set_role(server, &world.admin, "viewer").expect(200);
    assert_eq!(answers(&ask()), [denied.clone(), denied]);
    let other = json!({ "user_id": world.admin.id, "checks": checks["checks"] });
    INSUFFICIENT.of(check(server, &world, &key, &other));
}

fn a_batch_has_one_to_a_hundred_questions(server: &TestServer) {
    let world = World::new(server, "batch");
    let batch = |count: usize| {
        let checks = vec![question("read:projects", Some(&random_id())); count];
        check(
            server,
            &world,
            &world.viewer.token,
            &json!({ "checks": checks }),
        )
    };
    for (count, kind) in [(0, "too_short"), (101, "too_long")] {
        let expected = [(kind.to_owned(), r#"["body","checks"]"#.to_owned())];
        assert_eq!(violations(&batch(count).send()), expected);
    }
    assert_eq!(answers(&batch(1).expect(200)).len(), 1);
    assert_eq!(answers(&batch(100).expect(200)).len(), 100);
}

fn a_question_that_makes_no_sense_is_refused_where_it_stands(server: &TestServer) {
    let world = World::new(server, "sense");
    let named = |permission: &str, kind: &str| json!({ "permission": permission, "resource": { "kind": kind, "id": random_id() } });
    for (question, kind, loc) in [
        (question("read:*", None), "value_error", r#","permission""#),
        (question("x", None), "value_error", r#","permission""#),
        (json!({}), "missing", r#","permission""#),
        (
            named("read:projects", "resources"),
            "value_error",
            r#","resource""#,
        ),
        (
            named("create:projects", "projects"),
            "value_error",
            r#","resource""#,
        ),
        (
            named("read:members", "members"),
            "enum",
            r#","resource","kind""#,
        ),
        (
            json!({ "permission": "read:projects", "resource": { "kind": "projects" } }),
            "missing",
            r#","resource","id""#,
        ),
    ] {
        let body = json!({ "checks": [question] });
        let reply = check(server, &world, &world.viewer.token, &body).send();
        let loc = format!(r#"["body","checks",0{loc}]"#);
        assert_eq!(violations(&reply), [(kind.to_owned(), loc)]);
    }
}

fn a_members_permissions_are_those_of_the_role(server: &TestServer) {
    let world = World::new(server, "effective");
    let read = |user: &User| {
        let path = world.path(&format!("/members/{}/permissions", user.id));
        server.get(&path).bearer(&world.admin.token).expect(200)
    };
    let reply = read(&world.viewer);
    let form = "{user_id,role,is_active,permissions:[{permission,conditions}]}";
    assert_eq!(shape(&reply), form);
    let viewer = ["read:organisation", "read:projects", "read:resources"];
    assert_eq!(reply.json()["permissions"], permissions(&viewer));
    assert_eq!(reply.string("/role"), "viewer");
    define(
        server,
        &world,
        "viewer",
        &["read:projects", "update:*[owner]"],
    );
    let own = [
        "read:projects",
        "update:projects[owner]",
        "update:resources[owner]",
    ];
    assert_eq!(read(&world.viewer).json()["permissions"], permissions(&own));
    let all = read(&world.owner).json()["permissions"]
        .as_array()
        .map(Vec::len);
    assert_eq!(all, Some(29));
}

on_both!(
    every_answer_says_why,
    everyone_may_ask_about_themselves_and_few_about_others,
    a_key_may_ask_what_it_may_do,
    a_batch_has_one_to_a_hundred_questions,
    a_question_that_makes_no_sense_is_refused_where_it_stands,
    a_members_permissions_are_those_of_the_role,
);
