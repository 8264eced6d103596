//! PostgreSQL 15 and later: leased connections, forced row-level security, a server role that owns nothing.
//!
//! Every transaction of a tenant begins with one batch: `BEGIN`, the tenant's context and, where it has a schema of its
//! own, that in the search path (both local to the transaction), and what is known about the caller. Hot reads are one
//! function call. See [`PostgresStore`].

pub mod catalogue;
mod migrate;
mod reads;
mod roles;
mod silos;
mod store;
mod wire;

pub use migrate::{Outstanding, Plan, migrate, outstanding};
pub use roles::Posture;
pub use silos::{Lacking, OnStep, SiloFailure, SiloOutcome, SiloReport, SiloStep};
pub use store::{OpenError, PostgresSettings, PostgresStore};
