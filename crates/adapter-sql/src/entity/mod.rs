//! One entity a table.

pub mod api_key;
pub mod audit_event;
pub mod membership;
pub mod organisation;
pub mod project;
pub mod user;
pub mod user_event;
