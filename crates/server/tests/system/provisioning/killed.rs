//! `kill -9` at every step of founding an organisation: afterwards it is whole, or there is nothing of it.

use super::{check_tidy, check_whole, eventually, found, organisations, postgres, query, silos};
use crate::support::rounds;
use std::{thread, time::Duration};
use test_server::{Signal, TestServer, User, unique};

const DEATH: Duration = Duration::from_secs(20);

/// A step at which the server stands still while the test holds a lock.
struct Step {
    /// Where it stands.
    name: &'static str,
    /// What it waits for.
    lock: &'static str,
    /// Whether the organisation is there already.
    founded: bool,
}

const STEPS: [Step; 6] = [
    Step {
        name: "before the organisation's row",
        lock: "platform.organisations IN SHARE ROW EXCLUSIVE MODE",
        founded: false,
    },
    Step {
        name: "between the organisation's row and its owner's",
        lock: "platform.organisation_memberships IN SHARE ROW EXCLUSIVE MODE",
        founded: false,
    },
    Step {
        name: "before its schema is made",
        lock: "platform.tenant_scripts IN ACCESS EXCLUSIVE MODE",
        founded: true,
    },
    Step {
        name: "while its schema is made",
        lock: "pg_catalog.pg_policy IN SHARE MODE",
        founded: true,
    },
    Step {
        name: "before it is opened",
        lock: "platform.operator_events IN ACCESS EXCLUSIVE MODE",
        founded: true,
    },
    Step {
        name: "while it is opened",
        lock: "platform.api_keys IN ACCESS EXCLUSIVE MODE",
        founded: true,
    },
];

/// Has an organisation founded, and kills the server at the step.
fn kill_at(step: &Step, server: &mut TestServer, founder: &User, slug: &str) {
    let lock = format!("BEGIN; LOCK TABLE {}", step.lock);
    let held = postgres().session(server.database_url(), &lock);
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    thread::scope(|scope| {
        let body = serde_json::json!({ "name": slug, "slug": slug });
        let asked = server
            .post("/orgs")
            .bearer(&founder.token)
            .idempotency_key(slug)
            .json(&body);
        let asked = scope.spawn(move || asked.attempt());
        eventually(step.name, || (query(server, waiting) != "0").then_some(()));
        server.signal(Signal::Kill);
        // It may have been told already that it takes longer.
        let answer = asked.join().unwrap();
        assert!(answer.is_err() || answer.is_ok_and(|reply| reply.status == 202));
    });
    server.wait(DEATH).expect("nothing outlives SIGKILL");
    drop(held);
    // What the dead server had begun ends when PostgreSQL notices that nobody is there.
    eventually("its sessions are gone", || {
        let sessions = "SELECT count(*) FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        (query(server, sessions) == "0").then_some(())
    });
    server.restart();
}

fn check(step: &Step, server: &TestServer, founder: &User, slug: &str, repeats: bool) {
    let left = organisations(server, founder);
    assert_eq!(left.len(), usize::from(step.founded), "{}", step.name);
    let left = left.first().and_then(|one| one["id"].as_str());
    let id = match left {
        Some(id) if !repeats => id.to_owned(),
        _ => {
            let reply = found(server, founder, slug);
            assert!([201, 202].contains(&reply.status), "{}: {reply}", step.name);
            let replayed = reply.header("Idempotency-Replayed").is_some();
            assert_eq!(replayed, step.founded, "{}: {reply}", step.name);
            reply.string("/id")
        }
    };
    assert!(left.is_none_or(|left| left == id), "{}: {id}", step.name);
    check_whole(server, founder, &id);
    assert_eq!(organisations(server, founder).len(), 1, "{}", step.name);
    let again = found(server, founder, slug);
    assert_eq!(again.string("/id"), id, "{}: {again}", step.name);
}

#[test]
fn a_killed_server_leaves_an_organisation_whole_or_not_at_all() {
    let mut server = silos()
        .setting("SAAS_API_DATABASE__LOCK_SECONDS", "60")
        .setting("SAAS_API_DATABASE__STATEMENT_SECONDS", "60")
        .start();
    for round in 0..rounds(2) {
        for step in &STEPS {
            let (founder, slug) = (server.user("killed"), unique("killed"));
            kill_at(step, &mut server, &founder, &slug);
            // Once by whoever asked, who asks again, and once by the server itself.
            check(step, &server, &founder, &slug, round % 2 == 0);
        }
        check_tidy(&server);
    }
}
