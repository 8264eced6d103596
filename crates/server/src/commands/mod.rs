//! Commands beside serving, one file each.

pub mod admin;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod healthcheck;
pub mod keys;
pub mod migrate;
pub mod openapi;
mod progress;
pub mod tenants;

use std::future::Future;

/// Runs a command's future to its end.
///
/// # Errors
/// When no runtime can be started, and what the future returns.
fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future)
}
