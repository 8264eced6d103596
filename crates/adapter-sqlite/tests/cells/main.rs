//! Two files, one of them the cell of the other: what `adapter-cells` makes of two stores.

#![expect(
    clippy::unwrap_used,
    reason = "what a test does not ask about has to work"
)]

mod contract;
mod lost_copy;

use adapter_local::ambient::UuidV7;
use adapter_sqlite::{SqliteSettings, SqliteStore};
use domain::ports::Store;
use std::{path::Path, sync::Arc, time::Duration};

/// A new database at this path.
async fn database(path: &Path) -> Arc<dyn Store> {
    let settings = SqliteSettings {
        path: path.to_owned(),
        readers: 4,
        acquire: Duration::from_secs(5),
        busy: Duration::from_secs(5),
    };
    SqliteStore::migrate(&settings).await.unwrap();
    Arc::new(SqliteStore::open(settings, Arc::new(UuidV7)).await.unwrap())
}
