use super::{one_row, parsed};
use crate::{
    access::parse_role,
    entity::role::{ActiveModel, Column, Entity, Model},
    error::store_error,
    lease::Wire,
    scope::{delete_of, insert, own, rows_of, update_of},
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    id::{RoleId, TenantId, UserId},
    policy::Grants,
    ports::{RoleRepository, StoreResult},
    role::Role,
    role_definition::RoleDefinition,
    text::RoleDescription,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, sea_query::Expr};

fn restore(row: Model) -> StoreResult<RoleDefinition> {
    Ok(RoleDefinition {
        id: RoleId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        role: parse_role(&row.name)?,
        description: parsed(
            row.description,
            RoleDescription::parse,
            ("roles", "description"),
        )?,
        // What cannot be read grants nothing, and can be replaced.
        grants: Grants::parse(&row.grants).unwrap_or_default(),
        version: row.version,
        created_by: row.created_by_user_id.map(UserId::from_uuid),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn description(role: &RoleDefinition) -> Option<String> {
    let description = role.description.as_ref();
    description.map(|text| text.as_str().to_owned())
}

#[async_trait]
impl<W: Wire> RoleRepository for SqlTenantTx<W> {
    async fn find(&mut self, role: &Role) -> StoreResult<Option<RoleDefinition>> {
        let select = rows_of::<Entity>(self.tenant).filter(Column::Name.eq(role.as_str()));
        self.one(select).await?.map(restore).transpose()
    }

    async fn all(&mut self) -> StoreResult<Vec<RoleDefinition>> {
        let rows = rows_of::<Entity>(self.tenant).all(&self.lease);
        let mut rows = rows.await.map_err(store_error)?;
        // Here, because a database may have an order of its own for texts.
        rows.sort_by(|one, other| one.name.cmp(&other.name));
        rows.into_iter().map(restore).collect()
    }

    async fn insert(&mut self, role: &RoleDefinition) -> StoreResult<()> {
        own(self.tenant, role.tenant)?;
        let row = ActiveModel {
            organisation_id: Set(role.tenant.as_uuid()),
            name: Set(role.role.as_str().to_owned()),
            id: Set(role.id.as_uuid()),
            description: Set(description(role)),
            grants: Set(role.grants.to_string()),
            version: Set(role.version),
            created_by_user_id: Set(role.created_by.map(UserId::as_uuid)),
            created_at: Set(role.created_at),
            updated_at: Set(role.updated_at),
        };
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn update(&mut self, role: &RoleDefinition) -> StoreResult<()> {
        own(self.tenant, role.tenant)?;
        let updated = update_of::<Entity>(self.tenant)
            .col_expr(Column::Description, Expr::val(description(role)))
            .col_expr(Column::Grants, Expr::val(role.grants.to_string()))
            .col_expr(Column::Version, Expr::val(role.version))
            .col_expr(Column::UpdatedAt, Expr::val(role.updated_at))
            .filter(Column::Name.eq(role.role.as_str()))
            .filter(Column::Version.eq(role.version - 1))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(updated.rows_affected)
    }

    async fn delete(&mut self, role: &RoleDefinition) -> StoreResult<()> {
        own(self.tenant, role.tenant)?;
        let deleted = delete_of::<Entity>(self.tenant)
            .filter(Column::Name.eq(role.role.as_str()))
            .filter(Column::Version.eq(role.version))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(deleted.rows_affected)
    }
}
