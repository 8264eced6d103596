//! The store on a real PostgreSQL.

#![expect(
    clippy::unwrap_used,
    reason = "what a test does not ask about has to work"
)]

mod cancellation;
mod catalogue;
mod contract;
mod database;
mod facts;
mod fan_out;
mod fence;
mod interleave;
mod labels;
mod model;
mod owner;
mod planes;
mod purge;
mod random;
mod runner;
mod silos;
