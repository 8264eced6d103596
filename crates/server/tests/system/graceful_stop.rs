//! SIGTERM, and what is under way then.

use crate::support::{Wire, builder, head, on_both};
use serde_json::json;
use std::{
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};
use test_server::{Database, Signal, TestServer, User, unique};

/// The time for requests after SIGTERM, and twice that again: the machine is busy.
const ENDS_WITHIN: Duration = Duration::from_mins(1);
const AT_ONCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);

/// A request whose body is not complete yet, and what is missing.
fn begin(server: &TestServer, user: &User, name: &str) -> (Wire, String) {
    let body = json!({ "name": name }).to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let head = head("POST", "/orgs", &user.token);
    let mut wire = Wire::connect(server.address());
    assert!(wire.send(format!(
        "{head}Content-Length: {}\r\n\r\n{first}",
        body.len()
    )));
    (wire, rest.to_owned())
}

/// Waits until the server says that it wants no more requests.
fn wait_until_draining(server: &TestServer) {
    let deadline = Instant::now() + AT_ONCE;
    while server.get("/readyz").send().status != 503 {
        assert!(Instant::now() < deadline, "/readyz still says ready");
        thread::sleep(POLL);
    }
}

fn what_is_under_way_is_answered(database: &Database) {
    let mut server = builder(database).start();
    let user = server.user("stop");
    let name = unique("under way");
    // The first request of the connection is answered, so that the second one surely is with the server.
    let (mut wire, rest) = begin(&server, &user, &name);
    let idle: Vec<_> = (0..5).map(|_| Wire::connect(server.address())).collect();
    thread::sleep(POLL);
    server.signal(Signal::Terminate);
    wait_until_draining(&server);
    let reply = server.get("/readyz").expect(503);
    assert_eq!(reply.string("/checks/server/status"), "unavailable");
    let _ = server.get("/healthz").expect(200);
    let deadline = Instant::now() + AT_ONCE;
    while TcpStream::connect(server.address()).is_ok() {
        assert!(Instant::now() < deadline, "it still takes connections");
        thread::sleep(POLL);
    }
    assert!(wire.send(rest));
    let answer = wire.answer().expect("the request was under way");
    assert_eq!(answer.status, 201, "{answer:?}");
    assert!(answer.body.contains(&name));
    let status = server.wait(ENDS_WITHIN).expect("it ends by itself");
    assert_eq!(status.code(), Some(0));
    drop(idle);
    let log = server.log();
    assert!(log.contains("\"stopped\""), "{log}");
    // What was answered is there.
    server.restart();
    let orgs = server.get("/orgs").bearer(&user.token).expect(200).items();
    assert_eq!(orgs[0]["name"], json!(name));
}

fn a_stalled_upload_does_not_hold_up_the_end(database: &Database) {
    let mut server = builder(database)
        .setting("SAAS_API_HTTP__BODY_SECONDS", "2")
        .setting("SAAS_API_HTTP__SHUTDOWN_SECONDS", "50")
        .start();
    let user = server.user("stalled");
    let stalled: Vec<_> = (0..20).map(|_| begin(&server, &user, "never")).collect();
    server.signal(Signal::Terminate);
    let status = server
        .wait(Duration::from_secs(40))
        .expect("before the limit");
    assert_eq!(status.code(), Some(0));
    drop(stalled);
}

fn a_second_signal_ends_it_at_once(database: &Database) {
    let mut server = builder(database)
        .setting("SAAS_API_HTTP__BODY_SECONDS", "60")
        .setting("SAAS_API_HTTP__SHUTDOWN_SECONDS", "60")
        .start();
    let user = server.user("second");
    let (wire, _) = begin(&server, &user, "never");
    server.signal(Signal::Terminate);
    wait_until_draining(&server);
    server.signal(Signal::Terminate);
    let status = server.wait(AT_ONCE).expect("at once");
    assert_ne!(status.code(), Some(0));
    drop(wire);
}

on_both!(
    what_is_under_way_is_answered,
    a_stalled_upload_does_not_hold_up_the_end,
    a_second_signal_ends_it_at_once,
);
