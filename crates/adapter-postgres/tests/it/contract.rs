//! What every store must do, on PostgreSQL with row-level security.

use crate::database::Database;
use store_contract::Harness;

async fn open() -> Harness {
    let database = Database::new().await;
    Harness::new(database.store, ())
}

store_contract::suite!(open);
