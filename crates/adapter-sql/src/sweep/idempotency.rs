use super::{
    begin_in,
    tenants::{Tally, Tenants},
};
use crate::{
    error::store_error,
    lease::{Connect, Pool},
    repo::{Record, Table},
};
use domain::{id::TenantId, ports::StoreResult};
use sea_orm::{
    Condition, ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use time::OffsetDateTime;

/// Deletes expired idempotency records; `begin` starts a writing transaction.
///
/// # Errors
/// What the database reports; what was deleted before stays deleted.
pub async fn sweep_idempotency<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    now: OffsetDateTime,
) -> StoreResult<u64> {
    let mut swept = Tally::default();
    swept.add(sweep(pool, begin, None, now).await)?;
    let mut tenants = Tenants::new(pool, Condition::all());
    while let Some(tenant) = tenants.next().await? {
        swept.add(sweep(pool, begin, Some(tenant), now).await)?;
    }
    swept.total()
}

async fn sweep<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    tenant: Option<TenantId>,
    now: OffsetDateTime,
) -> StoreResult<u64> {
    let table = match tenant {
        Some(_) => Table::IdempotencyRecords,
        None => Table::UserIdempotencyRecords,
    };
    let of_tenant = tenant.map(|id| Expr::col(Record::OrganisationId).eq(id.as_uuid()));
    let expired = Query::delete()
        .from_table(table)
        .cond_where(
            Condition::all()
                .add_option(of_tenant)
                .add(Expr::col(Record::ExpiresAt).lte(now)),
        )
        .to_owned();
    let lease = begin_in(pool, begin, tenant).await?;
    let deleted = lease.execute(&expired).await.map_err(store_error)?;
    lease.commit().await.map_err(store_error)?;
    Ok(deleted.rows_affected())
}
