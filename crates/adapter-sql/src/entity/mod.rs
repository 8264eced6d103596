//! One entity a table.

pub mod api_key;
pub mod audit_event;
pub mod membership;
pub mod operator;
pub mod operator_bootstrap_token;
pub mod operator_event;
pub mod organisation;
pub mod project;
pub mod resource;
pub mod role;
pub mod user;
pub mod user_event;
