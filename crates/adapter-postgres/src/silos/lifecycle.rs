use crate::{reads::WRITE, store::PostgresStore};
use adapter_sql::{one_row, store_error};
use domain::{
    id::TenantId,
    ports::{StoreError, StoreResult},
};

impl PostgresStore {
    /// Makes the schema of a siloed organisation that is being provisioned, at the newest version. Harmless to repeat;
    /// another who does the same, and the migrator, are waited for.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the organisation is none or not in that state, [`StoreError::Contended`] when the
    /// wait took too long; nothing was made then.
    pub(crate) async fn make_silo(&self, tenant: TenantId) -> StoreResult<()> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        let batch = format!("{WRITE}; SELECT platform.provision_silo('{tenant}')");
        lease.begin(&batch).await.map_err(store_error)?;
        lease.commit().await.map_err(store_error)
    }

    /// Removes a deleted organisation with everything that it has, in one transaction, and says how many rows those
    /// were. It takes as long as it takes: no time-out of a statement applies.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the organisation is not deleted, [`StoreError::Contended`] when somebody was
    /// working on it for too long; nothing was removed then.
    pub(crate) async fn remove_tenant(&self, tenant: TenantId) -> StoreResult<u64> {
        let lease = self.pool.lease().await.map_err(store_error)?;
        let purge = format!("SELECT platform.purge_tenant('{tenant}') AS purged");
        let batch = format!("{WRITE}; SET LOCAL statement_timeout = 0; {purge}");
        let row = one_row(lease.begin(&batch).await.map_err(store_error)?)?;
        let purged: i64 = row.try_get("", "purged").map_err(store_error)?;
        lease.commit().await.map_err(store_error)?;
        u64::try_from(purged).map_err(|error| StoreError::Failed(error.into()))
    }
}
