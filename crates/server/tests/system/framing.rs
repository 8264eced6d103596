//! Requests that are framed wrongly, or are too large to look at.

use crate::support::{Answer, Memory, Wire, builder, head, on_both, shared, together};
use std::time::{Duration, Instant};
use test_server::{Database, TestServer, User, unique};

const MIB: usize = 1024 * 1024;
const AT_ONCE: usize = 50;
/// Parts of 64 KiB.
const PARTS: usize = 256;
/// Longer than the server takes to drop what it does not read.
const CLOSED_WITHIN: Duration = Duration::from_secs(20);

/// Heads of `POST /orgs` up to the framing headers, with what comes after them, and the status.
const FRAMINGS: &[(&str, u16)] = &[
    ("Content-Length: abc\r\n\r\n", 400),
    ("Content-Length: -1\r\n\r\n", 400),
    ("Content-Length: +2\r\n\r\n{}", 400),
    ("Content-Length: 1 1\r\n\r\n{}", 400),
    ("Content-Length: 0x2\r\n\r\n{}", 400),
    ("Content-Length: 2, 2\r\n\r\n{}", 400),
    ("Content-Length:\r\n\r\n", 400),
    ("Content-Length: 18446744073709551616\r\n\r\n", 400),
    ("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
    ("Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}", 400),
    (
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    (
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        400,
    ),
    ("Transfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400),
    ("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    ("Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n", 400),
    ("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    ("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    ("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
    ("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    (
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    (
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        400,
    ),
    (
        "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        400,
    ),
    (
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}",
        400,
    ),
    (
        "Transfer-Encoding: chunked\r\n\r\n2;x=\n\r\n{}\r\n0\r\n\r\n",
        400,
    ),
    ("X: a\0b\r\n\r\n", 400),
    ("X\0: ab\r\n\r\n", 400),
    ("X: a\rY: b\r\n\r\n", 400),
    ("X: a\r\n folded\r\n\r\n", 400),
    ("No colon\r\n\r\n", 400),
    ("Host: another\r\n\r\n", 400),
];

/// First lines that are none, or lead nowhere.
const FIRST_LINES: &[(&str, u16)] = &[
    ("GET /heal\0thz HTTP/1.1", 400),
    ("GET /healthz HTTP/9.1", 400),
    ("GET /healthz", 400),
    ("GET  HTTP/1.1", 400),
    ("G\u{1}T /healthz HTTP/1.1", 400),
    ("PRI * HTTP/2.0", 400),
    ("\u{16}\u{3}\u{1}\u{2}", 400),
    ("OPTIONS * HTTP/1.1", 404),
    ("TRACE /orgs HTTP/1.1", 405),
    ("CONNECT example.com:443 HTTP/1.1", 405),
];

/// Sends a request and one after it; demands the status, and that nothing of the first was taken for another request.
fn refused(server: &TestServer, request: &str, status: u16) {
    let (mut wire, shown) = (Wire::connect(server.address()), request.escape_debug());
    wire.send(request);
    let answer = wire
        .answer()
        .unwrap_or_else(|| panic!("no answer: {shown}"));
    assert_eq!(answer.status, status, "{shown}");
    check_document(&answer);
    // The connection is closed, or goes on with the next request.
    if wire.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n") {
        if let Some(next) = wire.answer() {
            assert_eq!(next.status, 200, "after {shown}");
        }
    }
    let healthy = server.get("/healthz").send();
    assert_eq!(healthy.status, 200, "after {shown}");
}

/// Demands a problem document, or nothing where there was no request yet that could be answered with one.
fn check_document(answer: &Answer) {
    if !answer.body.is_empty() {
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{answer:?}"
        );
    }
}

fn wrong_framing_is_refused(database: &Database) {
    let server = shared(database);
    let user = server.user("framing");
    for (rest, status) in FRAMINGS {
        let request = format!("{}{rest}", head("POST", "/orgs", &user.token));
        refused(server, &request, *status);
    }
    for (line, status) in FIRST_LINES {
        refused(server, &format!("{line}\r\nHost: test\r\n\r\n"), *status);
    }
    refused(server, "GET /healthz HTTP/1.1\r\n\r\n", 400);
}

fn lines_that_end_with_a_bare_line_feed_do_not_split_a_request(database: &Database) {
    let server = shared(database);
    let mut wire = Wire::connect(server.address());
    // RFC 9112, section 2.2: a recipient may take it for the end of a line.
    wire.send(
        "GET /healthz HTTP/1.1\nHost: test\nX: a\n\nGET /nothing HTTP/1.1\r\nHost: test\r\n\r\n",
    );
    let first = wire.answer().expect("an answer").status;
    match first {
        200 => assert_eq!(wire.answer().map(|answer| answer.status), Some(404)),
        status => assert_eq!(status, 400),
    }
}

fn too_large_a_head_is_refused(database: &Database) {
    let server = shared(database);
    let head = |target: &str, headers: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n")
    };
    let many: String = (0..101).map(|n| format!("X-{n}: a\r\n")).collect();
    let long = "a".repeat(9 * 1024);
    refused(server, &head("/healthz", &format!("X: {long}\r\n")), 431);
    refused(server, &head("/healthz", &many), 431);
    refused(
        server,
        &head("/healthz", &format!("X: {}\r\n", "a".repeat(MIB))),
        431,
    );
    refused(server, &head(&format!("/healthz?{long}"), ""), 414);
    refused(server, &head(&format!("/{long}"), ""), 414);
}

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
    for (head, status) in [
        (announced(&user, giant), 413),
        (announced(&user, MIB + 1), 413),
        (format!("{login}Content-Length: {giant}\r\n\r\n"), 413),
        (
            format!("{login}Content-Length: {}\r\n\r\n", 16 * 1024 + 1),
            413,
        ),
        (announced(&user, giant).replace(&user.token, "wrong"), 401),
        (announced(&user, giant).replace("/orgs", "/nothing"), 404),
    ] {
        // Nothing of the body is sent: whoever waits for it never answers.
        assert_eq!(flood(server, &head, b"", 0), Some(status), "{head}");
    }
}

fn a_chunked_body_that_nobody_wants_does_not_keep_the_connection(database: &Database) {
    let server = shared(database);
    let user = server.user("unwanted");
    let path = server.organisation(&user, &unique("unwanted"));
    let path = format!("/orgs/{path}");
    for (method, target, token, status) in [
        ("POST", "/orgs", "wrong", 401),
        ("POST", "/nothing", "wrong", 404),
        ("PUT", "/orgs", "wrong", 405),
        ("GET", "/healthz", "wrong", 200),
        ("GET", path.as_str(), user.token.as_str(), 200),
    ] {
        let head = head(method, target, token);
        let head = format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        assert_eq!(flood(server, &head, b"", 0), Some(status), "{head}");
    }
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
        refused(server, &format!("{head}{body}"), 413);
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
        0 => flood(&server, &giant, &[b'a'; 0x1_0000], PARTS),
        _ => flood(&server, &chunked, &a_chunk(), PARTS),
    });
    let growth = memory.peak_growth();
    assert!(growth <= 24, "{growth} MiB");
}

on_both!(
    wrong_framing_is_refused,
    lines_that_end_with_a_bare_line_feed_do_not_split_a_request,
    too_large_a_head_is_refused,
    a_body_that_is_announced_as_too_large_is_not_read,
    a_chunked_body_that_nobody_wants_does_not_keep_the_connection,
    an_endless_body_is_cut_off_at_the_limit,
    a_body_of_just_the_limit_is_read,
    large_bodies_cost_no_memory,
);
