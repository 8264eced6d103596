//! Bodies over a real connection: what is too large, too slow, compressed or no JSON.

use crate::support::{Behaviour, serve};
use actix_web::rt;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Sends bytes, then gives back what the server says until it closes the connection or falls silent.
async fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_ref()).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn login(headers: &str, body: &str) -> String {
    format!("POST /auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n{body}")
}

fn json(headers: &str, body: &str) -> String {
    let length = body.len();
    login(
        &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}"),
        body,
    )
}

fn assert_code(answer: &str, status: u16, code: &str) {
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
    assert!(
        answer.contains("x-content-type-options: nosniff"),
        "{answer}"
    );
}

#[actix_web::test]
async fn a_body_that_announces_too_much_is_refused_before_it_is_sent() {
    let huge = "Content-Type: application/json\r\nContent-Length: 1000000000\r\n";
    let answer = exchange(serve(Behaviour::Answers), login(huge, "")).await;
    assert_code(&answer, 413, "PAYLOAD_TOO_LARGE");
}

#[actix_web::test]
async fn a_chunked_body_is_refused_at_the_limit() {
    let chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    let chunk = format!("200\r\n{}\r\n", "x".repeat(0x200));
    let answer = exchange(serve(Behaviour::Answers), login(chunked, &chunk.repeat(2))).await;
    assert_code(&answer, 413, "PAYLOAD_TOO_LARGE");
}

#[actix_web::test]
async fn a_body_that_never_ends_is_given_up_after_the_deadline() {
    let address = serve(Behaviour::Answers);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = login(
        "Content-Type: application/json\r\nContent-Length: 100\r\n",
        "{",
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let began = Instant::now();
    let mut answer = vec![0; 4096];
    // A byte now and then does not buy more time.
    let drip = async {
        loop {
            rt::time::sleep(Duration::from_millis(50)).await;
            let _ = stream.write_all(b" ").await;
            if let Ok(Ok(read)) = timeout(Duration::from_millis(1), stream.read(&mut answer)).await
            {
                break read;
            }
        }
    };
    let read = timeout(Duration::from_secs(5), drip).await.unwrap();
    assert_code(
        &String::from_utf8_lossy(&answer[..read]),
        408,
        "REQUEST_TIMEOUT",
    );
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[actix_web::test]
async fn nothing_is_inflated_and_only_json_is_read() {
    let address = serve(Behaviour::Answers);
    for encoding in ["gzip", "br", "zstd", "deflate", "identity, gzip"] {
        let header = format!("Content-Encoding: {encoding}\r\n");
        assert_code(
            &exchange(address, json(&header, "{}")).await,
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        );
    }
    let double = "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n";
    assert_code(
        &exchange(address, json(double, "{}")).await,
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    );
    for kind in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
    ] {
        let request = login(&format!("{kind}Content-Length: 2\r\n"), "{}");
        assert_code(
            &exchange(address, request).await,
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        );
    }
    let plain = json("Content-Encoding: identity\r\n", "{}");
    assert_code(&exchange(address, plain).await, 422, "VALIDATION_FAILED");
}

#[actix_web::test]
async fn whatever_is_sent_as_a_body_is_the_clients_fault() {
    let address = serve(Behaviour::Answers);
    let deep = "[".repeat(500);
    let bodies = [
        "",
        "null",
        "[]",
        "{",
        "NaN",
        "\u{feff}{}",
        r#"{"email":"\ud800"}"#,
        r#"{"email":"\u0000"}"#,
        r#"{"email":1e400}"#,
        r#"{"email":18446744073709551616,"password":-0}"#,
        &deep,
        r#"{"email":"a@example.com","email":"b","password":"x\u0000"}"#,
    ];
    for body in bodies {
        assert_code(
            &exchange(address, json("", body)).await,
            422,
            "VALIDATION_FAILED",
        );
    }
    let mut bytes = json("", "{\"a\":\"xx\"}").into_bytes();
    let end = bytes.len();
    bytes[end - 4..end - 2].copy_from_slice(b"\xff\xfe");
    assert_code(&exchange(address, bytes).await, 422, "VALIDATION_FAILED");
}

#[actix_web::test]
async fn a_connection_survives_a_refused_body() {
    let address = serve(Behaviour::Answers);
    let body = "{}";
    let one = format!(
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answers = exchange(address, format!("{one}{last}")).await;
    assert!(
        answers.starts_with("HTTP/1.1 422 ") && answers.contains("HTTP/1.1 200 "),
        "{answers}"
    );
}
