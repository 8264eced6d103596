//! Route, credential, body size and syntax, validation, permission, idempotency, business rules: in this order.

use crate::support::*;
use serde_json::json;
use test_server::{TestServer, World, raw, unique};

fn a_route_comes_before_a_credential(server: &TestServer) {
    NO_ROUTE.of(server.post("/nothing").text("{bad"));
    WRONG_METHOD.of(server.call("PUT", "/orgs").text("{bad"));
}

fn a_credential_comes_before_the_body(server: &TestServer) {
    NO_CREDENTIAL.of(server.post("/orgs").text("{bad"));
    NO_CREDENTIAL.of(server.post("/orgs").text("{}"));
    NO_CREDENTIAL.of(server.post("/orgs").bytes("text"));
    // Nothing of a large body has to arrive.
    let announced = b"POST /orgs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
        Content-Type: application/json\r\nContent-Length: 9999999\r\n\r\n";
    let answer = raw::exchange(server.address(), announced);
    assert_eq!(raw::status(&answer), Some(401));
    BAD_TOKEN.of(server
        .patch("/orgs/not-an-id")
        .bearer("nonsense")
        .text("{bad"));
    BAD_CREDENTIAL.of(server
        .post("/orgs/not-an-id/projects")
        .bearer("nonsense")
        .text("{bad"));
}

