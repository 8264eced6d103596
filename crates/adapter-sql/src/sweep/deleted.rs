use super::{
    BATCH, begin_in,
    tenants::{Tally, Tenants},
};
use crate::{
    entity::{organisation, project, resource},
    error::store_error,
    lease::{Connect, Lease, Pool, Wire},
    scope::{delete_of, rows_of},
};
use domain::{id::TenantId, ports::StoreResult, tenant::TenantStatus};
use sea_orm::{
    ColumnTrait, Condition, DbErr, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use time::OffsetDateTime;

/// Tenants whose tables are there: neither being made nor being removed.
const SWEPT: [TenantStatus; 3] = [
    TenantStatus::Active,
    TenantStatus::Suspended,
    TenantStatus::Deleting,
];

/// Removes projects and resources that were deleted before `before`; `begin` starts a writing transaction.
///
/// # Errors
/// What the database reports; what was removed before stays removed.
pub async fn sweep_deleted<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    before: OffsetDateTime,
) -> StoreResult<u64> {
    let statuses = SWEPT.map(TenantStatus::as_str);
    let which = Condition::all().add(organisation::Column::Status.is_in(statuses));
    let (mut swept, mut tenants) = (Tally::default(), Tenants::new(pool, which));
    while let Some(tenant) = tenants.next().await? {
        swept.add(sweep(pool, begin, tenant, before).await)?;
    }
    swept.total()
}

async fn sweep<C: Connect>(
    pool: &Pool<C>,
    begin: &str,
    tenant: TenantId,
    before: OffsetDateTime,
) -> StoreResult<u64> {
    let mut removed = 0;
    loop {
        let lease = begin_in(pool, begin, Some(tenant)).await?;
        let resources = remove_resources(&lease, tenant, before);
        let resources = resources.await.map_err(store_error)?;
        let projects = remove_projects(&lease, tenant, before);
        let projects = projects.await.map_err(store_error)?;
        lease.commit().await.map_err(store_error)?;
        removed += resources + projects;
        if resources < BATCH && projects < BATCH {
            return Ok(removed);
        }
    }
}

async fn remove_resources<W: Wire>(
    lease: &Lease<W>,
    tenant: TenantId,
    before: OffsetDateTime,
) -> Result<u64, DbErr> {
    use resource::{Column, Entity};
    let oldest = rows_of::<Entity>(tenant)
        .select_only()
        .column(Column::Id)
        .filter(Column::DeletedAt.lt(before))
        .order_by_asc(Column::DeletedAt)
        .limit(BATCH);
    // The outer filter again: one that is brought back meanwhile stays.
    let removed = delete_of::<Entity>(tenant)
        .filter(Column::DeletedAt.lt(before))
        .filter(Column::Id.in_subquery(oldest.into_query()))
        .exec(lease)
        .await?;
    Ok(removed.rows_affected)
}

/// A project stays for as long as a resource refers to it.
async fn remove_projects<W: Wire>(
    lease: &Lease<W>,
    tenant: TenantId,
    before: OffsetDateTime,
) -> Result<u64, DbErr> {
    use project::{Column, Entity};
    let of_project =
        Expr::col(resource::Column::ProjectId.as_column_ref()).equals(Column::Id.as_column_ref());
    let resources = rows_of::<resource::Entity>(tenant)
        .select_only()
        .column(resource::Column::Id)
        .filter(of_project);
    let oldest = rows_of::<Entity>(tenant)
        .select_only()
        .column(Column::Id)
        .filter(Column::DeletedAt.lt(before))
        .filter(Expr::exists(resources.into_query()).not())
        .order_by_asc(Column::DeletedAt)
        .limit(BATCH);
    let removed = delete_of::<Entity>(tenant)
        .filter(Column::DeletedAt.lt(before))
        .filter(Column::Id.in_subquery(oldest.into_query()))
        .exec(lease)
        .await?;
    Ok(removed.rows_affected)
}
