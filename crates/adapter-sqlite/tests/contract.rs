//! What every store must do, on SQLite.

#![expect(
    clippy::unwrap_used,
    reason = "what a test does not ask about has to work"
)]

use adapter_local::ambient::UuidV7;
use adapter_sqlite::{SqliteSettings, SqliteStore};
use domain::tenant::{Isolation, Placement};
use sea_orm::{ConnectionTrait, Database};
use std::{sync::Arc, time::Duration};
use store_contract::Harness;

async fn open() -> Harness {
    let directory = tempfile::tempdir().unwrap();
    let settings = SqliteSettings {
        path: directory.path().join("contract.db"),
        readers: 4,
        acquire: Duration::from_secs(5),
        busy: Duration::from_secs(5),
    };
    SqliteStore::migrate(&settings).await.unwrap();
    let url = format!("sqlite://{}", settings.path.display());
    let store = SqliteStore::open(settings, Arc::new(UuidV7)).await.unwrap();
    Harness::new(Arc::new(store), directory).tampered_by(move |sql| run(url.clone(), sql))
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

#[test]
fn whatever_happens_comes_to_what_the_rules_say() {
    store_contract::model::run(open, &[Placement::POOL, SILO]);
}

/// What a placement is called does not matter where all tables are shared.
const SILO: Placement = Placement {
    isolation: Isolation::Silo,
    database: None,
};
