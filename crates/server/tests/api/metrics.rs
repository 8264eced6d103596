//! `GET /metrics`: what is counted, under which names and labels.

use crate::support::*;
use serde_json::json;
use test_server::{Database, PASSWORD, TestServer, World, unique};

/// A server that nobody else uses, so that counts are exact.
fn quiet(server: &TestServer) -> TestServer {
    own(server).start()
}

fn scrape(server: &TestServer) -> String {
    server.get("/metrics").expect(200).text()
}

/// Demands this line.
#[track_caller]
fn counted(text: &str, line: &str) {
    let family = line.split(['{', ' ']).next().unwrap_or_default();
    let found: Vec<_> = text
        .lines()
        .filter(|found| found.starts_with(family))
        .collect();
    assert!(found.contains(&line), "no {line} in {found:#?}");
}

fn the_format_is_prometheus_text(server: &TestServer) {
    let reply = server.get("/metrics").expect(200);
    let content_type = "text/plain; version=1.0.0; charset=utf-8";
    assert_eq!(reply.header("Content-Type"), Some(content_type));
    let text = reply.text();
    for (family, kind) in [
        ("saas_api_requests_total", "counter"),
        ("saas_api_request_duration_seconds", "histogram"),
        ("saas_api_auth_attempts_total", "counter"),
        ("saas_api_organisations_created_total", "counter"),
        ("saas_api_projects_created_total", "counter"),
        ("saas_api_api_keys_created_total", "counter"),
        ("saas_api_api_keys_revoked_total", "counter"),
        ("saas_api_audit_events_recorded_total", "counter"),
        ("saas_api_idempotency_replays_total", "counter"),
        ("saas_api_idempotency_conflicts_total", "counter"),
    ] {
        assert!(
            text.contains(&format!("# HELP {family} ")),
            "no help for {family}"
        );
        assert!(
            text.contains(&format!("# TYPE {family} {kind}\n")),
            "no type for {family}"
        );
    }
    let foreign = |line: &&str| !line.starts_with('#') && !line.starts_with("saas_api_");
    assert_eq!(text.lines().find(foreign), None);
}

fn counters_without_labels_start_at_zero(server: &TestServer) {
    let text = scrape(&quiet(server));
    for family in [
        "organisations_created",
        "projects_created",
        "api_keys_created",
        "api_keys_revoked",
        "idempotency_replays",
        "idempotency_conflicts",
    ] {
        counted(&text, &format!("saas_api_{family}_total 0.0"));
    }
    for family in ["auth_attempts", "audit_events_recorded"] {
        assert!(
            !text.contains(&format!("saas_api_{family}_total{{")),
            "{family} has a series already"
        );
    }
}

