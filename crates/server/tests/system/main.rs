//! System tests: the real binary, on SQLite and on PostgreSQL, with everything that goes wrong around it.

#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test fails; the lint knows #[test] functions only"
)]

mod addresses;
mod body_limits;
mod console;
mod crash;
mod cursors;
mod database_outage;
mod disconnect_storm;
mod encodings;
mod fleet;
mod framing;
mod graceful_stop;
mod headers;
mod hostile_json;
mod hostile_queries;
mod hostile_texts;
mod isolation;
mod login_flood;
mod logs;
mod migrate;
mod owners_race;
mod probes;
mod provisioning;
mod roles_race;
mod same_key_race;
mod secrets;
mod slow_clients;
mod start_up;
mod support;
mod uniqueness_race;
