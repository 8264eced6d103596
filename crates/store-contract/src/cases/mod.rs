//! The cases, by subject.

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod concurrency;
pub mod idempotency;
pub mod members;
pub mod paging;
pub mod projects;
pub mod tenants;
pub mod users;
