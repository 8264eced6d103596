//! Clients that reset their connections at the worst moments, beside others that are promised something.

use crate::support::{Audit, Over, Random, builder, head, rounds, together};
use private_postgres::PrivatePostgres;
use socket2::SockRef;
use std::{
    io::Write,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use test_server::{Database, TestServer, User, raw, unique};

const RESETS: usize = 1_800;
const STORMERS: usize = 3;
/// After so many each stormer waits for an answer, so that the storm does not run ahead of the server.
const RESETS_IN_A_ROW: usize = 8;
const WRITERS: usize = 8;
/// From a reset at once to one after 3 ms: before, in and after the request's statements.
const STEP: Duration = Duration::from_micros(50);
const STEPS: usize = 61;
/// How long the server may take to roll back what the last clients left.
const ROLL_BACK: Duration = Duration::from_secs(2);

/// Writes until the storm is over; gives the ids that the server acknowledged.
fn write(server: &TestServer, owner: &User, path: &str, over: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let body = serde_json::json!({ "name": "acknowledged" });
        let call = server.post(path).bearer(&owner.token).json(&body);
        acknowledged.push(call.expect(201).string("/id"));
    }
    acknowledged
}

/// Sends a request and resets the connection after `delay`.
fn reset(server: &TestServer, request: &[u8], delay: Duration) {
    let Ok(mut stream) = raw::connect(server.address()) else {
        return;
    };
    let sent = stream.write_all(request);
    thread::sleep(delay);
    let lingers = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    assert!(sent.is_ok() && lingers.is_ok());
}

/// The requests that are cut off: a write, a write with a key, and a read.
fn requests(owner: &User, path: &str, n: usize) -> Vec<u8> {
    let body = r#"{"name":"stray"}"#;
    let post = head("POST", path, &owner.token);
    let length = body.len();
    match n % 3 {
        0 => format!("{post}Content-Length: {length}\r\n\r\n{body}"),
        1 => {
            let key = unique("stray");
            format!("{post}Idempotency-Key: {key}\r\nContent-Length: {length}\r\n\r\n{body}")
        }
        _ => format!("{}\r\n", head("GET", path, &owner.token)),
    }
    .into_bytes()
}

#[test]
fn resets_take_no_acknowledged_write_with_them_and_leave_none_half_done() {
    let server = builder(&Database::Postgres)
        .setting("SAAS_API_HTTP__WORKERS", "2")
        .setting("SAAS_API_DATABASE__CONNECTIONS_PER_WORKER", "1")
        .start();
    let owner = server.user("storm");
    let organisation = server.organisation(&owner, &unique("storm"));
    let path = format!("/orgs/{organisation}/projects");
    let mut random = Random::new();
    let resets = rounds(RESETS) / STORMERS;
    let over = AtomicBool::new(false);

    let acknowledged: Vec<String> = thread::scope(|scope| {
        let write = || write(&server, &owner, &path, &over);
        let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(write)).collect();
        let end = Over(&over);
        let first = usize::try_from(random.below(1 << 16)).expect("few bits");
        together(STORMERS, |stormer| {
            for n in 0..resets {
                let steps = (first + stormer + n * STORMERS) % STEPS;
                let delay = STEP * u32::try_from(steps).expect("few steps");
                reset(&server, &requests(&owner, &path, n), delay);
                if n % RESETS_IN_A_ROW == 0 {
                    let read = server.get(&format!("{path}?limit=1"));
                    let _ = read.bearer(&owner.token).expect(200);
                }
            }
        });
        drop(end);
        let journals = writers.into_iter().map(|writer| writer.join().unwrap());
        journals.flatten().collect()
    });

    thread::sleep(ROLL_BACK);
    let left = "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let left = PrivatePostgres::shared().query(server.database_url(), left);
    assert_eq!(left, "0", "sessions idle in a transaction");

    let audit = Audit::of(&server, &owner.token, &organisation);
    let stored: Vec<_> = audit.projects.iter().map(|row| &row["id"]).collect();
    for id in &acknowledged {
        assert!(stored.contains(&&serde_json::json!(id)), "{id} is lost");
    }
    assert_eq!(audit.count("project.created"), audit.projects.len());
    let strays = audit.projects.len() - acknowledged.len();
    println!("{} acknowledged, {strays} strays", acknowledged.len());
    assert!(
        acknowledged.len() >= WRITERS && strays > 0,
        "the storm blew past"
    );

    // Nobody's connection is missing from the pool.
    together(WRITERS, |_| {
        let body = serde_json::json!({ "name": "afterwards" });
        let _ = server
            .post(&path)
            .bearer(&owner.token)
            .json(&body)
            .expect(201);
    });
}
