use super::*;
use test_server::unique;

fn tag(reply: &Reply) -> &str {
    reply.header("ETag").unwrap_or_default()
}

fn a_role_is_defined_read_replaced_and_deleted(server: &TestServer) {
    let world = World::new(server, "roles");
    let body = json!({
        "name": "auditor",
        "description": "Looks, touches nothing",
        "permissions": permissions(&["read:*", "update:projects[owner]"]),
    });
    let made = call(server, &world, &world.owner, "POST", "")
        .json(&body)
        .expect(201);
    assert_eq!(shape(&made), ROLE);
    let role = made.json();
    assert_timestamp(&role["created_at"]);
    assert_timestamp(&role["updated_at"]);
    let said = json!([
        role["name"],
        role["built_in"],
        role["immutable"],
        role["description"]
    ]);
    assert_eq!(
        said,
        json!(["auditor", false, false, "Looks, touches nothing"])
    );
    assert_eq!(role["permissions"], body["permissions"]);
    let path = world.path("/roles/auditor");
    assert_eq!(made.header("Location"), Some(path.as_str()));

    let one = |method: &str| call(server, &world, &world.owner, method, "/auditor");
    let read = one("GET").expect(200);
    assert_eq!((read.json(), tag(&read)), (role.clone(), tag(&made)));
    let narrowed = replace(server, &world, "auditor", &["read:projects"]);
    let narrowed = narrowed.header("If-Match", tag(&made)).expect(200);
    assert_ne!(tag(&narrowed), tag(&made));
    let now = narrowed.json();
    assert_eq!(
        (&now["description"], &now["created_at"]),
        (&json!(null), &role["created_at"])
    );
    assert_eq!(now["permissions"], permissions(&["read:projects"]));
    let same = replace(server, &world, "auditor", &["read:projects"]).expect(200);
    assert_eq!((tag(&same), same.json()), (tag(&narrowed), now));
    CHANGED.of(replace(server, &world, "auditor", &[]).header("If-Match", tag(&made)));
    CHANGED.of(one("DELETE").header("If-Match", tag(&made)));

    let gone = one("DELETE").header("If-Match", tag(&narrowed)).expect(204);
    assert!(gone.body.is_empty());
    NO_ROLE.of(one("GET"));
    NO_ROLE.of(one("DELETE"));
    let events = world.audit(server);
    let recorded: Vec<_> = events
        .iter()
        .filter(|event| event["target_type"] == "role")
        .map(|event| json!([event["action"], event["metadata"]]))
        .collect();
    let actions = [
        "role.deleted",
        "role.updated",
        "role.updated",
        "role.created",
    ];
    let expected = actions.map(|action| json!([action, { "role": "auditor" }]));
    assert_eq!(recorded, expected);
}

fn built_in_roles_are_listed_first_and_the_organisations_own_by_name(server: &TestServer) {
    let world = World::new(server, "role-list");
    for name in ["zeta", "alpha"] {
        let _ = define(server, &world, name, &["read:projects"]).expect(201);
    }
    let reply = call(server, &world, &world.admin, "GET", "").expect(200);
    assert_eq!(shape(&reply), format!("{{items:[{ROLE}]}}"));
    let items = reply.items();
    let names: Vec<_> = items.iter().map(|role| role["name"].clone()).collect();
    let built_in = [
        "owner",
        "admin",
        "developer",
        "member",
        "viewer",
        "read_only",
    ];
    assert_eq!(names, [&built_in[..], &["alpha", "zeta"]].concat());
    let immutable: Vec<_> = items.iter().map(|role| role["immutable"] == true).collect();
    assert_eq!(immutable[..3], [true, true, false]);
    assert_eq!(items[0]["permissions"], permissions(&["*:*"]));
    assert_eq!(items[0]["created_at"], json!(null));
}

fn a_built_in_role_is_defined_anew_and_set_back(server: &TestServer) {
    let world = World::new(server, "override");
    let viewer = |method: &str| call(server, &world, &world.owner, method, "/viewer");
    let default = viewer("GET").expect(200);
    assert_eq!(default.json()["updated_at"], json!(null));
    let events = world.audit(server).len();
    let _ = viewer("DELETE").expect(204);
    assert_eq!(world.audit(server).len(), events, "nothing has changed");

    let wider = ["read:organisation", "create:projects"];
    let put = || replace(server, &world, "viewer", &wider);
    CHANGED.of(put().header("If-Match", "\"v1\""));
    CHANGED.of(put().header("If-None-Match", "*"));
    let _ = put().header("If-Match", tag(&default)).expect(200);
    let project = || {
        let call = server.post(&world.path("/projects"));
        call.bearer(&world.viewer.token)
            .json(&json!({ "name": "x" }))
    };
    let _ = project().expect(201);
    let _ = viewer("DELETE").expect(204);
    INSUFFICIENT.of(project());
    let again = viewer("GET").expect(200);
    assert_eq!((again.json(), tag(&again)), (default.json(), tag(&default)));
}

