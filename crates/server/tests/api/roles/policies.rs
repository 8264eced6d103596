use super::*;

/// One permission of a role, as it is sent.
fn grant(permission: &Value, conditions: &Value) -> Value {
    json!({ "permission": permission, "conditions": conditions })
}

#[track_caller]
fn assert_refused(reply: &Reply, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(kind, loc)| ((*kind).to_owned(), (*loc).to_owned()))
        .collect();
    assert_eq!(violations(reply), expected);
}

fn what_is_outside_the_vocabulary_is_refused_where_it_stands(server: &TestServer) {
    let world = World::new(server, "policies");
    let at = |rest: &str| format!(r#"["body","permissions",1{rest}]"#);
    let (permission, conditions) = (at(r#","permission""#), at(r#","conditions""#));
    let none = json!(null);
    let value = "value_error";
    for (sent, kind, loc) in [
        (grant(&json!("manage:projects"), &none), value, &permission),
        (grant(&json!("READ:projects"), &none), value, &permission),
        (grant(&json!("read:project"), &none), value, &permission),
        (grant(&json!("read"), &none), value, &permission),
        (grant(&json!(""), &none), value, &permission),
        (grant(&json!("read:projects:x"), &none), value, &permission),
        (
            grant(&json!("delete:audit_events"), &none),
            value,
            &permission,
        ),
        (grant(&json!("re*:projects"), &none), value, &permission),
        (grant(&json!("a\0:projects"), &none), value, &permission),
        (grant(&json!(7), &none), "string_type", &permission),
        (grant(&none, &none), "string_type", &permission),
        (json!({ "conditions": null }), "missing", &permission),
        (grant(&json!("read:*"), &json!({})), value, &conditions),
        (
            grant(&json!("read:*"), &json!({ "group": "x" })),
            value,
            &conditions,
        ),
        (
            grant(&json!("read:*"), &json!({ "owner": false })),
            value,
            &conditions,
        ),
        (
            grant(&json!("read:*"), &json!({ "owner": true, "x": 1 })),
            value,
            &conditions,
        ),
        (
            grant(&json!("read:*"), &json!("owner")),
            "dict_type",
            &conditions,
        ),
        (
            grant(&json!("update:members"), &json!({ "owner": true })),
            value,
            &conditions,
        ),
        (
            grant(&json!("create:projects"), &json!({ "owner": true })),
            value,
            &conditions,
        ),
        (json!("read:*"), "model_attributes_type", &at("")),
        (
            json!({ "permission": "read:*", "effect": "deny" }),
            "extra_forbidden",
            &at(r#","effect""#),
        ),
    ] {
        let body =
            json!({ "name": "auditor", "permissions": [grant(&json!("read:*"), &none), sent] });
        let refused = call(server, &world, &world.owner, "POST", "")
            .json(&body)
            .send();
        assert_refused(&refused, &[(kind, loc)]);
        let refused = call(server, &world, &world.owner, "PUT", "/auditor");
        let body = json!({ "permissions": body["permissions"] });
        assert_refused(&refused.json(&body).send(), &[(kind, loc)]);
    }
    NO_ROLE.of(call(server, &world, &world.owner, "GET", "/auditor"));
}

fn the_words_say_what_is_unknown(server: &TestServer) {
    let world = World::new(server, "words");
    let said = |permission: &str, conditions: Value| {
        let body = json!({ "permissions": [grant(&json!(permission), &conditions)] });
        let refused = call(server, &world, &world.owner, "PUT", "/auditor");
        let body = refused.json(&body).expect(422).json();
        body["errors"][0]["msg"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    for (permission, conditions, expected) in [
        ("manage:projects", json!(null), "has an unknown action"),
        ("read:project", json!(null), "has an unknown resource"),
        ("read", json!(null), "must have the form action:resource"),
        ("read:*", json!({ "group": 1 }), "has an unknown condition"),
        (
            "read:roles",
            json!({ "owner": true }),
            "cannot depend on the owner",
        ),
    ] {
        let said = said(permission, conditions);
        assert!(
            said.starts_with(&format!("Value error, {expected}")),
            "{said}"
        );
    }
}

fn everything_that_is_wrong_is_told_at_once(server: &TestServer) {
    let world = World::new(server, "all-wrong");
    let body = json!({
        "name": "viewer",
        "description": "x".repeat(501),
        "permissions": [{ "permission": "x" }, { "permission": "read:*" }, { "permission": "x:y" }],
        "built_in": true,
    });
    let refused = call(server, &world, &world.owner, "POST", "")
        .json(&body)
        .send();
    let expected = [
        ("string_pattern_mismatch", r#"["body","name"]"#),
        ("string_too_long", r#"["body","description"]"#),
        ("value_error", r#"["body","permissions",0,"permission"]"#),
        ("value_error", r#"["body","permissions",2,"permission"]"#),
        ("extra_forbidden", r#"["body","built_in"]"#),
    ];
    assert_refused(&refused, &expected);
    let refused = call(server, &world, &world.owner, "POST", "")
        .json(&json!({}))
        .send();
    let missing = [
        ("missing", r#"["body","name"]"#),
        ("missing", r#"["body","permissions"]"#),
    ];
    assert_refused(&refused, &missing);
}

fn a_role_has_at_most_a_hundred_permissions_and_may_have_none(server: &TestServer) {
    let world = World::new(server, "many");
    let many = |count: usize| {
        let grants = vec!["read:projects"; count];
        replace(server, &world, "auditor", &grants)
    };
    let _ = many(0).expect(201);
    let reply = many(100).expect(200);
    // What says the same again is kept once.
    assert_eq!(reply.json()["permissions"], permissions(&["read:projects"]));
    let refused = many(101).send();
    assert_refused(&refused, &[("too_long", r#"["body","permissions"]"#)]);
    for wrong in [json!(null), json!({}), json!("read:*")] {
        let body = json!({ "permissions": wrong });
        let refused = call(server, &world, &world.owner, "PUT", "/auditor").json(&body);
        assert_refused(
            &refused.send(),
            &[("list_type", r#"["body","permissions"]"#)],
        );
    }
}

fn a_role_can_be_called_so_and_not_otherwise(server: &TestServer) {
    let world = World::new(server, "called");
    let long = "a".repeat(41);
    let wrong = ["", "a", "Auditor", "1st", "a b", "é-e", "a.b", "a/b", &long];
    for name in wrong.into_iter().chain(["owner", "member", "read_only"]) {
        let refused = define(server, &world, name, &[]);
        assert_refused(
            &refused,
            &[("string_pattern_mismatch", r#"["body","name"]"#)],
        );
    }
    for name in ["a", "Auditor", "1st", "a%20b", "%C3%A9", &long] {
        for method in ["GET", "DELETE"] {
            let refused = call(server, &world, &world.owner, method, &format!("/{name}")).send();
            assert_refused(
                &refused,
                &[("string_pattern_mismatch", r#"["path","role"]"#)],
            );
        }
    }
    for name in ["ab", "a-1_b", &"a".repeat(40)] {
        let _ = define(server, &world, name, &[]).expect(201);
    }
}

on_both!(
    what_is_outside_the_vocabulary_is_refused_where_it_stands,
    the_words_say_what_is_unknown,
    everything_that_is_wrong_is_told_at_once,
    a_role_has_at_most_a_hundred_permissions_and_may_have_none,
    a_role_can_be_called_so_and_not_otherwise,
);
