use super::{Connect, Lease, Leased};
use sea_orm::{ConnAcquireErr, DbErr, error::RuntimeErr};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    runtime::{Handle, Id},
    sync::Semaphore,
    time::timeout,
};

/// The bounds of a pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// Most connections: of each runtime where `per_runtime`, else of the process.
    pub connections: usize,
    /// Whether each runtime has connections of its own. A connection answers on the runtime that opened it, so sharing
    /// one between the single-threaded runtimes of the HTTP workers costs two thread changes a statement.
    pub per_runtime: bool,
    /// How long to wait for a connection.
    pub acquire: Duration,
    /// How old a connection may grow before it is replaced.
    pub max_lifetime: Duration,
}

/// How many connections there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// Open and not lent.
    pub idle: usize,
    /// Lent.
    pub in_use: usize,
}

/// Lends connections.
pub struct Pool<C: Connect> {
    connector: C,
    settings: PoolSettings,
    shards: Mutex<Shards<C::Wire>>,
}

type Shards<W> = HashMap<Option<Id>, Arc<Shard<W>>>;

/// The connections of one runtime.
pub(super) struct Shard<W> {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Leased<W>>>,
}

impl<W> Shard<W> {
    pub(super) fn give_back(&self, leased: Leased<W>) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(leased);
    }

    fn take(&self) -> Option<Leased<W>> {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }
}

impl<C: Connect> Pool<C> {
    /// An empty pool; connections are opened as they are needed.
    pub fn new(connector: C, settings: PoolSettings) -> Self {
        Self {
            connector,
            settings,
            shards: Mutex::default(),
        }
    }

    /// Leases a connection.
    ///
    /// # Errors
    /// `DbErr::ConnectionAcquire` when none came free in time, `DbErr::Conn` when none could be opened.
    pub async fn lease(&self) -> Result<Lease<C::Wire>, DbErr> {
        let shard = self.shard();
        let permit = timeout(self.settings.acquire, shard.permits.clone().acquire_owned())
            .await
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let fresh_enough = |leased: &Leased<_>| leased.born.elapsed() < self.settings.max_lifetime;
        let leased = match shard.take().filter(fresh_enough) {
            Some(leased) => leased,
            None => self.open().await?,
        };
        Ok(Lease::new(leased, shard, permit))
    }

    async fn open(&self) -> Result<Leased<C::Wire>, DbErr> {
        let wire = timeout(
            self.settings.acquire.max(Duration::from_secs(1)),
            self.connector.connect(),
        )
        .await
        .map_err(|_| DbErr::Conn(RuntimeErr::Internal("connecting took too long".to_owned())))??;
        Ok(Leased {
            wire,
            born: Instant::now(),
            busy: false,
            open: false,
        })
    }

    fn shard(&self) -> Arc<Shard<C::Wire>> {
        let key = self.settings.per_runtime.then(|| Handle::current().id());
        let mut shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        let shard = shards.entry(key).or_insert_with(|| {
            Arc::new(Shard {
                permits: Arc::new(Semaphore::new(self.settings.connections)),
                idle: Mutex::default(),
            })
        });
        shard.clone()
    }

    /// How many connections there are now.
    pub fn usage(&self) -> PoolUse {
        let shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        let mut total = PoolUse { idle: 0, in_use: 0 };
        for shard in shards.values() {
            total.idle += shard
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .len();
            total.in_use += self.settings.connections - shard.permits.available_permits();
        }
        total
    }
}