fn a_role_that_is_not_there_is_created_by_replacing_it(server: &TestServer) {
    let world = World::new(server, "upsert");
    let put = |name: &str| replace(server, &world, name, &["read:projects"]);
    CHANGED.of(put("auditor").header("If-Match", "*"));
    CHANGED.of(put("auditor").header("If-Match", "\"v0\""));
    let made = put("auditor").header("If-None-Match", "*").expect(201);
    assert_eq!(shape(&made), ROLE);
    CHANGED.of(put("auditor").header("If-None-Match", "*"));
    let _ = put("auditor").header("If-Match", "*").expect(200);
}

fn owner_and_admin_are_the_same_everywhere(server: &TestServer) {
    let world = World::new(server, "immutable");
    for name in ["owner", "admin"] {
        IMMUTABLE_ROLE.of(replace(server, &world, name, &["*:*"]));
        let one = format!("/{name}");
        IMMUTABLE_ROLE.of(call(server, &world, &world.owner, "DELETE", &one));
        let preview = call(
            server,
            &world,
            &world.owner,
            "POST",
            &format!("{one}/preview"),
        );
        IMMUTABLE_ROLE.of(preview.json(&json!({ "permissions": [] })));
    }
}

fn a_name_is_taken_once_in_an_organisation_and_free_in_another(server: &TestServer) {
    let (world, other) = (World::new(server, "name"), World::new(server, "name"));
    let _ = define(server, &world, "auditor", &["read:usage"]).expect(201);
    ROLE_TAKEN.check(&define(server, &world, "auditor", &[]));
    let _ = define(server, &other, "auditor", &[]).expect(201);
    let mine = call(server, &world, &world.owner, "GET", "/auditor").expect(200);
    assert_eq!(mine.json()["permissions"], permissions(&["read:usage"]));
}

fn there_are_fifty_roles_and_no_more(server: &TestServer) {
    let world = World::new(server, "fifty");
    let _ = replace(server, &world, "viewer", &["read:projects"]).expect(200);
    for n in 1..50 {
        let _ = define(server, &world, &format!("role-{n}"), &[]).expect(201);
    }
    TOO_MANY_ROLES.check(&define(server, &world, "one-more", &[]));
    TOO_MANY_ROLES.of(replace(server, &world, "one-more", &[]));
    TOO_MANY_ROLES.of(replace(server, &world, "member", &[]));
    let _ = replace(server, &world, "role-7", &["read:usage"]).expect(200);
    let _ = call(server, &world, &world.owner, "DELETE", "/role-8").expect(204);
    let _ = define(server, &world, "one-more", &[]).expect(201);
}

fn a_role_that_somebody_has_stays(server: &TestServer) {
    let world = World::new(server, "in-use");
    let _ = define(server, &world, "auditor", &["read:projects"]).expect(201);
    let user = holder(server, &world, "auditor");
    let delete = || call(server, &world, &world.owner, "DELETE", "/auditor");
    ROLE_IN_USE.of(delete());
    let _ = world.set_role(server, &user, "viewer").expect(200);
    let _ = delete().expect(204);
    let reply = world.set_role(server, &user, "auditor");
    assert_eq!(
        violations(&reply),
        [("enum".to_owned(), r#"["body","role"]"#.to_owned())]
    );
}

fn a_repeated_definition_is_replayed(server: &TestServer) {
    let (world, key) = (World::new(server, "role-key"), unique("role-key"));
    let send = |name: &str| {
        let body = json!({ "name": name, "permissions": permissions(&["read:*"]) });
        call(server, &world, &world.owner, "POST", "")
            .idempotency_key(&key)
            .json(&body)
    };
    let first = send("auditor").expect(201);
    assert_eq!(first.header("Idempotency-Replayed"), None);
    let again = send("auditor").expect(201);
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!((again.json(), tag(&again)), (first.json(), tag(&first)));
    OTHER_BODY.of(send("inspector"));
}

on_both!(
    a_role_is_defined_read_replaced_and_deleted,
    built_in_roles_are_listed_first_and_the_organisations_own_by_name,
    a_built_in_role_is_defined_anew_and_set_back,
    a_role_that_is_not_there_is_created_by_replacing_it,
    owner_and_admin_are_the_same_everywhere,
    a_name_is_taken_once_in_an_organisation_and_free_in_another,
    there_are_fifty_roles_and_no_more,
    a_role_that_somebody_has_stays,
    a_repeated_definition_is_replayed,
);
