//! Work that belongs to no request: storing when keys were used, deleting what has expired.

use crate::{
    entity::{api_key, organisation},
    error::store_error,
    lease::{Connect, Pool, Wire},
    repo::{Record, Table},
    scope::{platform_rows, update_of},
};
use domain::{
    id::{ApiKeyId, TenantId},
    ports::StoreResult,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// Organisations that one round of the sweep looks at.
const BATCH: u64 = 500;

/// Stores when a tenant's API keys were last used; `begin` starts a writing transaction.
///
/// # Errors
/// What the database reports; nothing is stored then.
pub async fn record_key_use<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    tenant: TenantId,
    uses: &[(ApiKeyId, OffsetDateTime)],
) -> StoreResult<()> {
    let lease = pool.lease().await.map_err(store_error)?;
    let enter = C::Wire::enter_tenant(tenant).unwrap_or_default();
    lease
        .begin(&format!("{begin}; {enter}"))
        .await
        .map_err(store_error)?;
    for (key, at) in uses {
        let earlier = Condition::any()
            .add(api_key::Column::LastUsedAt.is_null())
            .add(api_key::Column::LastUsedAt.lt(*at));
        update_of::<api_key::Entity>(tenant)
            .col_expr(api_key::Column::LastUsedAt, Expr::val(*at))
            .filter(api_key::Column::Id.eq(key.as_uuid()))
            .filter(earlier)
            .exec(&lease)
            .await
            .map_err(store_error)?;
    }
    lease.commit().await.map_err(store_error)
}

/// Deletes expired idempotency records, one short transaction a tenant, so that row-level security holds here too.
///
/// # Errors
/// What the database reports; what was deleted before stays deleted.
pub async fn sweep_idempotency<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    now: OffsetDateTime,
) -> StoreResult<u64> {
    let mut swept = sweep(pool, begin, None, now).await?;
    let mut after = Uuid::nil();
    loop {
        let tenants = tenants_after(pool, after).await?;
        for tenant in &tenants {
            swept += sweep(pool, begin, Some(TenantId::from_uuid(*tenant)), now).await?;
        }
        let Some(last) = tenants.last() else {
            return Ok(swept);
        };
        after = *last;
    }
}

async fn tenants_after<C: Connect>(pool: &Pool<C>, after: Uuid) -> StoreResult<Vec<Uuid>> {
    let lease = pool.lease().await.map_err(store_error)?;
    platform_rows::<organisation::Entity>()
        .select_only()
        .column(organisation::Column::Id)
        .filter(organisation::Column::Id.gt(after))
        .order_by_asc(organisation::Column::Id)
        .limit(BATCH)
        .into_tuple()
        .all(&lease)
        .await
        .map_err(store_error)
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
    let lease = pool.lease().await.map_err(store_error)?;
    let enter = tenant.and_then(C::Wire::enter_tenant).unwrap_or_default();
    lease
        .begin(&format!("{begin}; {enter}"))
        .await
        .map_err(store_error)?;
    let deleted = lease.execute(&expired).await.map_err(store_error)?;
    lease.commit().await.map_err(store_error)?;
    Ok(deleted.rows_affected())
}
