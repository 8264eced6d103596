//! Work that belongs to no request, in short transactions of one tenant each, so that row-level security holds here too.

mod deleted;
mod idempotency;
mod key_use;
mod tenants;

pub use deleted::sweep_deleted;
pub use idempotency::sweep_idempotency;
pub use key_use::record_key_use;

use crate::{
    error::store_error,
    lease::{Connect, Lease, Pool, Wire},
};
use domain::{id::TenantId, ports::StoreResult};

/// Rows, and organisations, that one step looks at.
const BATCH: u64 = 500;

/// Begins a transaction, in a tenant if there is one.
async fn begin_in<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    tenant: Option<TenantId>,
) -> StoreResult<Lease<C::Wire>> {
    let lease = pool.lease().await.map_err(store_error)?;
    let enter = tenant.and_then(C::Wire::enter_tenant).unwrap_or_default();
    let batch = format!("{begin}; {enter}");
    lease.begin(&batch).await.map_err(store_error)?;
    Ok(lease)
}
