//! The store on a real PostgreSQL.

mod cancellation;
mod contract;
mod database;
mod fence;
