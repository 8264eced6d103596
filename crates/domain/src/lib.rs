//! What is true: the rules of a multi-tenant organisation API, and the ports through which they reach the world.
//!
//! Nothing here does I/O, knows a wire format or reads a clock. Read it in this order:
//! [`id`] and [`text`] are the vocabulary, [`tenant`], [`user`], [`membership`], [`project`] and [`api_key`] the
//! aggregates, [`role`] and [`access`] who may do what, [`audit`] and [`idempotency`] what every change leaves behind,
//! [`page`] how lists are walked, and [`ports`] what adapters have to provide.
//!
//! The aggregate that the API calls an *organisation* is called [`tenant::Tenant`] here.

pub mod access;
pub mod api_key;
pub mod audit;
pub mod email;
pub mod id;
pub mod idempotency;
pub mod membership;
pub mod page;
pub mod password;
pub mod ports;
pub mod project;
pub mod role;
pub mod slug;
pub mod tenant;
pub mod text;
pub mod user;
