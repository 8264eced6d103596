//! The cases, by subject.

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod audit_detail;
pub mod concurrency;
pub mod directory;
pub mod idempotency;
pub mod key_changes;
pub mod key_terms;
pub mod lifecycle;
pub mod members;
pub mod operators;
pub mod paging;
pub mod places;
pub mod projects;
pub mod resource_lists;
pub mod resources;
pub mod restoring;
pub mod rights;
pub mod roles;
pub mod sweeps;
pub mod tenants;
pub mod user_events;
pub mod users;
