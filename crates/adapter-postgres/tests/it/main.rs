//! The store on a real PostgreSQL.

mod cancellation;
mod database;
mod fence;
