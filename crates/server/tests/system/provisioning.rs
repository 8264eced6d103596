//! Organisations with a place of their own: founded through every door, whatever happens on the way.

mod killed;

use crate::support::{BINARY, builder};
use private_postgres::PrivatePostgres;
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};
use test_server::{Builder, Database, Reply, TestServer, User, unique};

const PATIENCE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(50);

/// Founds every organisation in a schema of its own.
fn silos() -> Builder {
    builder(&Database::Postgres)
        .setting("SAAS_API_TENANCY__ISOLATION", "silo")
        .setting("SAAS_API_TENANCY__TIER", "pro")
}

fn postgres() -> &'static PrivatePostgres {
    PrivatePostgres::shared()
}

fn query(server: &TestServer, statement: &str) -> String {
    postgres().query(server.database_url(), statement)
}

#[track_caller]
fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "it never came to pass: {what}");
        thread::sleep(POLL);
    }
}

/// Founds an organisation of this slug, with the slug as idempotency key.
fn found(server: &TestServer, founder: &User, slug: &str) -> Reply {
    let body = json!({ "name": slug, "slug": slug });
    server
        .post("/orgs")
        .bearer(&founder.token)
        .idempotency_key(slug)
        .json(&body)
        .send()
}

fn organisations(server: &TestServer, user: &User) -> Vec<Value> {
    server.get("/orgs").bearer(&user.token).expect(200).items()
}

/// Waits until an organisation is open, and demands that it is whole.
fn check_whole(server: &TestServer, owner: &User, id: &str) {
    let path = format!("/orgs/{id}");
    eventually("the organisation is open", || {
        let shown = server.get(&path).bearer(&owner.token).expect(200);
        (shown.string("/status") == "active").then_some(())
    });
    let list = |rest: &str| {
        let list = server.get(&format!("{path}{rest}")).bearer(&owner.token);
        list.expect(200).items()
    };
    let events = list("/audit-events");
    let created: Vec<_> = events
        .iter()
        .filter(|event| event["action"] == "organisation.created")
        .collect();
    assert_eq!(created.len(), 1, "{events:?}");
    let members = list("/members");
    assert_eq!(members.len(), 1);
    assert_eq!(members[0]["role"], "owner");
    let projects = server.post(&format!("{path}/projects"));
    let project = projects.bearer(&owner.token).json(&json!({ "name": "x" }));
    let _ = project.expect(201);
    let schema = format!("t_{}", id.replace('-', ""));
    let projects = format!("SELECT count(*) FROM {schema}.projects");
    assert_eq!(query(server, &projects), "1", "its data is not its own");
}

/// Demands that there are as many schemas as organisations that have one, and that nobody holds anything.
fn check_tidy(server: &TestServer) {
    let schemas = query(
        server,
        "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'",
    );
    let siloed = "SELECT count(*) FROM platform.organisations WHERE placement = 'silo'";
    assert_eq!(schemas, query(server, siloed));
    let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";
    eventually("no lock is held", || {
        (query(server, held) == "0").then_some(())
    });
}

#[test]
fn every_door_leads_to_a_place_of_ones_own() {
    let server = silos().start();
    let founder = server.user("founder");
    let reply = found(&server, &founder, &unique("door")).expect(201);
    assert_eq!(reply.string("/isolation"), "silo");
    check_whole(&server, &founder, &reply.string("/id"));

    let slug = unique("door");
    let email = format!("{slug}@example.com");
    let body = json!({
        "organisation": { "name": slug },
        "owner": { "email": email, "password": test_server::PASSWORD, "display_name": "Ada" },
        "api_key": { "name": "first" },
    });
    let signed_up = server.post("/tenants").json(&body).expect(201);
    let id = signed_up.string("/organisation/id");
    let key = signed_up.string("/api_key/raw_key");
    let projects = format!("/orgs/{id}/projects");
    let _ = server.get(&projects).bearer(&key).expect(200);
    let owner = User {
        id: signed_up.string("/user/id"),
        token: server.login(&email),
        email,
    };
    let actions: Vec<_> = {
        let events = server.get(&format!("/orgs/{id}/audit-events"));
        let events = events.bearer(&owner.token).expect(200).items();
        events.iter().map(|event| event["action"].clone()).collect()
    };
    assert_eq!(actions, ["api_key.created", "organisation.created"]);
    check_whole(&server, &owner, &id);

    let body = json!({
        "name": "for somebody", "slug": unique("door"), "owner": { "email": owner.email }, "reason": "contract"
    });
    let operator = server.operator();
    let created = server.admin("POST", "/admin/tenants").bearer(&operator);
    let id = created.json(&body).expect(201).string("/tenant/id");
    let events = server.get(&format!("/orgs/{id}/audit-events"));
    let events = events.bearer(&owner.token).expect(200).items();
    assert_eq!(events[0]["actor_type"], "operator");
    assert_eq!(events[0]["metadata"], json!({ "reason": "contract" }));
    check_whole(&server, &owner, &id);
    check_tidy(&server);
}

