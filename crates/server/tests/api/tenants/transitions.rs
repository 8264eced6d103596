//! From one status to another, and from one tier to another.

use super::*;

const CONFLICT: (u16, &str) = (409, "TENANT_STATUS_CONFLICT");

fn founded(server: &TestServer) -> (User, String) {
    let owner = server.user("owner");
    let id = server.organisation(&owner, &unique("transitions"));
    (owner, id)
}

/// The status that a deed led to, or the code with which it was refused.
fn outcome(reply: &Reply) -> String {
    match reply.status {
        200 if reply.json().get("purged_rows").is_some() => "purged".to_owned(),
        200 => reply.string("/status"),
        _ => reply.string("/code"),
    }
}

fn do_it(operator: &Operator<'_>, id: &str, deed: &str) -> Reply {
    match deed {
        "delete" => operator.delete(id),
        "purge" => operator.purge(id, false),
        "purge early" => operator.purge(id, true),
        deed => operator.operate(id, deed),
    }
}

fn every_deed_leads_where_it_may_and_no_further(server: &TestServer) {
    let operator = Operator::of(server);
    let conflict = CONFLICT.1;
    let table = [
        ("suspend", ["suspended", conflict, conflict]),
        ("reactivate", [conflict, "active", "active"]),
        ("delete", ["deleting", "deleting", conflict]),
        ("purge", [conflict, conflict, conflict]),
        ("purge early", [conflict, conflict, "purged"]),
    ];
    for (deed, expected) in table {
        for (before, expected) in ["active", "suspended", "deleting"].iter().zip(expected) {
            let (_, id) = founded(server);
            match *before {
                "suspended" => drop(operator.operate(&id, "suspend").expect(200)),
                "deleting" => drop(operator.delete(&id).expect(200)),
                _ => {}
            }
            let reply = do_it(&operator, &id, deed);
            assert_eq!(outcome(&reply), expected, "{deed} when {before}: {reply}");
            let after = operator.show(&id);
            match expected {
                "purged" => assert_eq!(after.status, 404),
                code if code == conflict => {
                    assert_eq!(reply.status, CONFLICT.0);
                    assert_eq!(after.string("/status"), *before);
                }
                status => assert_eq!(after.string("/status"), status),
            }
        }
    }
}

fn every_deed_is_in_the_organisations_own_trail_with_its_reason(server: &TestServer) {
    let (operator, (owner, id)) = (Operator::of(server), founded(server));
    let before = operator.show(&id).string("/tier");
    let after = if before == "pro" { "enterprise" } else { "pro" };
    let tier = json!({ "tier": after, "reason": "upgrade" });
    let requests = [
        operator.operate(&id, "suspend").expect(200),
        operator.operate(&id, "reactivate").expect(200),
        operator.send(&id, "tier", &tier).expect(200),
        operator.delete(&id).expect(200),
        operator.operate(&id, "reactivate").expect(200),
    ];
    let events = audit(server, &owner, &id);
    let expected = [
        (
            "organisation.reactivated",
            "because",
            json!({ "status": { "before": "deleting", "after": "active" } }),
        ),
        (
            "organisation.deleted",
            "because",
            json!({ "status": { "before": "active", "after": "deleting" } }),
        ),
        (
            "organisation.tier_changed",
            "upgrade",
            json!({ "tier": { "before": before, "after": after } }),
        ),
        (
            "organisation.reactivated",
            "because",
            json!({ "status": { "before": "suspended", "after": "active" } }),
        ),
        (
            "organisation.suspended",
            "because",
            json!({ "status": { "before": "active", "after": "suspended" } }),
        ),
    ];
    assert_eq!(events.len(), expected.len() + 1);
    for ((event, request), (action, reason, changes)) in
        events.iter().zip(requests.iter().rev()).zip(expected)
    {
        assert_eq!(event["action"], action);
        assert_eq!(event["metadata"], json!({ "reason": reason }));
        assert_eq!(event["changes"], changes);
        assert_eq!(event["actor_type"], "operator");
        let name = event["actor_operator"].as_str().unwrap_or_default();
        assert!(name.starts_with("operator-"), "{event}");
        assert_eq!(event["request_id"], json!(request.header("X-Request-ID")));
    }
}

fn the_grace_period_is_told_and_can_be_called_off(server: &TestServer) {
    let (operator, (owner, id)) = (Operator::of(server), founded(server));
    let deleted = operator.delete(&id).expect(200);
    let (updated, due) = (
        deleted.string("/updated_at"),
        deleted.string("/delete_after"),
    );
    assert_eq!(due, later(&json!(updated), 30 * 24 * 60 * 60));
    let early = operator.purge(&id, false);
    assert_eq!(early.string("/detail"), "the grace period is not over");
    let open = operator.operate(&id, "reactivate").expect(200);
    assert_eq!(open.json()["delete_after"], Value::Null);
    let _ = server
        .get(&format!("/orgs/{id}"))
        .bearer(&owner.token)
        .expect(200);
}

fn a_tier_shows_at_once_and_does_not_touch_anything_else(server: &TestServer) {
    let (operator, (owner, id)) = (Operator::of(server), founded(server));
    let path = format!("/orgs/{id}");
    let before = server.get(&path).bearer(&owner.token).expect(200).json();
    for tier in ["enterprise", "pro"] {
        let body = json!({ "tier": tier, "reason": "because" });
        let _ = operator.send(&id, "tier", &body).expect(200);
        let mut after = server.get(&path).bearer(&owner.token).expect(200).json();
        assert_eq!(after["tier"], tier);
        after["tier"] = before["tier"].clone();
        after["updated_at"] = before["updated_at"].clone();
        assert_eq!(after, before);
    }
    let wrong = operator.send(&id, "tier", &json!({ "tier": "gold", "reason": "x" }));
    assert_eq!(
        violations(&wrong),
        [("enum".to_owned(), r#"["body","tier"]"#.to_owned())]
    );
}

fn what_there_is_not_is_not_found(server: &TestServer) {
    let (operator, id) = (Operator::of(server), random_id());
    let missing = Refusal(404, "ORGANISATION_NOT_FOUND", "organisation was not found");
    missing.check(&operator.show(&id));
    for deed in ["suspend", "reactivate", "delete", "purge", "purge early"] {
        missing.check(&do_it(&operator, &id, deed));
    }
}

fn organisations_whose_grace_period_is_over_are_purged_by_themselves(server: &TestServer) {
    let server = own(server)
        .setting("SAAS_API_TENANCY__DELETE_GRACE_DAYS", "0")
        .start();
    let (operator, (owner, id)) = (Operator::of(&server), founded(&server));
    let _ = operator.delete(&id).expect(200);
    eventually(|| (operator.show(&id).status == 404).then_some(()));
    let me = server.get("/me").bearer(&owner.token).expect(200).json();
    assert_eq!(me["memberships"], json!([]));
}

on_both!(
    every_deed_leads_where_it_may_and_no_further,
    every_deed_is_in_the_organisations_own_trail_with_its_reason,
    the_grace_period_is_told_and_can_be_called_off,
    a_tier_shows_at_once_and_does_not_touch_anything_else,
    what_there_is_not_is_not_found,
    organisations_whose_grace_period_is_over_are_purged_by_themselves,
);
