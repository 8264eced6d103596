//! A small pool of connections that are leased whole.
//!
//! sqlx's own pool can return a connection inside an open transaction when a future is dropped while `BEGIN` is under
//! way, and makes an extra round trip on every release. Here a lease knows at every moment whether a statement is
//! under way or a transaction is open: on drop the first is closed, the second rolled back, and only a clean
//! connection is lent again.

mod pool;
mod wire;

pub use pool::{Pool, PoolSettings, PoolUse};
pub use wire::{Connect, Wire};

use pool::Shard;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::{sync::Arc, time::Instant};
use tokio::sync::{Mutex, OwnedSemaphorePermit};

/// A connection with what has to be known to lend it again.
struct Leased<W> {
    wire: W,
    born: Instant,
    /// A statement is under way: what was not read of its answer would be taken for the next one's.
    busy: bool,
    /// `BEGIN` may have reached the database, `COMMIT` and `ROLLBACK` have not returned.
    open: bool,
}

/// One connection for one unit of work.
pub struct Lease<W: Wire> {
    // A mutex because sea-orm's connection trait takes `&self`; nobody else ever waits for it.
    leased: Mutex<Option<Leased<W>>>,
    shard: Arc<Shard<W>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<W: Wire> Lease<W> {
    fn new(leased: Leased<W>, shard: Arc<Shard<W>>, permit: OwnedSemaphorePermit) -> Self {
        Self {
            leased: Mutex::new(Some(leased)),
            shard,
            permit: Some(permit),
        }
    }

    /// Begins a transaction with a batch of statements whose last one may return a row: one round trip.
    ///
    /// # Errors
    /// What the database reports; the lease is then of no more use.
    pub async fn begin(&self, batch: &str) -> Result<Option<QueryResult>, DbErr> {
        let mut slot = self.leased.lock().await;
        let leased = slot.as_mut().ok_or_else(gone)?;
        (leased.busy, leased.open) = (true, true);
        let row = leased.wire.batch(batch).await?;
        leased.busy = false;
        Ok(row)
    }

    /// Runs a batch inside the transaction.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn continue_with(&self, batch: &str) -> Result<(), DbErr> {
        self.run(async |wire| wire.batch(batch).await.map(drop))
            .await
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// What the database reports; whether it committed is then unknown.
    pub async fn commit(self) -> Result<(), DbErr> {
        let mut slot = self.leased.lock().await;
        let leased = slot.as_mut().ok_or_else(gone)?;
        leased.busy = true;
        leased.wire.batch("COMMIT").await?;
        (leased.busy, leased.open) = (false, false);
        Ok(())
    }

    async fn run<T>(&self, call: impl AsyncFnOnce(&mut W) -> Result<T, DbErr>) -> Result<T, DbErr> {
        let mut slot = self.leased.lock().await;
        let leased = slot.as_mut().ok_or_else(gone)?;
        leased.busy = true;
        let result = call(&mut leased.wire).await;
        // An error that the database itself reported leaves the connection in step; any other does not.
        leased.busy = result
            .as_ref()
            .is_err_and(|error| !crate::error::is_reported(error));
        result
    }
}

fn gone() -> DbErr {
    DbErr::Custom("the connection has been given back".to_owned())
}

impl<W: Wire> Drop for Lease<W> {
    fn drop(&mut self) {
        let (Some(leased), Some(permit)) = (self.leased.get_mut().take(), self.permit.take())
        else {
            return;
        };
        if leased.busy {
            // Dropping the connection closes it, and the database rolls back.
            return;
        }
        if leased.open {
            roll_back(leased, self.shard.clone(), permit);
        } else {
            self.shard.give_back(leased);
        }
    }
}

/// Rolls back in the background; the permit is held meanwhile, so that the pool stays within its bound.
fn roll_back<W: Wire>(mut leased: Leased<W>, shard: Arc<Shard<W>>, permit: OwnedSemaphorePermit) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    runtime.spawn(async move {
        if leased.wire.batch("ROLLBACK").await.is_ok() {
            leased.open = false;
            shard.give_back(leased);
        }
        drop(permit);
    });
}

#[async_trait::async_trait]
impl<W: Wire> ConnectionTrait for Lease<W> {
    fn get_database_backend(&self) -> DbBackend {
        W::BACKEND
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(async |wire| wire.execute(statement).await).await
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom(
            "a lease runs prepared statements only".to_owned(),
        ))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(async |wire| wire.fetch_one(statement).await).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(async |wire| wire.fetch_all(statement).await).await
    }
}
