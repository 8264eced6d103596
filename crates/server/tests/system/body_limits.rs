//! Bodies that are larger than anybody wants, or not wanted at all.

use crate::support::{Memory, Wire, builder, head, on_both, shared, together};
use std::time::{Duration, Instant};
use test_server::{Database, TestServer, User, unique};

const MIB: usize = 1024 * 1024;
const AT_ONCE: usize = 50;
/// Parts of 64 KiB.
const PARTS: usize = 256;
/// What fifty connections with full buffers need.
const MOST_GROWTH: u64 = 24;
/// Longer than the server takes to drop what it does not read.
const CLOSED_WITHIN: Duration = Duration::from_secs(20);

/// Sends a head that announces a body, and that many parts of it or as many as the server takes; demands that it
/// closes the connection, and gives the status where that came through.
fn flood(server: &TestServer, head: &str, part: &[u8], most: usize) -> Option<u16> {
    let mut wire = Wire::connect(server.address());
    wire.send(head);
    let (mut sent, deadline) = (0, Instant::now() + CLOSED_WITHIN);
    while sent < most && wire.send(part) {
        sent += 1;
        assert!(Instant::now() < deadline, "{sent} parts were taken");
    }
    let status = wire.answer().map(|answer| answer.status);
    let closed = wire.is_closed_within(CLOSED_WITHIN);
    assert!(closed, "still open after {sent} parts");
    status
}

fn a_chunk() -> Vec<u8> {
    [b"10000\r\n", "a".repeat(0x1_0000).as_bytes(), b"\r\n"].concat()
}

fn announced(user: &User, length: usize) -> String {
    let head = head("POST", "/orgs", &user.token);
    format!("{head}Content-Length: {length}\r\n\r\n")
}

fn a_body_that_is_announced_as_too_large_is_not_read(database: &Database) {
    let server = shared(database);
    let user = server.user("large");
    let (giant, login) = (1024 * MIB, head("POST", "/auth/login", ""));
    let requests = [
        (announced(&user, giant), 413),
        (announced(&user, MIB + 1), 413),
        (format!("{login}Content-Length: {giant}\r\n\r\n"), 413),
        (
            format!("{login}Content-Length: {}\r\n\r\n", 16 * 1024 + 1),
            413,
        ),
        (announced(&user, giant).replace(&user.token, "wrong"), 401),
        (announced(&user, giant).replace("/orgs", "/nothing"), 404),
    ];
    together(requests.len(), |n| {
        let (head, status) = &requests[n];
        // Nothing of the body is sent: whoever waits for it never answers.
        assert_eq!(flood(server, head, b"", 0), Some(*status), "{head}");
    });
}

fn a_chunked_body_that_nobody_wants_does_not_keep_the_connection(database: &Database) {
    let server = shared(database);
    let user = server.user("unwanted");
    let path = server.organisation(&user, &unique("unwanted"));
    let path = format!("/orgs/{path}");
    let requests = [
        ("POST", "/orgs", "wrong", 401),
        ("POST", "/nothing", "wrong", 404),
        ("PUT", "/orgs", "wrong", 405),
        ("GET", "/healthz", "wrong", 200),
        ("GET", path.as_str(), user.token.as_str(), 200),
    ];
    together(requests.len(), |n| {
        let (method, target, token, status) = requests[n];
        let head = head(method, target, token);
        let head = format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        assert_eq!(flood(server, &head, b"", 0), Some(status), "{head}");
    });
}

fn an_endless_body_is_cut_off_at_the_limit(database: &Database) {
    let server = shared(database);
    let user = server.user("endless");
    for (target, limit) in [
        ("/orgs", MIB),
        ("/auth/login", 16 * 1024),
        ("/auth/register", 16 * 1024),
    ] {
        let head = head("POST", target, &user.token);
        let head = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
        // Where the server closes while we send, the answer may be lost with the connection.
        let status = flood(server, &head, &a_chunk(), usize::MAX);
        assert!(matches!(status, Some(413) | None), "{status:?}");
        // A body that ends just beyond the limit leaves the answer to be read.
        let body = format!("{:x}\r\n{}\r\n0\r\n\r\n", limit + 1, "a".repeat(limit + 1));
        let mut wire = Wire::connect(server.address());
        wire.send(format!("{head}{body}"));
        assert_eq!(wire.answer().map(|answer| answer.status), Some(413));
    }
}

fn a_body_of_just_the_limit_is_read(database: &Database) {
    let server = shared(database);
    let user = server.user("fits");
    for (target, limit) in [("/orgs", MIB), ("/auth/login", 16 * 1024)] {
        let call = server.post(target).bearer(&user.token);
        let _ = call
            .text(&format!("{{}}{}", " ".repeat(limit - 2)))
            .expect(422);
    }
}

fn large_bodies_cost_no_memory(database: &Database) {
    let server = builder(database).start();
    let user = server.user("memory");
    // Connections have buffers: those do not count.
    together(AT_ONCE, |_| server.get("/healthz").send().status);
    let memory = Memory::of(&server);
    let chunked = format!(
        "{}Transfer-Encoding: chunked\r\n\r\n",
        head("POST", "/auth/login", "")
    );
    let giant = announced(&user, 1024 * MIB);
    together(AT_ONCE, |n| match n % 2 {
        0 => flood(&server, &giant, "a".repeat(0x1_0000).as_bytes(), PARTS),
        _ => flood(&server, &chunked, &a_chunk(), PARTS),
    });
    let growth = memory.peak_growth();
    assert!(growth <= MOST_GROWTH, "{growth} MiB");
}

on_both!(
    a_body_that_is_announced_as_too_large_is_not_read,
    a_chunked_body_that_nobody_wants_does_not_keep_the_connection,
    an_endless_body_is_cut_off_at_the_limit,
    a_body_of_just_the_limit_is_read,
    large_bodies_cost_no_memory,
);
