//! Clients that send or read as slowly as they can.

use crate::support::{Over, Wire, builder, head, on_both};
use serde_json::json;
use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};
use test_server::{Database, TestServer, User, unique};

const SLOW_EACH: usize = 50;
const PAUSE: Duration = Duration::from_millis(250);
/// The deadlines are one and two seconds; the machine is busy.
const CLOSED_WITHIN: Duration = Duration::from_secs(20);

fn start(database: &Database) -> TestServer {
    builder(database)
        .setting("SAAS_API_HTTP__HEADER_READ_SECONDS", "1")
        .setting("SAAS_API_HTTP__BODY_SECONDS", "2")
        .setting("SAAS_API_HTTP__KEEP_ALIVE_SECONDS", "1")
        .start()
}

/// Sends one byte after the other on all connections until the server has closed all of them; gives the answers.
fn drip(mut wires: Vec<Wire>, byte: &str) -> Vec<Option<u16>> {
    let (deadline, mut answers) = (Instant::now() + CLOSED_WITHIN, Vec::new());
    while !wires.is_empty() {
        assert!(
            Instant::now() < deadline,
            "{} connections are still open",
            wires.len()
        );
        thread::sleep(PAUSE);
        wires.retain_mut(|wire| {
            let open = wire.send(byte) && wire.is_silent();
            if !open {
                answers.push(wire.answer().map(|answer| answer.status));
                assert!(
                    wire.is_closed_within(CLOSED_WITHIN),
                    "open after the answer"
                );
            }
            open
        });
    }
    answers
}

fn connect(server: &TestServer, begin: &str) -> Vec<Wire> {
    let open = |_| {
        let mut wire = Wire::connect(server.address());
        wire.send(begin);
        wire
    };
    (0..SLOW_EACH).map(open).collect()
}

/// Does this while somebody else's requests go on, every one of them answered.
fn beside_honest_requests(server: &TestServer, user: &User, act: impl FnOnce()) {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let honest = scope.spawn(|| {
            let mut answered = 0;
            while !over.load(Ordering::Relaxed) {
                let _ = server.get("/me").bearer(&user.token).expect(200);
                let body = json!({ "name": unique("honest") });
                let _ = server
                    .post("/orgs")
                    .bearer(&user.token)
                    .json(&body)
                    .expect(201);
                answered += 1;
            }
            answered
        });
        let end = Over(&over);
        act();
        drop(end);
        assert!(honest.join().unwrap() > 0);
    });
}

fn open_files(server: &TestServer) -> usize {
    let files = fs::read_dir(format!("/proc/{}/fd", server.pid()));
    files.expect("the process is ours").count()
}

fn slow_heads_and_bodies_are_cut_off(database: &Database) {
    let server = start(database);
    let user = server.user("slow");
    let before = open_files(&server);
    let body = format!(
        "{}Content-Length: 1000\r\n\r\n",
        head("POST", "/orgs", &user.token)
    );
    let chunked = format!(
        "{}Transfer-Encoding: chunked\r\n\r\n3e8\r\n",
        head("POST", "/orgs", &user.token)
    );
    beside_honest_requests(&server, &user, || {
        let heads = connect(&server, "GET /healthz HTTP/1.1\r\nX: ");
        let mut bodies = connect(&server, &body);
        bodies.extend(connect(&server, &chunked));
        let silent = connect(&server, "");
        thread::scope(|scope| {
            let heads = scope.spawn(|| drip(heads, "a"));
            let bodies = scope.spawn(|| drip(bodies, " "));
            for mut wire in silent {
                assert!(wire.is_closed_within(CLOSED_WITHIN));
            }
            // Where our byte crosses the answer, the connection may be reset before we read.
            let told = |answers: Vec<Option<u16>>| {
                assert!(
                    answers
                        .iter()
                        .all(|answer| matches!(answer, Some(408) | None)),
                    "{answers:?}"
                );
                answers.contains(&Some(408))
            };
            assert!(told(heads.join().unwrap()) && told(bodies.join().unwrap()));
        });
    });
    let deadline = Instant::now() + CLOSED_WITHIN;
    // The honest client and the database keep some connections.
    while open_files(&server) > before + 16 {
        assert!(
            Instant::now() < deadline,
            "{} files, {before} before",
            open_files(&server)
        );
        thread::sleep(PAUSE);
    }
}

fn readers_that_do_not_read_hold_up_nobody(database: &Database) {
    let server = start(database);
    let user = server.user("reader");
    let id = server.organisation(&user, &unique("reader"));
    let path = format!("/orgs/{id}/projects");
    let body = json!({ "name": "large", "description": "x".repeat(2000) });
    for _ in 0..100 {
        let _ = server
            .post(&path)
            .bearer(&user.token)
            .json(&body)
            .expect(201);
    }
    let request = format!(
        "{}\r\n",
        head("GET", &format!("{path}?limit=100"), &user.token)
    );
    beside_honest_requests(&server, &user, || {
        // Twenty pages of more than 200 kB each, which nobody reads.
        let readers = connect(&server, &request.repeat(20));
        thread::sleep(Duration::from_secs(3));
        drop(readers);
    });
}

on_both!(
    slow_heads_and_bodies_are_cut_off,
    readers_that_do_not_read_hold_up_nobody,
);
