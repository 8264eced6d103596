//! What a key may do: what its scopes say, as far as its creator may.

use super::{issue, issuing};
use crate::support::*;
use serde_json::{Value, json};
use test_server::{TestServer, World};

const ESCALATION: &str = "PRIVILEGE_ESCALATION";

/// The permissions that a key got.
fn granted(server: &TestServer, world: &World, scopes: &Value) -> Value {
    let body = json!({ "name": "x", "scopes": scopes });
    let reply = issuing(server, world, &body).expect(201).json();
    reply["api_key"]["scopes"].clone()
}

fn patterns_become_plain_permissions(server: &TestServer) {
    let world = World::new(server, "patterns");
    let default = json!(["create:projects", "read:projects", "update:projects", "delete:projects"]);
    for (asked, expected) in [
        (json!(["read:projects"]), json!(["read:projects"])),
        (json!(["*:projects"]), default.clone()),
        (json!(["delete:projects", "*:projects"]), default.clone()),
        (Value::Null, default),
        (
            json!(["*:resources", "read:projects"]),
            json!([
                "read:projects",
                "create:resources",
                "read:resources",
                "update:resources",
                "delete:resources"
            ]),
        ),
        (
            json!(["read:audit_events", "*:usage"]),
            json!(["read:audit_events", "read:usage"]),
        ),
    ] {
        assert_eq!(granted(server, &world, &asked), expected, "{asked}");
    }
    let everything = granted(server, &world, &json!(["read:*"]));
    let everything = everything.as_array().cloned().unwrap_or_default();
    assert!(everything.len() > 8 && everything.contains(&json!("read:members")));
}

fn a_key_does_what_its_scopes_say_and_nothing_else(server: &TestServer) {
    let world = World::new(server, "scoped");
    let project = world.project(server, "Target")["id"].clone();
    let project = format!("/projects/{}", project.as_str().unwrap_or_default());
    let operations = [
        ("create:projects", "POST", "/projects", 201),
        ("read:projects", "GET", "/projects", 200),
        ("read:projects", "GET", project.as_str(), 200),
        ("update:projects", "PATCH", project.as_str(), 200),
        ("create:resources", "POST", "/resources", 201),
        ("read:resources", "GET", "/resources", 200),
        ("delete:projects", "DELETE", project.as_str(), 204),
    ];
    let scopes: Vec<_> = operations.iter().map(|(scope, ..)| *scope).collect();
    let keys: Vec<_> = scopes
        .iter()
        .map(|scope| issue(server, &world, &json!({ "name": "x", "scopes": [scope] })))
        .collect();
    let body = |path: &str| match path {
        "/resources" => json!({ "name": "x", "data": {} }),
        _ => json!({ "name": "x" }),
    };
    for (need, method, path, done) in operations {
        // Whoever may not, first: the last operation leaves nothing to be refused.
        let (may, may_not): (Vec<_>, Vec<_>) =
            keys.iter().zip(&scopes).partition(|(_, scope)| **scope == need);
        for (key, scope) in may_not.into_iter().chain(may) {
            let call = server.call(method, &world.path(path)).bearer(&key.raw);
            let call = if ["POST", "PATCH"].contains(&method) {
                call.json(&body(path))
            } else {
                call
            };
            let reply = call.send();
            if *scope == need {
                assert!([done, 404].contains(&reply.status), "{scope}: {reply}");
            } else {
                INSUFFICIENT.check(&reply);
            }
        }
    }
}

