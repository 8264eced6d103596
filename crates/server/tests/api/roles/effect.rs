use super::*;

fn projects<'a>(server: &'a TestServer, world: &World, credential: &str) -> Call<'a> {
    server.get(&world.path("/projects")).bearer(credential)
}

fn create<'a>(server: &'a TestServer, world: &World, credential: &str) -> Call<'a> {
    let call = server.post(&world.path("/projects")).bearer(credential);
    call.json(&json!({ "name": "x" }))
}

fn a_role_counts_on_the_next_request_with_every_credential(server: &TestServer) {
    let world = World::new(server, "effect");
    let _ = define(server, &world, "worker", &["*:projects", "*:api_keys"]).expect(201);
    let user = holder(server, &world, "worker");
    let key = world.api_key(server, &user, "effect").raw;
    let both = [&user.token, &key];
    for credential in both {
        let _ = create(server, &world, credential).expect(201);
    }
    let _ = replace(server, &world, "worker", &["read:projects"]).expect(200);
    for credential in both {
        INSUFFICIENT.of(create(server, &world, credential));
        let _ = projects(server, &world, credential).expect(200);
    }
    let _ = replace(server, &world, "worker", &["create:projects"]).expect(200);
    for credential in both {
        let _ = create(server, &world, credential).expect(201);
        INSUFFICIENT.of(projects(server, &world, credential));
    }
    let _ = replace(server, &world, "worker", &[]).expect(200);
    for credential in both {
        INSUFFICIENT.of(create(server, &world, credential));
    }
    INSUFFICIENT.of(server.get(&world.path("")).bearer(&user.token));
    // A place in the organisation remains: it is none of a stranger.
    let me = server.get("/me").bearer(&user.token).expect(200);
    assert_eq!(me.string("/memberships/0/role"), "worker");
}

fn a_default_that_is_defined_anew_counts_for_all_who_have_it(server: &TestServer) {
    let world = World::new(server, "anew");
    let key = world.api_key(server, &world.admin, "anew").raw;
    let _ = world.set_role(server, &world.admin, "member").expect(200);
    let all = [&world.member.token, &world.admin.token, &key];
    let _ = replace(server, &world, "member", &["read:projects"]).expect(200);
    for credential in all {
        INSUFFICIENT.of(create(server, &world, credential));
    }
    let _ = call(server, &world, &world.owner, "DELETE", "/member").expect(204);
    for credential in all {
        let _ = create(server, &world, credential).expect(201);
    }
}

fn a_condition_opens_ones_own_projects_and_no_others(server: &TestServer) {
    let world = World::new(server, "condition");
    // The creator of the key, while that may still do everything.
    let user = holder(server, &world, "admin");
    let key = world.api_key(server, &user, "condition").raw;
    let made = |credential: &str| create(server, &world, credential).expect(201).string("/id");
    let (mine, keys) = (made(&user.token), made(&key));
    let theirs = world.project(server, "Theirs")["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let grants = [
        "create:projects",
        "read:projects[owner]",
        "update:projects[owner]",
    ];
    let _ = define(server, &world, "author", &grants).expect(201);
    let _ = world.set_role(server, &user, "author").expect(200);

    for credential in [&user.token, &key] {
        let one = |method: &str, id: &str| {
            let path = world.path(&format!("/projects/{id}"));
            server.call(method, &path).bearer(credential)
        };
        let rename = json!({ "name": "y" });
        let _ = one("GET", &mine).expect(200);
        let _ = one("PATCH", &mine).json(&rename).expect(200);
        INSUFFICIENT.of(one("DELETE", &mine));
        // A project that a key made belongs to nobody.
        for foreign in [&theirs, &keys] {
            NO_PROJECT.of(one("GET", foreign));
            NO_PROJECT.of(one("PATCH", foreign).json(&rename));
        }
        let listed = projects(server, &world, credential).expect(200);
        let ids: Vec<_> = listed
            .items()
            .iter()
            .map(|item| item["id"].clone())
            .collect();
        assert_eq!(ids, [json!(mine)]);
        assert_eq!(listed.json()["pagination"]["total"], 1);
        let walked = server.get(&world.path("/projects?cursor=&limit=1"));
        let walked = walked.bearer(credential).expect(200).json();
        assert_eq!(walked["items"][0]["id"], json!(mine));
        assert_eq!(walked["pagination"]["next_cursor"], json!(null));
    }
}

on_both!(
    a_role_counts_on_the_next_request_with_every_credential,
    a_default_that_is_defined_anew_counts_for_all_who_have_it,
    a_condition_opens_ones_own_projects_and_no_others,
);
