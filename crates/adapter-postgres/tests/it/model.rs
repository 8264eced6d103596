//! Whatever happens comes to what the rules say, wherever organisations have their data.

use crate::database::Database;
use domain::tenant::{Isolation, Placement};
use store_contract::{Harness, model};

const SILO: Placement = Placement {
    isolation: Isolation::Silo,
    database: None,
};

async fn open() -> Harness {
    let database = Database::new().await;
    Harness::new(database.store, ())
}

#[test]
fn in_the_pool() {
    model::run(open, &[Placement::POOL]);
}

#[test]
fn in_silos() {
    model::run(open, &[SILO]);
}

#[test]
fn in_both() {
    model::run(open, &[Placement::POOL, SILO]);
}
