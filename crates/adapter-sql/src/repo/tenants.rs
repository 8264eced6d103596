use super::{one_row, parsed};
use crate::{
    entity::organisation::{self, Column, Entity},
    error::{corrupt, store_error},
    lease::Wire,
    scope::{own, platform_rows, platform_update},
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    id::TenantId,
    ports::{StoreResult, TenantRepository},
    slug::Slug,
    tenant::{Isolation, Placement, Tenant, TenantState, TenantStatus, Tier},
    text::{DatabaseName, TenantName},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, sea_query::Expr};

pub(super) fn restore(row: organisation::Model) -> StoreResult<Tenant> {
    let wrong = |column| move || corrupt("organisations", column);
    let days = row.api_key_max_days.map(u16::try_from).transpose();
    let state = TenantState {
        id: TenantId::from_uuid(row.id),
        name: TenantName::parse(row.name).map_err(|_| wrong("name")())?,
        slug: Slug::parse(row.slug).map_err(|_| wrong("slug")())?,
        tier: Tier::parse(&row.tier).ok_or_else(wrong("tier"))?,
        status: TenantStatus::parse(&row.status).ok_or_else(wrong("status"))?,
        placement: Placement {
            isolation: Isolation::parse(&row.placement).ok_or_else(wrong("placement"))?,
            database: parsed(
                row.database,
                DatabaseName::parse,
                ("organisations", "database"),
            )?,
        },
        api_key_max_days: days.map_err(|_| wrong("api_key_max_days")())?,
        delete_after: row.delete_after,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok(Tenant::restore(state, row.version))
}

pub(super) fn row(tenant: &Tenant) -> organisation::ActiveModel {
    let state = tenant.state();
    let database = state.placement.database.as_ref();
    organisation::ActiveModel {
        id: Set(state.id.as_uuid()),
        name: Set(state.name.as_str().to_owned()),
        slug: Set(state.slug.as_str().to_owned()),
        tier: Set(state.tier.as_str().to_owned()),
        status: Set(state.status.as_str().to_owned()),
        placement: Set(state.placement.isolation.as_str().to_owned()),
        database: Set(database.map(|name| name.as_str().to_owned())),
        api_key_max_days: Set(state.api_key_max_days.map(i32::from)),
        delete_after: Set(state.delete_after),
        version: Set(tenant.version()),
        created_at: Set(state.created_at),
        updated_at: Set(state.updated_at),
    }
}

#[async_trait]
impl<W: Wire> TenantRepository for SqlTenantTx<W> {
    async fn find(&mut self) -> StoreResult<Option<Tenant>> {
        let select = platform_rows::<Entity>().filter(Column::Id.eq(self.tenant.as_uuid()));
        self.one(select).await?.map(restore).transpose()
    }

    async fn update(&mut self, tenant: &Tenant) -> StoreResult<()> {
        own(self.tenant, tenant.id())?;
        let state = tenant.state();
        let days = state.api_key_max_days.map(i32::from);
        // Where its data is was decided when it was founded.
        let updated = platform_update::<Entity>()
            .col_expr(Column::Name, Expr::val(state.name.as_str()))
            .col_expr(Column::Slug, Expr::val(state.slug.as_str()))
            .col_expr(Column::Tier, Expr::val(state.tier.as_str()))
            .col_expr(Column::Status, Expr::val(state.status.as_str()))
            .col_expr(Column::ApiKeyMaxDays, Expr::val(days))
            .col_expr(Column::DeleteAfter, Expr::val(state.delete_after))
            .col_expr(Column::Version, Expr::val(tenant.version()))
            .col_expr(Column::UpdatedAt, Expr::val(state.updated_at))
            .filter(Column::Id.eq(self.tenant.as_uuid()))
            .filter(Column::Version.eq(tenant.version() - 1))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(updated.rows_affected)
    }
}
