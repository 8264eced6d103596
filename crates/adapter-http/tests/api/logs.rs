//! What is logged about a request: one line that sums it up, and nothing that was sent.

use crate::support::{Behaviour, TOKEN, USER, api, client};
use actix_web::test::TestRequest;
use serde_json::Value;
use std::{cell::RefCell, io::Write, sync::Once};

const ID: &str = "0198c0de-0000-7000-8000-00000000000a";

thread_local! {
    /// What was logged on this thread; a test and the use cases that it starts share one.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(line))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One subscriber for the whole process: what tests that come and go install for a while, others switch off for all.
fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_writer(|| ThreadLog)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

async fn logged(behaviour: Behaviour, request: TestRequest) -> Vec<Value> {
    install();
    let client = client(api(behaviour).0).await;
    LOG.take();
    client.send(request).await;
    let text = String::from_utf8(LOG.take()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn project(query: &str) -> TestRequest {
    TestRequest::get()
        .uri(&format!("/orgs/{ID}/projects/{ID}{query}"))
        .insert_header(("authorization", TOKEN))
        .insert_header(("x-request-id", "my-id"))
}

#[actix_web::test]
async fn one_line_sums_a_request_up_by_its_template() {
    let request = project("?canary=1")
        .peer_addr("127.0.0.1:5000".parse().unwrap())
        .insert_header(("x-forwarded-for", "6.6.6.6, 198.51.100.7"))
        .insert_header(("user-agent", "canary"));
    let lines = logged(Behaviour::Answers, request).await;
    let [line] = &lines[..] else {
        panic!("{lines:?}")
    };
    let fields = &line["fields"];
    assert_eq!(fields["message"], "request completed");
    assert_eq!(fields["http_method"], "GET");
    assert_eq!(
        fields["path"],
        "/orgs/{organisation_id}/projects/{project_id}"
    );
    assert_eq!(fields["status_code"], 200);
    assert!(fields["duration_ms"].as_f64().is_some());
    assert_eq!(fields["organisation_id"], ID);
    assert_eq!(
        (&fields["principal_kind"], &fields["principal_id"]),
        (&"user".into(), &USER.to_string().into())
    );
    assert_eq!(fields["client_ip"], "198.51.100.7");
    assert_eq!(line["span"]["request_id"], "my-id");
    let text = line.to_string();
    assert!(
        !text.contains("canary") && !text.contains("good-token"),
        "{text}"
    );
}

#[actix_web::test]
async fn a_fault_is_logged_once_with_its_cause_and_the_requests_id() {
    for (behaviour, level, cause) in [
        (Behaviour::Fails, "ERROR", "storage failed: canary-failure"),
        (
            Behaviour::IsGone,
            "WARN",
            "storage is unavailable: connection refused",
        ),
    ] {
        let lines = logged(behaviour, project("")).await;
        let [fault, summary] = &lines[..] else {
            panic!("{lines:?}")
        };
        assert_eq!(
            (&fault["level"], &fault["fields"]["error"]),
            (&level.into(), &cause.into())
        );
        assert_eq!(fault["span"]["request_id"], "my-id");
        assert_eq!(summary["fields"]["message"], "request completed");
    }
    let lines = logged(Behaviour::Panics, project("")).await;
    assert!(
        lines
            .iter()
            .all(|line| !line.to_string().contains("canary")),
        "{lines:?}"
    );
    assert_eq!(lines[0]["fields"]["panic"], true);
}
