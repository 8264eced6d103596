//! Runs the `saas-api` binary on a database of its own and talks to it over HTTP.
//!
//! For black-box tests: nothing here knows the product's code. A [`TestServer`] is the process with its directory
//! and its database; [`Call`] and [`Reply`] are one exchange with it; [`raw`] is for what no HTTP client would send;
//! [`World`] is an organisation with a user in every role.
//!
//! Everything panics with a description where a test could not go on anyway.

mod call;
mod database;
mod launch;
mod operators;
mod places;
mod process;
pub mod raw;
mod reply;
mod server;
mod unique;
mod users;
mod world;

pub use call::Call;
pub use database::Database;
pub use places::Place;
pub use process::Signal;
pub use reply::Reply;
pub use server::{Builder, TestServer};
pub use unique::unique;
pub use users::{PASSWORD, User};
pub use world::{ApiKey, World};
