//! SQLite: the embedded default.
//!
//! One connection writes (`BEGIN IMMEDIATE`, so that a transaction never fails half-way for a lock), several read from
//! snapshots and are kept read-only by the engine itself. WAL with `synchronous=FULL`: what was acknowledged survives
//! a power cut. The filter on the tenant, which no query can be started without, is the fence here.

#[cfg(test)]
mod confined;
mod place;
mod reads;
mod store;
mod wire;

pub use store::{SqliteSettings, SqliteStore};
