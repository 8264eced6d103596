//! Black-box tests of the API: the real binary, over HTTP, on SQLite and on PostgreSQL.

mod access;
mod api_keys;
mod audit_events;
mod auth;
mod bola;
mod coverage;
mod headers;
mod idempotency;
mod immediate_effect;
mod lists;
mod mass_assignment;
mod members;
mod metrics;
mod order_of_checks;
mod organisations;
mod preconditions;
mod projects;
mod resources;
mod roles;
mod support;
mod system;
mod tokens;
mod validation;
