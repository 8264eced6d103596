use super::*;
use domain::audit::AuditAction;

fn lines_about<'a>(text: &'a str, family: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.contains(family)).collect()
}

#[test]
fn before_any_request_every_family_is_announced_and_unlabelled_counters_are_zero() {
    let text = Metrics::new().unwrap().render();
    assert_eq!(
        text,
        "\
# HELP saas_api_api_keys_created_total API keys created.
# TYPE saas_api_api_keys_created_total counter
saas_api_api_keys_created_total 0.0
# HELP saas_api_api_keys_revoked_total API keys revoked for the first time.
# TYPE saas_api_api_keys_revoked_total counter
saas_api_api_keys_revoked_total 0.0
# HELP saas_api_audit_events_recorded_total Audit events recorded, by action.
# TYPE saas_api_audit_events_recorded_total counter
# HELP saas_api_auth_attempts_total Registrations and logins, by outcome.
# TYPE saas_api_auth_attempts_total counter
# HELP saas_api_hashing_queue_depth Requests waiting for password hashing.
# TYPE saas_api_hashing_queue_depth gauge
# HELP saas_api_idempotency_conflicts_total Idempotency keys that came back with another body.
# TYPE saas_api_idempotency_conflicts_total counter
saas_api_idempotency_conflicts_total 0.0
# HELP saas_api_idempotency_replays_total Stored outcomes returned for a repeated idempotency key.
# TYPE saas_api_idempotency_replays_total counter
saas_api_idempotency_replays_total 0.0
# HELP saas_api_organisations_created_total Organisations created.
# TYPE saas_api_organisations_created_total counter
saas_api_organisations_created_total 0.0
# HELP saas_api_pool_connections Database connections, by state.
# TYPE saas_api_pool_connections gauge
# HELP saas_api_projects_created_total Projects created.
# TYPE saas_api_projects_created_total counter
saas_api_projects_created_total 0.0
# HELP saas_api_request_duration_seconds Time to answer a request, in seconds.
# TYPE saas_api_request_duration_seconds histogram
# HELP saas_api_requests_shed_total Requests refused because something was full, by reason.
# TYPE saas_api_requests_shed_total counter
saas_api_requests_shed_total{reason=\"deadline\"} 0.0
saas_api_requests_shed_total{reason=\"hashing\"} 0.0
saas_api_requests_shed_total{reason=\"pool\"} 0.0
# HELP saas_api_requests_total HTTP requests answered.
# TYPE saas_api_requests_total counter
"
    );
}

#[test]
fn a_request_is_counted_with_alphabetical_labels_and_the_contracts_buckets() {
    let metrics = Metrics::new().unwrap();
    metrics.request("GET", "/orgs/{organisation_id}", 200, 0.06);
    metrics.request("GET", "/orgs/{organisation_id}", 200, 11.0);
    let text = metrics.render();
    let labels = r#"method="GET",path="/orgs/{organisation_id}",status_code="200""#;
    assert!(
        text.contains(&format!("saas_api_requests_total{{{labels}}} 2.0\n")),
        "{text}"
    );
    let expected: Vec<String> = [
        "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
        "5.0", "7.5", "10.0", "+Inf",
    ]
    .iter()
    .enumerate()
    .map(|(at, le)| {
        let count = if at < 4 {
            0
        } else {
            1 + usize::from(*le == "+Inf")
        };
        format!("saas_api_request_duration_seconds_bucket{{le=\"{le}\",{labels}}} {count}.0")
    })
    .collect();
    assert_eq!(lines_about(&text, "_bucket{"), expected);
    assert!(text.contains(&format!(
        "saas_api_request_duration_seconds_sum{{{labels}}} 11.06\n"
    )));
    assert!(text.contains(&format!(
        "saas_api_request_duration_seconds_count{{{labels}}} 2.0\n"
    )));
}

#[test]
fn an_invented_method_does_not_become_a_series() {
    let metrics = Metrics::new().unwrap();
    metrics.request("BREW", "unmatched", 405, 0.0);
    let text = metrics.render();
    assert!(
        text.contains(r#"{method="other",path="unmatched",status_code="405"} 1.0"#),
        "{text}"
    );
    assert!(!text.contains("BREW"));
}

#[test]
fn business_events_reach_their_own_family() {
    let metrics = Metrics::new().unwrap();
    for what in [
        Counted::AuthAttempt(AuthOperation::Login, true),
        Counted::AuthAttempt(AuthOperation::Register, false),
        Counted::OrganisationCreated,
        Counted::ProjectCreated,
        Counted::ProjectCreated,
        Counted::ApiKeyCreated,
        Counted::ApiKeyRevoked,
        Counted::AuditEventRecorded(AuditAction::ProjectCreated),
        Counted::IdempotencyReplay,
        Counted::IdempotencyConflict,
    ] {
        metrics.count(what);
    }
    let text = metrics.render();
    for line in [
        r#"saas_api_auth_attempts_total{operation="login",outcome="success"} 1.0"#,
        r#"saas_api_auth_attempts_total{operation="register",outcome="failure"} 1.0"#,
        "saas_api_organisations_created_total 1.0",
        "saas_api_projects_created_total 2.0",
        "saas_api_api_keys_created_total 1.0",
        "saas_api_api_keys_revoked_total 1.0",
        r#"saas_api_audit_events_recorded_total{action="project.created"} 1.0"#,
        "saas_api_idempotency_replays_total 1.0",
        "saas_api_idempotency_conflicts_total 1.0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is missing in\n{text}"
        );
    }
}

#[test]
fn gauges_are_read_at_the_scrape() {
    let metrics = Metrics::new().unwrap();
    metrics.observe_pool(|| PoolConnections { idle: 3, in_use: 1 });
    metrics.observe_hashing_queue(|| 7);
    metrics.shed(Shed::Pool);
    let text = metrics.render();
    for line in [
        r#"saas_api_pool_connections{state="idle"} 3.0"#,
        r#"saas_api_pool_connections{state="in_use"} 1.0"#,
        "saas_api_hashing_queue_depth 7.0",
        r#"saas_api_requests_shed_total{reason="pool"} 1.0"#,
        r#"saas_api_requests_shed_total{reason="hashing"} 0.0"#,
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is missing in\n{text}"
        );
    }
}

#[test]
fn families_are_listed_by_name() {
    assert!(
        families::ALL
            .windows(2)
            .all(|pair| pair[0].name < pair[1].name)
    );
}

#[test]
fn a_route_is_copied_once() {
    let routes = routes::Routes::default();
    let first = routes.intern("/orgs/{organisation_id}");
    assert!(Arc::ptr_eq(
        &first,
        &routes.intern("/orgs/{organisation_id}")
    ));
    assert_eq!(&*routes.intern("unmatched"), "unmatched");
}
