//! The place of a tenant in the file: rows among those of the others. There is nothing to make, and much to remove.

use crate::wire::SqliteWire;
use adapter_sql::{Lease, entity::organisation, scope::platform_rows, store_error};
use domain::{
    id::TenantId,
    ports::{StoreError, StoreResult},
    tenant::TenantStatus,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, QueryFilter, QuerySelect, Statement,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

/// The column by which rows belong to a tenant.
const TENANT: &str = "organisation_id";

/// Every table with that column; none has to be named, so none can be forgotten.
const TABLES: &str = "
SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
 WHERE t.type = 'table' AND c.name = ?1 ORDER BY t.name";

/// Makes sure that the tenant is waiting for a place; the tables are there already.
pub(crate) async fn provision(lease: &Lease<SqliteWire>, tenant: TenantId) -> StoreResult<()> {
    if status(lease, tenant).await? == Some(TenantStatus::Provisioning) {
        return Ok(());
    }
    Err(StoreError::Failed(
        "the tenant is not being provisioned".into(),
    ))
}

/// Removes every row of a deleted tenant, and the tenant; a tenant that is gone has none. The lease's transaction has
/// begun.
pub(crate) async fn purge(lease: Lease<SqliteWire>, tenant: TenantId) -> StoreResult<u64> {
    match status(&lease, tenant).await? {
        Some(TenantStatus::Deleted) => {}
        Some(_) => return Err(StoreError::Failed("the tenant is not deleted".into())),
        None => return Ok(0),
    }
    let purged = remove(&lease, tenant).await.map_err(store_error)?;
    lease.commit().await.map_err(store_error)?;
    Ok(purged)
}

async fn status(lease: &Lease<SqliteWire>, tenant: TenantId) -> StoreResult<Option<TenantStatus>> {
    let status: Option<String> = platform_rows::<organisation::Entity>()
        .select_only()
        .column(organisation::Column::Status)
        .filter(organisation::Column::Id.eq(tenant.as_uuid()))
        .into_tuple()
        .one(lease)
        .await
        .map_err(store_error)?;
    let known = |status: String| {
        let unknown = || StoreError::Corrupt("organisations.status".to_owned());
        TenantStatus::parse(&status).ok_or_else(unknown)
    };
    status.map(known).transpose()
}

async fn remove(lease: &Lease<SqliteWire>, tenant: TenantId) -> Result<u64, DbErr> {
    // Tables refer to each other: whether all is well is looked at when everything is gone.
    lease
        .continue_with("PRAGMA defer_foreign_keys = ON")
        .await?;
    let tables = Statement::from_sql_and_values(DbBackend::Sqlite, TABLES, [TENANT.into()]);
    let mut removed = 0;
    for row in lease.query_all_raw(tables).await? {
        removed += rows(lease, &row.try_get::<String>("", "name")?, TENANT, tenant).await?;
    }
    Ok(removed + rows(lease, "organisations", "id", tenant).await?)
}

async fn rows(
    lease: &Lease<SqliteWire>,
    table: &str,
    column: &str,
    tenant: TenantId,
) -> Result<u64, DbErr> {
    let delete = Query::delete()
        .from_table(Alias::new(table))
        .and_where(Expr::col(Alias::new(column)).eq(tenant.as_uuid()))
        .to_owned();
    Ok(lease.execute(&delete).await?.rows_affected())
}
