//! What is a leak, what is none, and what is no proof.

use super::*;
use crate::commands::doctor::isolation::view::View;

fn is_leak(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| matches!(finding, Finding::Leak(_)))
}

fn is_unproven(findings: &[Finding]) -> bool {
    let unproven = |finding: &Finding| matches!(finding, Finding::NotProbed(_));
    !findings.is_empty() && findings.iter().all(unproven)
}

/// The server that behaves, but for requests that name this.
fn but_for(name: &'static str, then: Answer) -> impl Fn(&Request) -> Answer {
    move |request| {
        if request.names(name) {
            then.clone()
        } else {
            well_behaved(request)
        }
    }
}

fn found(server: impl Fn(&Request) -> Answer) -> Vec<Finding> {
    probed(&get_project(), Credential::Token, server)
}

#[test]
fn organisations_that_are_kept_apart_leave_nothing_to_find() {
    assert_eq!(found(well_behaved), []);
    assert_eq!(probed(&get_project(), Credential::Key, well_behaved), []);
}

#[test]
fn the_canary_is_a_leak_wherever_it_sings() {
    for foreign in [
        "/foreign-organisation-0001",
        "/own-organisation-0001/projects/foreign",
    ] {
        let body = format!(r#"{{"code":"PROJECT_NOT_FOUND","detail":"{CANARY}"}}"#);
        assert!(is_leak(&found(but_for(
            foreign,
            answer(404, "A: b", &body)
        ))));
        let header = format!("Location: /{CANARY}");
        assert!(is_leak(&found(but_for(foreign, answer(404, &header, "")))));
    }
    let own = but_for("/own-project-0001", answer(200, "A: b", CANARY));
    assert!(is_leak(&found(own)), "in what is the caller's own, too");
}

#[test]
fn an_id_of_the_other_organisation_is_a_leak_where_nobody_sent_it() {
    let own = but_for(
        "/own-project-0001",
        answer(200, "A: b", "foreign-project-0001"),
    );
    assert!(is_leak(&found(own)));
    let echo = |request: &Request| {
        if request
            .target
            .starts_with("/orgs/own-organisation-0001/projects/own")
        {
            return well_behaved(request);
        }
        answer(404, &format!("Location: {}", request.target), "")
    };
    assert_eq!(found(echo), [], "what was sent may be said again");
}

#[test]
fn another_answer_than_for_what_does_not_exist_is_a_leak() {
    for foreign in [
        "/foreign-organisation-0001",
        "/own-organisation-0001/projects/foreign",
    ] {
        for other in [
            problem(409, "PROJECT_NOT_FOUND"),
            problem(404, "SOMETHING_ELSE"),
            answer(404, "ETag: \"v1\"", ""),
            answer(200, "ETag: \"v1\"", r#"{"name":"Theirs"}"#),
        ] {
            assert!(is_leak(&found(but_for(foreign, other))), "{foreign}");
        }
    }
}

#[test]
fn a_leak_to_one_credential_is_a_leak() {
    let keys_see_all = |request: &Request| {
        if request.credential.1 == "API key" && request.names("foreign") {
            return answer(200, "A: b", "{}");
        }
        well_behaved(request)
    };
    assert!(!is_leak(&probed(
        &get_project(),
        Credential::Token,
        keys_see_all
    )));
    assert!(is_leak(&probed(
        &get_project(),
        Credential::Key,
        keys_see_all
    )));
}

#[test]
fn an_answer_that_proves_nothing_is_told() {
    for nothing in [
        problem(500, "INTERNAL_ERROR"),
        problem(503, "STORAGE_UNAVAILABLE"),
        problem(422, "VALIDATION_FAILED"),
        problem(401, "INVALID_TOKEN"),
    ] {
        assert!(is_unproven(&found(move |_| nothing.clone())));
    }
    let own_is_gone = but_for("/own-project-0001", problem(404, "PROJECT_NOT_FOUND"));
    assert!(is_unproven(&found(own_is_gone)));
    let unanswered = Probe {
        foreign: &names("foreign"),
        own: &names("own"),
        marks: &[],
        random: &|| names("random"),
        credential: &|_| ("X", String::new()),
        send: &|_| anyhow::bail!("connection refused"),
    };
    assert!(is_unproven(
        &unanswered.operation(&get_project(), Credential::Token)
    ));
}

#[test]
fn a_credential_that_is_not_taken_may_be_refused() {
    let refuse = |request: &Request| match request.credential.1.as_str() {
        "API key" => problem(401, "INVALID_TOKEN"),
        _ => well_behaved(request),
    };
    assert_eq!(probed(&get_project(), Credential::Key, refuse), []);
}

#[test]
fn when_something_was_written_is_no_difference_and_when_it_was_read_is() {
    let clock = Cell::new(10);
    let stamped = |_: &Request| {
        clock.set(clock.get() + 1);
        let at = format!(r#"{{"at":"2026-01-02T03:04:{}.000001Z"}}"#, clock.get());
        answer(200, "A: b", &at)
    };
    let path = "/orgs/{organisation_id}/roles/{role}";
    let operation = |method| read(&document(path, method, &json!({}))).unwrap();
    assert_eq!(probed(&operation("put"), Credential::Token, stamped), []);
    assert!(is_leak(&probed(
        &operation("get"),
        Credential::Token,
        stamped
    )));
}

#[test]
fn nothing_of_the_callers_own_is_removed() {
    let path = "/orgs/{organisation_id}/projects/{project_id}";
    for method in ["delete", "patch", "post", "put"] {
        let operation = read(&document(path, method, &json!({}))).unwrap();
        probed(&operation, Credential::Token, |request| {
            assert!(
                !request
                    .target
                    .ends_with("/own-organisation-0001/projects/own-project-0001")
            );
            problem(404, "PROJECT_NOT_FOUND")
        });
    }
    let operation = read(&document("/orgs/{organisation_id}", "delete", &json!({}))).unwrap();
    probed(&operation, Credential::Token, |request| {
        assert!(!request.names("own-organisation-0001"));
        problem(403, "ORGANISATION_ACCESS_DENIED")
    });
}

fn view(body: &str) -> View {
    let operation = get_project();
    let seen = View::of([&operation], &names("foreign"), CANARY, |_, chosen| {
        assert_eq!(
            chosen,
            [
                Some("foreign-organisation-0001"),
                Some("foreign-project-0001")
            ]
        );
        Ok(answer(200, "A: b", body))
    });
    seen.unwrap()
}

#[test]
fn what_changes_for_its_owner_is_a_leak() {
    let before = view(&json!({ "name": CANARY, "version": 1 }).to_string());
    let after = view(&json!({ "name": CANARY, "version": 2 }).to_string());
    assert_eq!(before.compare(&before), []);
    let findings = before.compare(&after);
    let [(operation, Finding::Leak(_))] = &findings[..] else {
        panic!("{findings:?}");
    };
    assert_eq!(*operation, get_project().name);
}

#[test]
fn refused_attempts_are_the_only_events_that_may_be_added() {
    let list = |actions: &[&str]| {
        let items: Vec<_> = actions
            .iter()
            .map(|action| json!({ "action": action }))
            .collect();
        let total = json!({ "total": actions.len(), "name": CANARY });
        view(&json!({ "items": items, "note": CANARY, "pagination": total }).to_string())
    };
    let before = list(&["project.created"]);
    assert_eq!(
        before.compare(&list(&["access.denied", "project.created"])),
        []
    );
    let findings = before.compare(&list(&["project.deleted", "project.created"]));
    assert!(matches!(findings[..], [(_, Finding::Leak(_))]));
}

#[test]
fn a_view_without_the_canary_or_without_success_proves_nothing() {
    let (operation, foreign) = (get_project(), names("foreign"));
    let blind = View::of([&operation], &foreign, CANARY, |_, _| {
        Ok(answer(200, "A: b", "{}"))
    });
    assert!(blind.is_err());
    let refused = View::of([&operation], &foreign, CANARY, |_, _| {
        Ok(answer(404, "A: b", CANARY))
    });
    let refused = refused.unwrap();
    let findings = refused.compare(&refused);
    assert!(matches!(findings[..], [(_, Finding::NotProbed(_))]));
}
