//! Names and help lines of all families.

use prometheus::proto::MetricType;

/// One metric family.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The exact name in `/metrics`.
    pub name: &'static str,
    /// Counter, gauge or histogram.
    pub kind: MetricType,
    /// What is measured.
    pub help: &'static str,
}

macro_rules! families {
    ($($(#[$doc:meta])* $constant:ident: $kind:ident $name:literal = $help:literal;)+) => {
        $($(#[$doc])* pub const $constant: Family =
            Family { name: $name, kind: MetricType::$kind, help: $help };)+

        /// All families in the order of their names.
        pub const ALL: &[Family] = &[$($constant),+];
    };
}

families! {
    /// Label-less.
    API_KEYS_CREATED: COUNTER "saas_api_api_keys_created_total" = "API keys created.";
    /// Label-less.
    API_KEYS_REVOKED: COUNTER "saas_api_api_keys_revoked_total" = "API keys revoked for the first time.";
    /// Label `action`.
    AUDIT_EVENTS_RECORDED: COUNTER "saas_api_audit_events_recorded_total" = "Audit events recorded, by action.";
    /// Labels `operation`, `outcome`.
    AUTH_ATTEMPTS: COUNTER "saas_api_auth_attempts_total" = "Registrations and logins, by outcome.";
    /// Label-less.
    HASHING_QUEUE_DEPTH: GAUGE "saas_api_hashing_queue_depth" = "Requests waiting for password hashing.";
    /// Label-less.
    IDEMPOTENCY_CONFLICTS: COUNTER "saas_api_idempotency_conflicts_total" = "Idempotency keys that came back with another body.";
    /// Label-less.
    IDEMPOTENCY_REPLAYS: COUNTER "saas_api_idempotency_replays_total" = "Stored outcomes returned for a repeated idempotency key.";
    /// Label-less.
    ORGANISATIONS_CREATED: COUNTER "saas_api_organisations_created_total" = "Organisations created.";
    /// Label `state`.
    POOL_CONNECTIONS: GAUGE "saas_api_pool_connections" = "Database connections, by state.";
    /// Label-less.
    PROJECTS_CREATED: COUNTER "saas_api_projects_created_total" = "Projects created.";
    /// Labels `method`, `path`, `status_code`.
    REQUEST_DURATION: HISTOGRAM "saas_api_request_duration_seconds" = "Time to answer a request, in seconds.";
    /// Label `reason`.
    REQUESTS_SHED: COUNTER "saas_api_requests_shed_total" = "Requests refused because something was full, by reason.";
    /// Labels `method`, `path`, `status_code`.
    REQUESTS: COUNTER "saas_api_requests_total" = "HTTP requests answered.";
}

/// Upper bounds of the request duration's buckets, in seconds.
pub const DURATION_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];
