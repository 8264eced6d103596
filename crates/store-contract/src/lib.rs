//! What every [`Store`] must do, whichever database is behind it.
//!
//! An adapter's test file is a function that opens a fresh, empty, migrated database, and one line:
//!
//! ```text
//! async fn open() -> store_contract::Harness { /* … */ }
//! store_contract::suite!(open);
//! ```
//!
//! Cases reach the database through the ports, but for what no port can bring about (see [`Harness::tampered_by`]), do not
//! depend on each other, and wait for nothing but storage.

#![expect(
    clippy::missing_panics_doc,
    reason = "a failed expectation is how a case reports"
)]
#![expect(
    clippy::unwrap_used,
    reason = "what a case does not ask about has to work"
)]

#[expect(
    missing_docs,
    reason = "the name of a case is the sentence that it proves"
)]
pub mod cases;
pub mod model;
mod suite;
pub mod walk;
pub mod world;

use domain::{ports::Store, tenant::Isolation, text::DatabaseName};
use std::{any::Any, future::Future, sync::Arc, time::Duration};
use world::{Places, Tamper, World};

/// A store for one case, and whatever has to live as long as it.
pub struct Harness {
    store: Arc<dyn Store>,
    places: Places,
    tamper: Option<Tamper>,
    _guard: Box<dyn Any + Send>,
}

impl Harness {
    /// Takes a store on an empty, migrated database; the guard (a directory, a server) is dropped after it.
    pub fn new(store: Arc<dyn Store>, guard: impl Any + Send) -> Self {
        Self {
            store,
            places: Places::default(),
            tamper: None,
            _guard: Box::new(guard),
        }
    }

    /// Has cases found organisations with places of their own, which the database makes as they are founded.
    #[must_use]
    pub fn in_silos(mut self) -> Self {
        self.places.isolation = Isolation::Silo;
        self
    }

    /// Has cases found organisations whose data is in this cell, behind the store's connection of that name.
    #[must_use]
    pub fn in_cell(mut self, name: DatabaseName, cell: Arc<dyn Store>) -> Self {
        self.places.cell = Some((name, cell));
        self
    }

    /// Says how a statement is run on the tables of the control plane, past the store and past every fence. Without it
    /// the cases about stored rights that cannot be read fail.
    #[must_use]
    pub fn tampered_by<F: Future<Output = ()> + Send + 'static>(
        mut self,
        tamper: impl Fn(&'static str) -> F + Send + Sync + 'static,
    ) -> Self {
        self.tamper = Some(Arc::new(move |sql| Box::pin(tamper(sql))));
        self
    }
}

/// A case that takes longer hangs: nearly always a connection that was not given back.
const HANGS: Duration = Duration::from_mins(1);

/// Runs one case on a store of its own. What [`suite!`] expands to.
pub fn run<O: Future<Output = Harness>>(open: impl FnOnce() -> O, case: impl AsyncFnOnce(&World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let harness = open().await;
        let (places, tamper) = (harness.places.clone(), harness.tamper.clone());
        let world = World::new(harness.store.clone(), places, tamper);
        let done = tokio::time::timeout(HANGS, case(&world)).await;
        assert!(done.is_ok(), "the case hangs");
    });
}
