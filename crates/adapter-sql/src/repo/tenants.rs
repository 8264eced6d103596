use super::{memberships, one_row, page};
use crate::{
    entity::{membership, organisation},
    error::{corrupt, store_error},
    lease::Wire,
    scope::{insert, own, platform_rows, platform_update},
    tx::{SqlPlatformTx, SqlTenantTx},
};
use async_trait::async_trait;
use domain::{
    id::TenantId,
    membership::Membership,
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{StoreError, StoreResult, TenantDirectory, TenantRepository},
    slug::Slug,
    tenant::Tenant,
    text::TenantName,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, Query},
};

fn restore(row: organisation::Model) -> StoreResult<Tenant> {
    Ok(Tenant::restore(
        TenantId::from_uuid(row.id),
        TenantName::parse(row.name).map_err(|_| corrupt("organisations", "name"))?,
        Slug::parse(row.slug).map_err(|_| corrupt("organisations", "slug"))?,
        row.version,
        row.created_at,
        row.updated_at,
    ))
}

impl<W: Wire> SqlPlatformTx<W> {
    /// The transaction's user, without whom there is nothing to list.
    fn own_user(&self) -> StoreResult<uuid::Uuid> {
        let missing = || StoreError::Failed("the transaction has no user".into());
        self.user
            .map(domain::id::UserId::as_uuid)
            .ok_or_else(missing)
    }

    fn own_memberships(&self) -> StoreResult<Select<membership::Entity>> {
        let user = self.own_user()?;
        // Across tenants, by user: row-level security allows exactly these.
        Ok(platform_rows::<membership::Entity>().filter(membership::Column::UserId.eq(user)))
    }
}

#[async_trait]
impl<W: Wire> TenantDirectory for SqlPlatformTx<W> {
    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<Tenant>> {
        let belongs = Query::select()
            .column(membership::Column::OrganisationId)
            .from(membership::Entity)
            .and_where(membership::Column::UserId.eq(self.own_user()?))
            .to_owned();
        let select = platform_rows::<organisation::Entity>()
            .filter(organisation::Column::Id.in_subquery(belongs));
        let order = page::Ordering {
            by: organisation::Column::Name,
            id: organisation::Column::Id,
            descending: false,
        };
        page::fetch(&self.lease, select, order, page, restore, |tenant| {
            Position {
                value: SortValue::Text(tenant.name().as_str().to_owned()),
                id: tenant.id().as_uuid(),
            }
        })
        .await
    }

    async fn memberships(&mut self) -> StoreResult<Vec<(Membership, Tenant)>> {
        let joined = self
            .own_memberships()?
            .find_also_linked(memberships::ToOrganisation)
            .order_by_asc(membership::Column::CreatedAt)
            .order_by_asc(membership::Column::Id)
            .all(&self.lease)
            .await
            .map_err(store_error)?;
        let pair = |(row, tenant): (membership::Model, Option<organisation::Model>)| {
            let tenant =
                tenant.ok_or_else(|| corrupt("organisation_memberships", "organisation_id"))?;
            Ok((memberships::restore(&row)?, restore(tenant)?))
        };
        joined.into_iter().map(pair).collect()
    }

    async fn insert(&mut self, tenant: &Tenant) -> StoreResult<()> {
        let row = organisation::ActiveModel {
            id: Set(tenant.id().as_uuid()),
            name: Set(tenant.name().as_str().to_owned()),
            slug: Set(tenant.slug().as_str().to_owned()),
            version: Set(tenant.version()),
            created_at: Set(tenant.created_at()),
            updated_at: Set(tenant.updated_at()),
        };
        insert(&self.lease, row).await.map_err(store_error)
    }
}

#[async_trait]
impl<W: Wire> TenantRepository for SqlTenantTx<W> {
    async fn find(&mut self) -> StoreResult<Option<Tenant>> {
        let select = platform_rows::<organisation::Entity>()
            .filter(organisation::Column::Id.eq(self.tenant.as_uuid()));
        self.one(select).await?.map(restore).transpose()
    }

    async fn update(&mut self, tenant: &Tenant) -> StoreResult<()> {
        own(self.tenant, tenant.id())?;
        let updated = platform_update::<organisation::Entity>()
            .col_expr(
                organisation::Column::Name,
                Expr::val(tenant.name().as_str()),
            )
            .col_expr(
                organisation::Column::Slug,
                Expr::val(tenant.slug().as_str()),
            )
            .col_expr(organisation::Column::Version, Expr::val(tenant.version()))
            .col_expr(
                organisation::Column::UpdatedAt,
                Expr::val(tenant.updated_at()),
            )
            .filter(organisation::Column::Id.eq(self.tenant.as_uuid()))
            .filter(organisation::Column::Version.eq(tenant.version() - 1))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(updated.rows_affected)
    }
}
