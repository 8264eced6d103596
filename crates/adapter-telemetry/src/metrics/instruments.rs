//! Instruments of all families.

use super::families::{self, DURATION_BUCKETS, Family};
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram, Meter, MeterProvider},
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shed {
    /// No database connection became free in time.
    Pool,
    /// The queue for password hashing is full.
    Hashing,
    /// The answer took longer than the handler deadline.
    Deadline,
}

impl Shed {
    /// The label of this reason.
    pub(super) fn label(self) -> KeyValue {
        let reason = match self {
            Self::Pool => "pool",
            Self::Hashing => "hashing",
            Self::Deadline => "deadline",
        };
        KeyValue::new("reason", reason)
    }
}

/// Database connections at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolConnections {
    /// Open and free.
    pub idle: u64,
    /// Taken by a request.
    pub in_use: u64,
}

#[derive(Debug)]
pub(super) struct Instruments {
    meter: Meter,
    pub(super) requests: Counter<u64>,
    pub(super) duration: Histogram<f64>,
    pub(super) auth_attempts: Counter<u64>,
    pub(super) audit_events_recorded: Counter<u64>,
    pub(super) organisations_created: Counter<u64>,
    pub(super) projects_created: Counter<u64>,
    pub(super) api_keys_created: Counter<u64>,
    pub(super) api_keys_revoked: Counter<u64>,
    pub(super) idempotency_replays: Counter<u64>,
    pub(super) idempotency_conflicts: Counter<u64>,
    pub(super) shed: Counter<u64>,
}

impl Instruments {
    pub(super) fn new(provider: &SdkMeterProvider) -> Self {
        let meter = provider.meter("saas-api");
        let duration = meter
            .f64_histogram(families::REQUEST_DURATION.name)
            .with_description(families::REQUEST_DURATION.help)
            .with_boundaries(DURATION_BUCKETS.to_vec())
            .build();
        let shed = counter(&meter, families::REQUESTS_SHED);
        shed.add(0, &[Shed::Pool.label()]);
        shed.add(0, &[Shed::Hashing.label()]);
        shed.add(0, &[Shed::Deadline.label()]);
        Self {
            requests: counter(&meter, families::REQUESTS),
            duration,
            auth_attempts: counter(&meter, families::AUTH_ATTEMPTS),
            audit_events_recorded: counter(&meter, families::AUDIT_EVENTS_RECORDED),
            organisations_created: zeroed(&meter, families::ORGANISATIONS_CREATED),
            projects_created: zeroed(&meter, families::PROJECTS_CREATED),
            api_keys_created: zeroed(&meter, families::API_KEYS_CREATED),
            api_keys_revoked: zeroed(&meter, families::API_KEYS_REVOKED),
            idempotency_replays: zeroed(&meter, families::IDEMPOTENCY_REPLAYS),
            idempotency_conflicts: zeroed(&meter, families::IDEMPOTENCY_CONFLICTS),
            shed,
            meter,
        }
    }

    pub(super) fn observe_pool(&self, read: impl Fn() -> PoolConnections + Send + Sync + 'static) {
        self.meter
            .u64_observable_gauge(families::POOL_CONNECTIONS.name)
            .with_description(families::POOL_CONNECTIONS.help)
            .with_callback(move |gauge| {
                let PoolConnections { idle, in_use } = read();
                gauge.observe(idle, &[KeyValue::new("state", "idle")]);
                gauge.observe(in_use, &[KeyValue::new("state", "in_use")]);
            })
            .build();
    }

    pub(super) fn observe_hashing_queue(&self, read: impl Fn() -> u64 + Send + Sync + 'static) {
        self.meter
            .u64_observable_gauge(families::HASHING_QUEUE_DEPTH.name)
            .with_description(families::HASHING_QUEUE_DEPTH.help)
            .with_callback(move |gauge| gauge.observe(read(), &[]))
            .build();
    }
}

fn counter(meter: &Meter, family: Family) -> Counter<u64> {
    meter
        .u64_counter(family.name)
        .with_description(family.help)
        .build()
}

/// A counter that is shown as 0 before its first use.
fn zeroed(meter: &Meter, family: Family) -> Counter<u64> {
    let counter = counter(meter, family);
    counter.add(0, &[]);
    counter
}
