//! The only place where a query on a table may start. Queries on a tenant's table start with the tenant.

use crate::entity::{api_key, audit_event, membership, project, resource, role};
use domain::{
    id::TenantId,
    ports::{StoreError, StoreResult},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, DeleteMany, EntityTrait, IntoActiveModel, QueryFilter,
    Select, UpdateMany, sea_query::Expr,
};

#[cfg(all(feature = "dangerous-queries-without-tenant", not(debug_assertions)))]
compile_error!("without the tenant in its queries a release shows every tenant the others' rows");

/// A table whose rows belong to tenants.
pub trait TenantOwned: EntityTrait {
    /// The column that says to which.
    const TENANT: Self::Column;
}

impl TenantOwned for membership::Entity {
    const TENANT: Self::Column = membership::Column::OrganisationId;
}
impl TenantOwned for role::Entity {
    const TENANT: Self::Column = role::Column::OrganisationId;
}
impl TenantOwned for project::Entity {
    const TENANT: Self::Column = project::Column::OrganisationId;
}
impl TenantOwned for resource::Entity {
    const TENANT: Self::Column = resource::Column::OrganisationId;
}
impl TenantOwned for api_key::Entity {
    const TENANT: Self::Column = api_key::Column::OrganisationId;
}
impl TenantOwned for audit_event::Entity {
    const TENANT: Self::Column = audit_event::Column::OrganisationId;
}

/// What confines a query to one tenant.
fn is_of<E: TenantOwned>(tenant: TenantId) -> Expr {
    if cfg!(feature = "dangerous-queries-without-tenant") {
        return E::TENANT.is_not_null();
    }
    E::TENANT.eq(tenant.as_uuid())
}

/// One tenant's rows.
#[expect(
    clippy::disallowed_methods,
    reason = "the guarded start of tenant queries"
)]
pub fn rows_of<E: TenantOwned>(tenant: TenantId) -> Select<E> {
    E::find().filter(is_of::<E>(tenant))
}

/// A change of one tenant's rows.
#[expect(
    clippy::disallowed_methods,
    reason = "the guarded start of tenant updates"
)]
pub fn update_of<E: TenantOwned>(tenant: TenantId) -> UpdateMany<E> {
    E::update_many().filter(is_of::<E>(tenant))
}

/// A deletion of one tenant's rows.
#[expect(
    clippy::disallowed_methods,
    reason = "the guarded start of tenant deletions"
)]
pub fn delete_of<E: TenantOwned>(tenant: TenantId) -> DeleteMany<E> {
    E::delete_many().filter(is_of::<E>(tenant))
}

/// Rows of a table that belongs to no tenant.
#[expect(
    clippy::disallowed_methods,
    reason = "platform tables have no tenant to start with"
)]
pub fn platform_rows<E: EntityTrait>() -> Select<E> {
    E::find()
}

/// A change of a table that belongs to no tenant.
#[expect(
    clippy::disallowed_methods,
    reason = "platform tables have no tenant to start with"
)]
pub fn platform_update<E: EntityTrait>() -> UpdateMany<E> {
    E::update_many()
}

/// Adds a row.
///
/// # Errors
/// What the database reports.
pub async fn insert<A>(connection: &impl ConnectionTrait, row: A) -> Result<(), DbErr>
where
    A: sea_orm::ActiveModelTrait,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    A::Entity::insert(row)
        .exec_without_returning(connection)
        .await
        .map(drop)
}

/// Refuses an entity of another tenant before it reaches the database.
///
/// # Errors
/// `Failed` when the tenants differ.
pub fn own(tenant: TenantId, entity: TenantId) -> StoreResult<()> {
    if tenant == entity {
        return Ok(());
    }
    Err(StoreError::Failed(
        "the row belongs to another tenant".into(),
    ))
}
