//! One file a port: rows into entities and back, nothing else.

mod api_keys;
mod audit;
mod idempotency;
mod memberships;
mod page;
mod projects;
mod tenants;
mod users;

pub(crate) use idempotency::{Record, Table};
pub(crate) use projects::restore as restore_project;

use domain::ports::{StoreError, StoreResult};

/// Turns the number of rows that a guarded change touched into whether it took place.
fn one_row(affected: u64) -> StoreResult<()> {
    if affected == 1 {
        Ok(())
    } else {
        Err(StoreError::Stale)
    }
}