#[test]
fn a_place_that_takes_longer_is_waited_for_at_its_address() {
    let server = silos().start();
    let (founder, slug) = (server.user("patient"), unique("patient"));
    let operator = server.operator();
    let held = postgres().session(
        server.database_url(),
        "BEGIN; LOCK TABLE platform.tenant_scripts IN ACCESS EXCLUSIVE MODE",
    );
    let accepted = found(&server, &founder, &slug).expect(202);
    let id = accepted.string("/id");
    let path = format!("/orgs/{id}");
    assert_eq!(accepted.header("Location"), Some(path.as_str()));
    assert!(accepted.header("Retry-After").is_some());
    assert_eq!(accepted.string("/status"), "provisioning");

    let shown = server.get(&path).bearer(&founder.token).expect(200);
    assert_eq!(shown.json(), accepted.json());
    assert_eq!(organisations(&server, &founder), [accepted.json()]);
    let me = server.get("/me").bearer(&founder.token).expect(200).json();
    assert_eq!(me["memberships"][0]["organisation_status"], "provisioning");
    let projects = server.get(&format!("{path}/projects"));
    let early = projects.bearer(&founder.token).expect(409);
    assert_eq!(early.string("/code"), "TENANT_NOT_READY");
    assert!(early.header("Retry-After").is_some());
    for deed in ["suspend", "reactivate"] {
        let path = format!("/admin/tenants/{id}/{deed}");
        let call = server.admin("POST", &path).bearer(&operator);
        let refused = call.json(&json!({ "reason": "because" })).expect(409);
        assert_eq!(refused.string("/code"), "TENANT_NOT_READY", "{deed}");
    }

    drop(held);
    check_whole(&server, &founder, &id);
    let again = found(&server, &founder, &slug).expect(202);
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(
        again.json(),
        accepted.json(),
        "a replay is the first answer"
    );
    check_tidy(&server);
}

#[test]
fn what_cannot_be_finished_is_given_up_and_can_be_asked_for_again() {
    let server = silos()
        .setting("SAAS_API_TENANCY__PROVISIONING_MINUTES", "0")
        .start();
    let (founder, slug) = (server.user("unlucky"), unique("unlucky"));
    let executable = |verb: &str, preposition: &str| {
        let function = "EXECUTE ON FUNCTION platform.provision_silo(uuid)";
        query(
            &server,
            &format!("{verb} {function} {preposition} saas_api_app"),
        );
    };
    executable("REVOKE", "FROM");
    let accepted = found(&server, &founder, &slug).expect(202);
    let id = accepted.string("/id");
    eventually("it is given up", || {
        organisations(&server, &founder).is_empty().then_some(())
    });
    let left = format!("SELECT count(*) FROM platform.organisations WHERE id = '{id}'");
    eventually("nothing is left", || {
        (query(&server, &left) == "0").then_some(())
    });
    let told = format!(
        "SELECT string_agg(operator || ' ' || action, ', ' ORDER BY created_at, id) \
         FROM platform.operator_events WHERE target_id = '{id}'"
    );
    let expected = "system organisation.given_up, system organisation.purged";
    eventually("it is told of", || {
        (query(&server, &told) == expected).then_some(())
    });

    executable("GRANT", "TO");
    let again = found(&server, &founder, &slug).expect(201);
    assert_ne!(again.string("/id"), id);
    check_whole(&server, &founder, &again.string("/id"));
    check_tidy(&server);
}

/// A migrator that is at work meanwhile, as at an upgrade.
#[test]
fn a_place_that_is_made_during_a_migration_is_whole() {
    let server = silos().start();
    let founder = server.user("upgrade");
    thread::scope(|scope| {
        let migrations = scope.spawn(|| {
            for _ in 0..5 {
                let output = server.command(&["migrate"]);
                assert!(output.status.success(), "{BINARY} migrate: {output:?}");
            }
        });
        while !migrations.is_finished() {
            let reply = found(&server, &founder, &unique("upgrade"));
            assert!([201, 202].contains(&reply.status), "{reply}");
        }
        migrations.join().unwrap();
    });
    for organisation in organisations(&server, &founder) {
        check_whole(&server, &founder, organisation["id"].as_str().unwrap());
    }
    check_tidy(&server);
}
