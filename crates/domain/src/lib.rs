//! What is true: the rules of a multi-tenant organisation API, and the ports through which they reach the world.
//!
//! Nothing here does I/O, knows a wire format or reads a clock. Read it in this order:
//! [`id`] and [`text`] are the vocabulary, [`tenant`], [`user`], [`membership`], [`project`] and [`api_key`] the
//! aggregates, [`role`] and [`access`] who may do what, [`operator`] who runs the platform, [`audit`] and
//! [`idempotency`] what every change leaves behind, [`document`] what clients store as they please, [`network`] which
//! addresses they come from, [`page`] how lists are walked, and [`ports`] what adapters have to provide.
//!
//! The aggregate that the API calls an *organisation* is called [`tenant::Tenant`] here.

pub mod access;
pub mod api_key;
pub mod audit;
pub mod document;
pub mod email;
pub mod id;
pub mod idempotency;
pub mod membership;
pub mod network;
pub mod operator;
pub mod page;
pub mod password;
pub mod permission;
pub mod policy;
pub mod ports;
pub mod project;
pub mod resource;
pub mod role;
pub mod role_definition;
pub mod slug;
pub mod tenant;
pub mod text;
pub mod user;
mod vocabulary;