fn requests_are_counted_by_method_template_and_status(server: &TestServer) {
    let server = &quiet(server);
    let world = World::new(server, "requests");
    let project = world.project(server, "Counted")["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let path = world.path(&format!("/projects/{project}"));
    for _ in 0..2 {
        let _ = server.get(&path).bearer(&world.owner.token).expect(200);
    }
    NO_CREDENTIAL.of(server.get(&path));
    NO_ROUTE.of(server.get("/no/such/route"));
    WRONG_METHOD.of(server.call("PUT", &path));
    WRONG_METHOD.of(server.call("MADEUP", "/me"));
    let text = scrape(server);
    let template = "/orgs/{organisation_id}/projects/{project_id}";
    for (method, path, status, count) in [
        ("GET", template, 200, 2),
        ("GET", template, 401, 1),
        ("PUT", template, 405, 1),
        ("GET", "unmatched", 404, 1),
        ("POST", "/orgs/{organisation_id}/members", 201, 3),
    ] {
        let labels = format!("{{method=\"{method}\",path=\"{path}\",status_code=\"{status}\"}}");
        counted(&text, &format!("saas_api_requests_total{labels} {count}.0"));
        counted(
            &text,
            &format!("saas_api_request_duration_seconds_count{labels} {count}.0"),
        );
    }
    for raw in [&world.id, &project, &world.viewer.id, "MADEUP", "/no/such"] {
        assert!(!text.contains(raw), "{raw} in the labels");
    }
}

fn durations_have_the_documented_buckets(server: &TestServer) {
    let _ = server.get("/healthz").expect(200);
    let text = scrape(server);
    let series = |line: &&str| line.contains("_bucket{") && line.contains("\"/healthz\"");
    let bounds: Vec<_> = text
        .lines()
        .filter(series)
        .filter(|line| line.contains("method=\"GET\"") && line.contains("status_code=\"200\""))
        .filter_map(|line| line.split("le=\"").nth(1)?.split('"').next())
        .collect();
    let expected = [
        "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
        "5.0", "7.5", "10.0", "+Inf",
    ];
    assert_eq!(bounds, expected);
}

fn attempts_are_counted_by_operation_and_outcome(server: &TestServer) {
    let server = &quiet(server);
    let email = server.user("attempts").email;
    let register =
        |password: &str| json!({ "email": email, "password": password, "display_name": "x" });
    EMAIL_TAKEN.of(server.post("/auth/register").json(&register(PASSWORD)));
    let mut blank = register(&" ".repeat(12));
    blank["email"] = json!("blank@example.com");
    BLANK_PASSWORD.of(server.post("/auth/register").json(&blank));
    // What breaks the schema is no attempt.
    INVALID.of(server.post("/auth/register").json(&register("short")));
    INVALID.of(server
        .post("/auth/login")
        .json(&json!({ "email": "x", "password": "x" })));
    for password in ["wrong", "wrong again", "and again"] {
        BAD_LOGIN.of(server
            .post("/auth/login")
            .json(&json!({ "email": email, "password": password })));
    }
    BAD_TOKEN.of(server.get("/me").bearer("wrong"));
    let text = scrape(server);
    for (operation, outcome, count) in [
        ("register", "success", 1),
        ("register", "failure", 2),
        ("login", "success", 1),
        ("login", "failure", 3),
    ] {
        let labels = format!("{{operation=\"{operation}\",outcome=\"{outcome}\"}}");
        counted(
            &text,
            &format!("saas_api_auth_attempts_total{labels} {count}.0"),
        );
    }
}

fn what_was_done_is_counted_once(server: &TestServer) {
    let server = &quiet(server);
    let world = World::new(server, "done");
    let key = world.api_key(server, &world.owner, "key");
    let path = world.path(&format!("/api-keys/{}", key.id));
    for _ in 0..2 {
        let _ = server.delete(&path).bearer(&world.owner.token).expect(200);
    }
    let idempotency_key = unique("done");
    let create = |name: &str| {
        let call = server
            .post(&world.path("/projects"))
            .bearer(&world.owner.token);
        call.idempotency_key(&idempotency_key)
            .json(&json!({ "name": name }))
            .send()
    };
    for _ in 0..3 {
        let _ = create("One").expect(201);
    }
    OTHER_BODY.check(&create("Two"));
    INSUFFICIENT.of(server
        .get(&world.path("/members"))
        .bearer(&world.viewer.token));
    let text = scrape(server);
    for (family, count) in [
        ("organisations_created", 1),
        ("projects_created", 1),
        ("api_keys_created", 1),
        ("api_keys_revoked", 1),
        ("idempotency_replays", 2),
        ("idempotency_conflicts", 1),
    ] {
        counted(&text, &format!("saas_api_{family}_total {count}.0"));
    }
    for (action, count) in [
        ("user.registered", 5),
        ("user.logged_in", 5),
        ("organisation.created", 1),
        ("member.added", 3),
        ("project.created", 1),
        ("api_key.created", 1),
        ("api_key.revoked", 1),
    ] {
        counted(
            &text,
            &format!("saas_api_audit_events_recorded_total{{action=\"{action}\"}} {count}.0"),
        );
    }
}

fn metrics_can_have_a_listener_of_their_own_or_none(server: &TestServer) {
    if *server.database() == Database::Sqlite {
        let silent = own(server)
            .setting("SAAS_API_HTTP__METRICS_ENABLED", "false")
            .start();
        NO_ROUTE.of(silent.get("/metrics"));
        let apart = own(server)
            .setting("SAAS_API_HTTP__METRICS_LISTEN", "127.0.0.1:0")
            .start();
        NO_ROUTE.of(apart.get("/metrics"));
    }
}

on_both!(
    the_format_is_prometheus_text,
    counters_without_labels_start_at_zero,
    requests_are_counted_by_method_template_and_status,
    durations_have_the_documented_buckets,
    attempts_are_counted_by_operation_and_outcome,
    what_was_done_is_counted_once,
    metrics_can_have_a_listener_of_their_own_or_none,
);
