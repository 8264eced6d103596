//! What both databases share: leased connections, entities, and every repository, written once.
//!
//! A database adapter brings a [`Wire`] (one connection and the few words in which the databases differ) and a
//! [`Connect`]; it gets a [`Pool`], transactions and repositories. [`scope`] is the only place where a query on a
//! tenant's table may start.

pub mod access;
mod document;
pub mod entity;
mod error;
mod lease;
mod reads;
mod repo;
pub mod scope;
mod sweep;
mod trail;
mod tx;

pub use error::{connect_error, query_error, store_error};
pub use lease::{Connect, Lease, Pool, PoolSettings, PoolUse, Wire};
pub use reads::{list_projects, one_row, read_project};
pub use sweep::{record_key_use, sweep_deleted, sweep_idempotency};
pub use tx::{SqlPlatformTx, SqlTenantTx};
