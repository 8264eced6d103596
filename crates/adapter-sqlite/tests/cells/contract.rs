//! What every store must do, for organisations whose data is in a cell.

use super::database;
use adapter_cells::CellStore;
use domain::text::DatabaseName;
use sea_orm::{ConnectionTrait, Database};
use std::sync::Arc;
use store_contract::Harness;

async fn open() -> Harness {
    let directory = tempfile::tempdir().unwrap();
    let main = directory.path().join("main.db");
    let url = format!("sqlite://{}", main.display());
    let cell = database(&directory.path().join("cell.db")).await;
    let name = DatabaseName::parse("elsewhere").unwrap();
    let store = CellStore::new(database(&main).await, [(name.clone(), cell.clone())]);
    Harness::new(Arc::new(store), directory)
        .in_cell(name, cell)
        .tampered_by(move |sql| run(url.clone(), sql))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a case brings about what no port can"
)]
async fn run(url: String, sql: &'static str) {
    let database = Database::connect(url).await.unwrap();
    database.execute_unprepared(sql).await.unwrap();
}

store_contract::suite!(open);