fn size_and_syntax_come_before_validation(server: &TestServer) {
    let world = World::new(server, "syntax");
    let token = &world.owner.token;
    let large = json!({ "name": "x".repeat(2 * 1024 * 1024) });
    TOO_LARGE.of(server
        .post("/orgs/not-an-id/projects")
        .bearer(token)
        .json(&large));
    NOT_JSON.of(server
        .post("/orgs/not-an-id/projects")
        .bearer(token)
        .bytes("{}"));
    let reply = server
        .post("/orgs/not-an-id/projects")
        .bearer(token)
        .text("{bad")
        .send();
    assert_eq!(
        violations(&reply),
        [("json_invalid".to_owned(), r#"["body",1]"#.to_owned())]
    );
}

fn validation_collects_path_query_header_and_body_in_this_order(server: &TestServer) {
    let token = server.user("collect").token;
    let call = server
        .post("/orgs/not-an-id/projects")
        .bearer(&token)
        .idempotency_key("");
    let reply = call.json(&json!({ "status": "x", "more": 1 })).send();
    let expected = [
        ("uuid_parsing", r#"["path","organisation_id"]"#),
        ("string_too_short", r#"["header","Idempotency-Key"]"#),
        ("missing", r#"["body","name"]"#),
        ("enum", r#"["body","status"]"#),
        ("extra_forbidden", r#"["body","more"]"#),
    ];
    assert_eq!(
        violations(&reply),
        expected.map(|(kind, loc)| (kind.to_owned(), loc.to_owned()))
    );

    let target =
        "/orgs/not-an-id/projects?offset=-1&limit=0&name=&status=x&sort_direction=x&sort_by=x";
    let reply = server.get(target).bearer(&token).send();
    let mut kinds: Vec<_> = violations(&reply).into_iter().map(|(_, loc)| loc).collect();
    assert_eq!(kinds.remove(0), r#"["path","organisation_id"]"#);
    kinds.sort_unstable();
    let all = [
        "limit",
        "name",
        "offset",
        "sort_by",
        "sort_direction",
        "status",
    ];
    assert_eq!(kinds, all.map(|name| format!(r#"["query","{name}"]"#)));
}

fn validation_comes_before_permission(server: &TestServer) {
    let world = World::new(server, "validation");
    for token in [&world.outsider.token, &world.viewer.token] {
        INVALID.of(server
            .post(&world.path("/projects"))
            .bearer(token)
            .json(&json!({})));
        INVALID.of(server.get(&world.path("/members?limit=0")).bearer(token));
        INVALID.of(server.delete(&world.path("/projects/x")).bearer(token));
    }
}

fn permission_comes_before_idempotency(server: &TestServer) {
    let world = World::new(server, "permission");
    let key = unique("permission");
    let create = |token: &str, name: &str| {
        let call = server
            .post(&world.path("/projects"))
            .bearer(token)
            .idempotency_key(&key);
        call.json(&json!({ "name": name }))
    };
    let _ = create(&world.member.token, "First").expect(201);
    let _ = world.set_role(server, &world.member, "viewer").expect(200);
    // Neither a replay nor a conflict: the caller may not do this any more.
    INSUFFICIENT.of(create(&world.member.token, "First"));
    INSUFFICIENT.of(create(&world.member.token, "Other"));
    let _ = world.remove(server, &world.member).expect(204);
    DENIED.of(create(&world.member.token, "First"));
}

fn permission_comes_before_what_is_there(server: &TestServer) {
    let world = World::new(server, "objects");
    let (project, key, user) = (
        world.path(&format!("/projects/{}", random_id())),
        world.path(&format!("/api-keys/{}", random_id())),
        world.path(&format!("/members/{}", random_id())),
    );
    for (token, refusal) in [
        (&world.viewer.token, INSUFFICIENT),
        (&world.outsider.token, DENIED),
    ] {
        refusal.of(server
            .patch(&project)
            .bearer(token)
            .json(&json!({ "name": "x" })));
        refusal.of(server
            .delete(&project)
            .bearer(token)
            .header("If-Match", "\"v9\""));
        refusal.of(server.delete(&key).bearer(token));
        refusal.of(server
            .patch(&user)
            .bearer(token)
            .json(&json!({ "role": "owner" })));
        let body = json!({ "user_id": random_id() });
        refusal.of(server
            .post(&world.path("/members"))
            .bearer(token)
            .json(&body));
    }
}

fn idempotency_comes_before_business_rules(server: &TestServer) {
    let user = server.user("business");
    let (key, slug) = (unique("business"), unique("business"));
    let found = |name: &str| {
        let body = json!({ "name": name, "slug": slug });
        server
            .post("/orgs")
            .bearer(&user.token)
            .idempotency_key(&key)
            .json(&body)
    };
    let first = found("First").expect(201);
    assert_eq!(
        found("First").expect(201).json(),
        first.json(),
        "a replay, not a taken slug"
    );
    OTHER_BODY.of(found("Other"));
}

fn members_are_checked_in_the_documented_order(server: &TestServer) {
    let world = World::new(server, "member-order");
    let (admin, nobody) = (&world.admin.token, random_id());
    let members = world.path("/members");
    // Granting ownership is refused before the user is looked up, and the user before the membership.
    let body = |role: &str| json!({ "user_id": nobody, "role": role });
    INSUFFICIENT.of(server.post(&members).bearer(admin).json(&body("owner")));
    NO_USER.of(server.post(&members).bearer(admin).json(&body("admin")));
    // A membership is looked up before roles are compared.
    let path = world.path(&format!("/members/{nobody}"));
    NO_MEMBERSHIP.of(server
        .patch(&path)
        .bearer(admin)
        .json(&json!({ "role": "owner" })));
    // An admin touching the last owner is refused as an admin.
    let path = world.path(&format!("/members/{}", world.owner.id));
    INSUFFICIENT.of(server.delete(&path).bearer(admin));
}

fn what_is_there_comes_before_its_version(server: &TestServer) {
    let world = World::new(server, "version-order");
    let path = world.path(&format!("/projects/{}", random_id()));
    NO_PROJECT.of(server
        .delete(&path)
        .bearer(&world.owner.token)
        .header("If-Match", "\"v9\""));
}

on_both!(
    a_route_comes_before_a_credential,
    a_credential_comes_before_the_body,
    size_and_syntax_come_before_validation,
    validation_collects_path_query_header_and_body_in_this_order,
    validation_comes_before_permission,
    permission_comes_before_idempotency,
    permission_comes_before_what_is_there,
    idempotency_comes_before_business_rules,
    members_are_checked_in_the_documented_order,
    what_is_there_comes_before_its_version,
);
