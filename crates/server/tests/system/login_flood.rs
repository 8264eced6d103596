//! More logins at once than can be hashed.

use crate::support::{Memory, builder, on_both, rounds, together};
use serde_json::json;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use test_server::{Database, PASSWORD, TestServer, unique};

const LOGINS: usize = 400;
const QUEUE: usize = 16;
/// Two hashes of 19 MiB each, and the buffers of so many connections.
const MOST_GROWTH: u64 = 80;

/// Counts the logins that have not ended yet, one that failed included.
struct Pending<'a>(&'a AtomicUsize);

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn shed(server: &TestServer) -> usize {
    let metrics = server.get("/metrics").expect(200).text();
    let name = "saas_api_requests_shed_total{reason=\"hashing\"} ";
    let mut lines = metrics.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.split('.').next());
    value.map_or(0, |value| value.parse().expect("a whole number"))
}

/// Logs in with a right, a wrong, or an unknown pair; gives the status.
fn log_in(server: &TestServer, email: &str, n: usize) -> u16 {
    let (email, password, otherwise) = match n % 3 {
        0 => (email.to_owned(), PASSWORD, 200),
        1 => (email.to_owned(), "a wrong password", 401),
        _ => (format!("{}@example.com", unique("unknown")), PASSWORD, 401),
    };
    let body = json!({ "email": email, "password": password });
    let reply = server.post("/auth/login").json(&body).send();
    if reply.status == 503 {
        assert_eq!(reply.string("/code"), "HASHING_AT_CAPACITY");
        assert!(reply.header("Retry-After").is_some(), "{reply}");
    } else {
        assert_eq!(reply.status, otherwise, "{reply}");
    }
    reply.status
}

fn a_flood_of_logins_is_shed_and_hurts_nobody_else(database: &Database) {
    let server = builder(database)
        .setting("SAAS_API_PASSWORDS__ARGON2__MEMORY_KIB", "19456")
        .setting("SAAS_API_PASSWORDS__ARGON2__ITERATIONS", "2")
        .setting("SAAS_API_PASSWORDS__HASHING_THREADS", "2")
        .setting("SAAS_API_PASSWORDS__QUEUE", QUEUE.to_string())
        .start();
    let user = server.user("flood");
    let memory = Memory::of(&server);
    let (before, logins) = (shed(&server), rounds(LOGINS));
    let pending = AtomicUsize::new(logins);
    let (statuses, others) = thread::scope(|scope| {
        let others = scope.spawn(|| {
            let mut answered = 0;
            while pending.load(Ordering::Relaxed) > 0 {
                for path in ["/me", "/orgs", "/healthz", "/readyz"] {
                    let _ = server.get(path).bearer(&user.token).expect(200);
                }
                answered += 1;
            }
            answered
        });
        let statuses = together(logins, |n| {
            let _pending = Pending(&pending);
            log_in(&server, &user.email, n)
        });
        (statuses, others.join().unwrap())
    });
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    println!(
        "{} answered, {} refused, {} shed",
        count(200),
        count(401),
        count(503)
    );
    assert!(others > 0 && count(503) > 0 && count(200) + count(401) >= QUEUE);
    assert_eq!(shed(&server) - before, count(503), "refusals are counted");
    let growth = memory.peak_growth();
    assert!(growth <= MOST_GROWTH, "{growth} MiB");
    server.login(&user.email);
}

on_both!(a_flood_of_logins_is_shed_and_hurts_nobody_else);