fn what_decides_about_people_roles_keys_and_the_organisation_is_in_no_key(server: &TestServer) {
    let world = World::new(server, "withheld");
    for scope in [
        "create:members",
        "update:members",
        "delete:members",
        "create:roles",
        "update:roles",
        "delete:roles",
        "create:api_keys",
        "update:api_keys",
        "delete:api_keys",
        "update:organisation",
        "delete:organisation",
        "*:members",
        "delete:*",
        "*:*",
    ] {
        let body = json!({ "name": "x", "scopes": ["read:projects", scope] });
        let reply = issuing(server, &world, &body).send();
        let place = ("value_error".to_owned(), r#"["body","scopes",1]"#.to_owned());
        assert_eq!(violations(&reply), [place], "{scope}");
        let msg = reply.string("/errors/0/msg");
        assert!(msg.starts_with("Value error, an API key cannot be granted "), "{msg}");
        let plain = scope.contains('*') || msg.ends_with(scope);
        assert!(plain, "{scope} is not named: {msg}");
    }
    assert_eq!(super::listed(server, &world), Vec::<Value>::new());
}

fn scopes_that_are_none_are_refused_where_they_stand(server: &TestServer) {
    let world = World::new(server, "nonsense");
    let at = |kind: &str, place: &str| (kind.to_owned(), format!(r#"["body","scopes"{place}]"#));
    for (scopes, expected) in [
        (json!([]), vec![at("too_short", "")]),
        (json!(vec!["read:projects"; 51]), vec![at("too_long", "")]),
        (json!("read:projects"), vec![at("list_type", "")]),
        (
            json!(["projects", "read:projects", "read:secrets", 7, "fly:projects", "update:usage"]),
            vec![
                at("value_error", ",0"),
                at("value_error", ",2"),
                at("string_type", ",3"),
                at("value_error", ",4"),
                at("value_error", ",5"),
            ],
        ),
    ] {
        let reply = issuing(server, &world, &json!({ "name": "x", "scopes": scopes })).send();
        assert_eq!(violations(&reply), expected, "{scopes}");
    }
}

fn nobody_gives_a_key_more_than_their_own(server: &TestServer) {
    let world = World::new(server, "escalation");
    // Admins hold all that keys can get, so whoever holds less is needed: keepers of keys.
    let role = json!({ "name": "keeper", "permissions": [
        { "permission": "*:api_keys" },
        { "permission": "read:organisation" },
        { "permission": "read:projects" },
    ] });
    let roles = server.post(&world.path("/roles")).bearer(&world.owner.token);
    let _ = roles.json(&role).expect(201);
    let _ = world.set_role(server, &world.member, "keeper").expect(200);
    let keeper = &world.member.token;
    let issue = |body: &Value| {
        let call = server.post(&world.path("/api-keys")).bearer(keeper);
        call.json(body).send()
    };
    let refused = issue(&json!({ "name": "x", "scopes": ["read:projects", "delete:projects"] }));
    assert_eq!((refused.status, refused.string("/code").as_str()), (403, ESCALATION));
    assert!(refused.string("/detail").ends_with(": delete:projects"), "{refused}");
    // Without scopes, what the creator holds of the default.
    let own = issue(&json!({ "name": "x" })).expect(201).json();
    assert_eq!(own["api_key"]["scopes"], json!(["read:projects"]));

    // Nor does anybody get hold of a key that may do more.
    let strong = super::issue(server, &world, &json!({ "name": "strong" }));
    let rotate = |id: &str| {
        let path = world.path(&format!("/api-keys/{id}/rotate"));
        server.post(&path).bearer(keeper).json(&json!({})).send()
    };
    let refused = rotate(&strong.id);
    assert_eq!((refused.status, refused.string("/code").as_str()), (403, ESCALATION));
    let _ = super::using(server, &world, &strong.raw).expect(200);
    let own = own["api_key"]["id"].as_str().unwrap_or_default().to_owned();
    let _ = rotate(&own).expect(201);

    let denials = audited(server, &world, "access.escalation_denied", 2);
    let permissions: Vec<_> = denials.iter().map(|one| &one["metadata"]["permissions"]).collect();
    let missing = json!(["create:projects", "update:projects", "delete:projects"]);
    assert_eq!(permissions, [&missing, &json!(["delete:projects"])]);
    assert!(denials.iter().all(|one| one["actor_user_id"] == world.member.id));
}

fn a_key_reads_what_it_was_granted_where_users_are_wanted(server: &TestServer) {
    let world = World::new(server, "granted");
    let reads = [
        ("read:organisation", ""),
        ("read:members", "/members"),
        ("read:api_keys", "/api-keys"),
        ("read:audit_events", "/audit-events"),
    ];
    for (scope, path) in reads {
        let key = issue(server, &world, &json!({ "name": "x", "scopes": [scope] }));
        for (_, other) in reads {
            let call = server.get(&world.path(other)).header("X-API-Key", &key.raw);
            let reply = call.send();
            if other == path {
                assert_eq!(reply.status, 200, "{reply}");
            } else {
                BAD_TOKEN.check(&reply);
            }
        }
        let other = World::new(server, "elsewhere");
        BAD_TOKEN.of(server.get(&other.path(path)).bearer(&key.raw));
    }
}

on_both!(
    patterns_become_plain_permissions,
    a_key_does_what_its_scopes_say_and_nothing_else,
    what_decides_about_people_roles_keys_and_the_organisation_is_in_no_key,
    scopes_that_are_none_are_refused_where_they_stand,
    nobody_gives_a_key_more_than_their_own,
    a_key_reads_what_it_was_granted_where_users_are_wanted,
);
