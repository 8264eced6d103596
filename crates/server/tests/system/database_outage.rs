//! PostgreSQL is not there, goes, and comes back.

use crate::support::{Over, builder};
use private_postgres::{Durability, PrivatePostgres};
use serde_json::json;
use std::{
    net::{Ipv4Addr, TcpListener},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};
use test_server::{Call, Database, Reply, Signal, TestServer, User, unique};

const CLIENTS: usize = 4;
/// How long the database is gone.
const OUTAGE: Duration = Duration::from_secs(2);
const READY_WITHIN: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

fn own_postgres() -> PrivatePostgres {
    PrivatePostgres::start_own(Durability::Durable).unwrap_or_else(|error| panic!("{error}"))
}

fn wait_until(server: &TestServer, status: u16) {
    let deadline = Instant::now() + READY_WITHIN;
    while server.get("/readyz").send().status != status {
        assert!(
            Instant::now() < deadline,
            "/readyz does not become {status}"
        );
        thread::sleep(POLL);
    }
}

/// Demands that a refusal is one that asks to come back later.
fn check_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply}");
    assert!(reply.header("Retry-After").is_some(), "{reply}");
    assert_eq!(
        reply.header("Content-Type"),
        Some("application/problem+json"),
        "{reply}"
    );
    assert_eq!(reply.header("Cache-Control"), Some("no-store"), "{reply}");
    assert_eq!(reply.string("/code"), "STORAGE_UNAVAILABLE");
    assert!(reply.header("X-Request-ID").is_some(), "{reply}");
}

fn check_not_ready(server: &TestServer) {
    let reply = server.get("/readyz").expect(503);
    assert_eq!(reply.string("/status"), "not_ready");
    assert_eq!(reply.string("/checks/postgresql/status"), "unavailable");
    let _ = server.get("/healthz").expect(200);
}

#[test]
fn a_server_waits_for_a_database_that_is_down_when_it_starts() {
    let mut postgres = own_postgres();
    let url = postgres.create_database("later");
    postgres.crash();
    let server = builder(&Database::At(url)).until_alive().start();
    check_not_ready(&server);
    check_unavailable(&server.get("/orgs").send());
    check_unavailable(&server.post("/auth/register").json(&json!({})).send());
    postgres.start_again().unwrap();
    wait_until(&server, 200);
    server.user("later");
}

/// A port that takes connections and says nothing, as one behind a broken network does.
#[test]
fn a_server_is_alive_while_its_database_says_nothing() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = silent.local_addr().unwrap();
    for migrate in ["true", "false"] {
        let url = format!("postgres://postgres@{address}/silent");
        let server = builder(&Database::At(url))
            .setting("SAAS_API_DATABASE__MIGRATE_ON_START", migrate)
            .until_alive()
            .start();
        check_not_ready(&server);
        server.signal(Signal::Terminate);
    }
}

/// Reads and writes until told to stop; gives the ids of what was acknowledged and how many refusals there were.
fn work(server: &TestServer, user: &User, path: &str, over: &AtomicBool) -> (Vec<String>, usize) {
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    let mut told = |call: Call<'_>, status: u16| {
        let reply = call.bearer(&user.token).send();
        if reply.status == status {
            return Some(reply);
        }
        check_unavailable(&reply);
        refused += 1;
        // As it was asked to, if not as long.
        thread::sleep(POLL);
        None
    };
    while !over.load(Ordering::Relaxed) {
        let body = json!({ "name": "acknowledged" });
        let created = told(server.post(path).json(&body), 201);
        acknowledged.extend(created.map(|reply| reply.string("/id")));
        told(server.get("/me"), 200);
    }
    (acknowledged, refused)
}

#[test]
fn a_database_that_goes_costs_503_and_no_acknowledged_write() {
    let mut postgres = own_postgres();
    let server = builder(&Database::At(postgres.create_database("outage"))).start();
    let user = server.user("outage");
    let path = format!(
        "/orgs/{}/projects",
        server.organisation(&user, &unique("outage"))
    );
    let over = AtomicBool::new(false);
    let work = || work(&server, &user, &path, &over);
    let (acknowledged, refused) = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(work)).collect();
        let end = Over(&over);
        thread::sleep(OUTAGE);
        postgres.crash();
        check_not_ready(&server);
        thread::sleep(OUTAGE);
        postgres.start_again().unwrap();
        wait_until(&server, 200);
        thread::sleep(OUTAGE);
        drop(end);
        let done: Vec<_> = clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect();
        let refused: usize = done.iter().map(|(_, refused)| refused).sum();
        (
            done.into_iter()
                .flat_map(|(ids, _)| ids)
                .collect::<Vec<_>>(),
            refused,
        )
    });
    println!("{} acknowledged, {refused} refused", acknowledged.len());
    assert!(refused > 0 && !acknowledged.is_empty());
    for id in acknowledged {
        let _ = server
            .get(&format!("{path}/{id}"))
            .bearer(&user.token)
            .expect(200);
    }
}
