//! Going through tenants, and adding up what was done in them.

use super::BATCH;
use crate::{
    entity::organisation::{Column, Entity},
    error::store_error,
    lease::{Connect, Pool},
    scope::platform_rows,
};
use domain::{
    id::TenantId,
    ports::{StoreError, StoreResult},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use std::vec;
use uuid::Uuid;

/// Tenants by id, a few at a time: no connection is held meanwhile.
pub(super) struct Tenants<'a, C: Connect> {
    pool: &'a Pool<C>,
    which: Condition,
    batch: vec::IntoIter<Uuid>,
    last: Uuid,
}

impl<'a, C: Connect> Tenants<'a, C> {
    pub(super) fn new(pool: &'a Pool<C>, which: Condition) -> Self {
        let (batch, last) = (Vec::new().into_iter(), Uuid::nil());
        Self {
            pool,
            which,
            batch,
            last,
        }
    }

    pub(super) async fn next(&mut self) -> StoreResult<Option<TenantId>> {
        if self.batch.len() == 0 {
            self.batch = self.fetch().await?.into_iter();
        }
        let next = self.batch.next();
        self.last = next.unwrap_or(self.last);
        Ok(next.map(TenantId::from_uuid))
    }

    async fn fetch(&self) -> StoreResult<Vec<Uuid>> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        platform_rows::<Entity>()
            .select_only()
            .column(Column::Id)
            .filter(self.which.clone())
            .filter(Column::Id.gt(self.last))
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(&lease)
            .await
            .map_err(store_error)
    }
}

/// What was done. One tenant in which something failed does not keep the others waiting: its error comes last.
#[derive(Default)]
pub(super) struct Tally {
    done: u64,
    failed: Option<StoreError>,
}

impl Tally {
    /// # Errors
    /// `Unavailable`: there is no use in going on.
    pub(super) fn add(&mut self, done: StoreResult<u64>) -> StoreResult<()> {
        match done {
            Ok(more) => self.done += more,
            Err(gone @ StoreError::Unavailable(_)) => return Err(gone),
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
        Ok(())
    }

    /// # Errors
    /// What failed first.
    pub(super) fn total(self) -> StoreResult<u64> {
        self.failed.map_or(Ok(self.done), Err)
    }
}
