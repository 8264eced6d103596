//! The families behind `/metrics`.
//!
//! [`families`] is the list of names, labels and help lines; nothing else names a metric. Counters that the text
//! format shows are whole numbers (`1`, where other clients print `1.0`): both are valid.

mod exposition;
pub mod families;
mod instruments;
mod routes;
#[cfg(test)]
mod tests;

pub use exposition::CONTENT_TYPE;
pub use instruments::{PoolConnections, Shed};

use domain::ports::{AuthOperation, Counted, Counters};
use instruments::Instruments;
use opentelemetry::KeyValue;
use opentelemetry_sdk::{error::OTelSdkError, metrics::SdkMeterProvider};
use std::sync::Arc;

/// All metrics of one server. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    registry: prometheus::Registry,
    routes: routes::Routes,
    instruments: Instruments,
    /// Instruments stop recording when their provider is dropped.
    _provider: SdkMeterProvider,
}

impl Metrics {
    /// Metrics with a registry of their own, every unlabelled counter at 0.
    ///
    /// # Errors
    /// When the exporter cannot be registered.
    pub fn new() -> Result<Self, OTelSdkError> {
        let registry = prometheus::Registry::new();
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .without_units()
            .without_counter_suffixes()
            .without_target_info()
            .scope_info_enabled(false)
            .build()?;
        let provider = SdkMeterProvider::builder().with_reader(exporter).build();
        Ok(Self(Arc::new(Shared {
            registry,
            routes: routes::Routes::default(),
            instruments: Instruments::new(&provider),
            _provider: provider,
        })))
    }

    /// Records one answered request: `route` is the template (`/orgs/{organisation_id}`) or `unmatched`, never a raw
    /// path. Methods outside the standard verbs count as `other`.
    pub fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let labels = [
            KeyValue::new("method", routes::verb(method)),
            KeyValue::new("path", self.0.routes.intern(route)),
            KeyValue::new("status_code", i64::from(status)),
        ];
        self.0.instruments.requests.add(1, &labels);
        self.0.instruments.duration.record(seconds, &labels);
    }

    /// Records one request that was refused because something was full.
    pub fn shed(&self, what: Shed) {
        self.0.instruments.shed.add(1, &[what.label()]);
    }

    /// Reports database connections at every scrape. `read` must not block; register it once.
    pub fn observe_pool(&self, read: impl Fn() -> PoolConnections + Send + Sync + 'static) {
        self.0.instruments.observe_pool(read);
    }

    /// Reports how many requests wait for password hashing at every scrape. `read` must not block; register it once.
    pub fn observe_hashing_queue(&self, read: impl Fn() -> u64 + Send + Sync + 'static) {
        self.0.instruments.observe_hashing_queue(read);
    }

    /// The current values in the Prometheus text format, for [`CONTENT_TYPE`].
    pub fn render(&self) -> String {
        exposition::render(&self.0.registry.gather())
    }
}

impl Counters for Metrics {
    fn count(&self, what: Counted) {
        let counters = &self.0.instruments;
        match what {
            Counted::AuthAttempt(operation, success) => {
                counters
                    .auth_attempts
                    .add(1, &auth_labels(operation, success));
            }
            Counted::OrganisationCreated => counters.organisations_created.add(1, &[]),
            Counted::ProjectCreated => counters.projects_created.add(1, &[]),
            Counted::ApiKeyCreated => counters.api_keys_created.add(1, &[]),
            Counted::ApiKeyRevoked => counters.api_keys_revoked.add(1, &[]),
            Counted::AuditEventRecorded(action) => {
                let labels = [KeyValue::new("action", action.as_str())];
                counters.audit_events_recorded.add(1, &labels);
            }
            Counted::IdempotencyReplay => counters.idempotency_replays.add(1, &[]),
            Counted::IdempotencyConflict => counters.idempotency_conflicts.add(1, &[]),
        }
    }
}

fn auth_labels(operation: AuthOperation, success: bool) -> [KeyValue; 2] {
    let operation = match operation {
        AuthOperation::Register => "register",
        AuthOperation::Login => "login",
    };
    let outcome = if success { "success" } else { "failure" };
    [
        KeyValue::new("operation", operation),
        KeyValue::new("outcome", outcome),
    ]
}
