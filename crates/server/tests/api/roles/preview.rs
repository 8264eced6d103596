use super::*;

const IMPACT: &str = "{gained:[{permission,conditions}],lost:[{permission,conditions}],members:[{user_id,email,display_name,is_active}],total}";

fn preview<'a>(
    server: &'a TestServer,
    world: &World,
    user: &User,
    role: &str,
    grants: Option<&[&str]>,
) -> Call<'a> {
    let body = json!({ "permissions": grants.map(permissions) });
    call(server, world, user, "POST", &format!("/{role}/preview")).json(&body)
}

fn exactly_those_are_named_who_gain_and_lose(server: &TestServer) {
    let world = World::new(server, "preview");
    let _ = define(
        server,
        &world,
        "auditor",
        &["read:*", "update:projects[owner]"],
    )
    .expect(201);
    let _ = define(server, &world, "other", &["read:*"]).expect(201);
    let first = holder(server, &world, "auditor");
    let _other = holder(server, &world, "other");
    let second = holder(server, &world, "auditor");
    let (before, events) = (
        call(server, &world, &world.owner, "GET", "/auditor")
            .expect(200)
            .json(),
        world.audit(server),
    );

    let next = [
        "read:projects[owner]",
        "update:projects",
        "read:usage",
        "read:jobs",
    ];
    let reply = preview(server, &world, &world.admin, "auditor", Some(&next)).expect(200);
    assert_eq!(shape(&reply), IMPACT);
    let impact = reply.json();
    assert_eq!(impact["gained"], permissions(&["update:projects"]));
    let lost = [
        "read:organisation",
        "read:members",
        "read:roles",
        "read:api_keys",
        "read:projects",
        "read:resources",
        "read:audit_events",
    ];
    assert_eq!(impact["lost"], permissions(&lost));
    let named = |impact: &Value| -> Vec<Value> {
        let members = impact["members"].as_array().cloned().unwrap_or_default();
        members
            .iter()
            .map(|member| member["user_id"].clone())
            .collect()
    };
    assert_eq!(named(&impact), [json!(first.id), json!(second.id)]);
    assert_eq!(impact["total"], 2);

    // The deletion takes everything, and a change of nothing concerns nobody.
    let impact = preview(server, &world, &world.admin, "other", None)
        .expect(200)
        .json();
    assert_eq!(
        (&impact["gained"], &impact["total"]),
        (&json!([]), &json!(1))
    );
    assert_eq!(impact["lost"].as_array().map(Vec::len), Some(9));
    let same = ["update:projects[owner]", "read:*"];
    let impact = preview(server, &world, &world.admin, "auditor", Some(&same)).expect(200);
    let nobody = json!({ "gained": [], "lost": [], "members": [], "total": 0 });
    assert_eq!(impact.json(), nobody);
    let set_back = preview(server, &world, &world.admin, "viewer", None).expect(200);
    assert_eq!(set_back.json(), nobody);
    NO_ROLE.of(preview(server, &world, &world.admin, "nonesuch", None));

    let after = call(server, &world, &world.owner, "GET", "/auditor").expect(200);
    assert_eq!(
        (after.json(), world.audit(server)),
        (before, events),
        "nothing changed"
    );
}

fn what_a_preview_says_is_what_happens(server: &TestServer) {
    let world = World::new(server, "truth");
    let may = |user: &User| -> Vec<Value> {
        let path = world.path(&format!("/members/{}/permissions", user.id));
        let found = server
            .get(&path)
            .bearer(&world.owner.token)
            .expect(200)
            .json();
        found["permissions"].as_array().cloned().unwrap_or_default()
    };
    let next = ["read:*", "*:projects[owner]", "create:jobs"];
    let impact = preview(server, &world, &world.owner, "member", Some(&next))
        .expect(200)
        .json();
    let before = may(&world.member);
    let _ = replace(server, &world, "member", &next).expect(200);
    let after = may(&world.member);
    let only = |these: &[Value], others: &[Value]| -> Vec<Value> {
        these
            .iter()
            .filter(|one| !others.contains(one))
            .cloned()
            .collect()
    };
    let (gained, lost) = (&impact["gained"], &impact["lost"]);
    assert_eq!(json!(only(&before, &after)), *lost);
    // What is narrowed to one's own is lost; as such it is nothing that is gained.
    let narrowed = |one: &Value| one["conditions"] == json!({ "owner": true });
    let mut new = only(&after, &before);
    new.retain(|one| !narrowed(one));
    assert_eq!(json!(new), *gained);
    assert_eq!(impact["members"][0]["user_id"], json!(world.member.id));
}

fn a_preview_needs_both_permissions(server: &TestServer) {
    let world = World::new(server, "both");
    let send = |user: &User| preview(server, &world, user, "viewer", Some(&[]));
    for grants in [&["read:roles"][..], &["read:members"]] {
        let _ = replace(server, &world, "half", grants).send();
        let user = server.user("half");
        let _ = world.add(server, &user, "half").expect(201);
        INSUFFICIENT.of(send(&user));
    }
    let _ = replace(server, &world, "half", &["read:roles", "read:members"]).expect(200);
    let user = holder(server, &world, "half");
    let _ = send(&user).expect(200);
    INSUFFICIENT.of(send(&world.viewer));
    DENIED.of(send(&world.outsider));
}

on_both!(
    exactly_those_are_named_who_gain_and_lose,
    what_a_preview_says_is_what_happens,
    a_preview_needs_both_permissions,
);
