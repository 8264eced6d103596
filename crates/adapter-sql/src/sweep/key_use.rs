use super::begin_in;
use crate::{
    entity::api_key::{Column, Entity},
    error::store_error,
    lease::{Connect, Pool},
    scope::update_of,
};
use domain::{
    id::TenantId,
    ports::{KeyUse, StoreResult},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, sea_query::Expr};

/// Stores when and from where a tenant's API keys were last used; `begin` starts a writing transaction.
///
/// # Errors
/// What the database reports; nothing is stored then.
pub async fn record_key_use<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    tenant: TenantId,
    uses: &[KeyUse],
) -> StoreResult<()> {
    let lease = begin_in(pool, begin, Some(tenant)).await?;
    for used in uses {
        let earlier = Condition::any()
            .add(Column::LastUsedAt.is_null())
            .add(Column::LastUsedAt.lt(used.at));
        let from = used.from.map(|address| address.to_string());
        update_of::<Entity>(tenant)
            .col_expr(Column::LastUsedAt, Expr::val(used.at))
            .col_expr(Column::LastUsedIp, Expr::val(from))
            .filter(Column::Id.eq(used.key.as_uuid()))
            .filter(earlier)
            .exec(&lease)
            .await
            .map_err(store_error)?;
    }
    lease.commit().await.map_err(store_error)
}
