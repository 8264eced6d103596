//! Requests that are framed wrongly, or whose head is too large to look at.

use crate::support::{Answer, Wire, head, on_both, shared};
use test_server::{Database, TestServer};

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
    if wire.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n")
        && let Some(next) = wire.answer()
    {
        assert_eq!(next.status, 200, "after {shown}");
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
    let many = "X-Many: a\r\n".repeat(101);
    let long = "a".repeat(9 * 1024);
    refused(server, &head("/healthz", &format!("X: {long}\r\n")), 431);
    refused(server, &head("/healthz", &many), 431);
    refused(
        server,
        &head("/healthz", &format!("X: {}\r\n", "a".repeat(1024 * 1024))),
        431,
    );
    refused(server, &head(&format!("/healthz?{long}"), ""), 414);
    refused(server, &head(&format!("/{long}"), ""), 414);
}

on_both!(
    wrong_framing_is_refused,
    lines_that_end_with_a_bare_line_feed_do_not_split_a_request,
    too_large_a_head_is_refused,
);
