use super::{memberships, page, tenants, tenants::restore};
use crate::{
    entity::{
        membership,
        organisation::{Column, Entity, Model},
    },
    error::{corrupt, store_error},
    lease::Wire,
    scope::{insert, platform_rows},
    tx::SqlPlatformTx,
};
use async_trait::async_trait;
use domain::{
    id::TenantId,
    membership::Membership,
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{StoreResult, TenantDirectory},
    tenant::{Tenant, TenantFilter, TenantStatus},
    text::DatabaseName,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Query};
use time::OffsetDateTime;

/// For everyone the same as if it had never been.
const PURGED: &str = TenantStatus::Deleted.as_str();

/// Organisations of the whole platform.
fn matching(filter: TenantFilter) -> Select<Entity> {
    let mut select = platform_rows::<Entity>();
    if let Some(status) = filter.status {
        select = select.filter(Column::Status.eq(status.as_str()));
    }
    if let Some(tier) = filter.tier {
        select = select.filter(Column::Tier.eq(tier.as_str()));
    }
    select
}

impl<W: Wire> SqlPlatformTx<W> {
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
        let select = platform_rows::<Entity>()
            .filter(Column::Id.in_subquery(belongs))
            .filter(Column::Status.ne(PURGED));
        let order = page::Ordering {
            by: Column::Name,
            id: Column::Id,
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
        let pair = |(row, tenant): (membership::Model, Option<Model>)| {
            let tenant =
                tenant.ok_or_else(|| corrupt("organisation_memberships", "organisation_id"))?;
            Ok((memberships::restore(&row)?, restore(tenant)?))
        };
        let pairs = joined.into_iter().filter(|(_, tenant)| {
            let purged = tenant.as_ref().map(|tenant| tenant.status == PURGED);
            purged != Some(true)
        });
        pairs.map(pair).collect()
    }

    async fn all(
        &mut self,
        filter: &TenantFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Tenant>> {
        let order = page::Ordering {
            by: Column::CreatedAt,
            id: Column::Id,
            descending: false,
        };
        let select = matching(*filter);
        page::fetch(&self.lease, select, order, page, restore, |tenant| {
            Position {
                value: SortValue::Time(tenant.state().created_at),
                id: tenant.id().as_uuid(),
            }
        })
        .await
    }

    async fn find(&mut self, id: TenantId) -> StoreResult<Option<Tenant>> {
        platform_rows::<Entity>()
            .filter(Column::Id.eq(id.as_uuid()))
            .one(&self.lease)
            .await
            .map_err(store_error)?
            .map(restore)
            .transpose()
    }

    async fn databases(&mut self) -> StoreResult<Vec<DatabaseName>> {
        let names: Vec<String> = platform_rows::<Entity>()
            .select_only()
            .column(Column::Database)
            .filter(Column::Database.is_not_null())
            .distinct()
            .order_by_asc(Column::Database)
            .into_tuple()
            .all(&self.lease)
            .await
            .map_err(store_error)?;
        let name =
            |name| DatabaseName::parse(name).map_err(|_| corrupt("organisations", "database"));
        names.into_iter().map(name).collect()
    }

    async fn in_status(
        &mut self,
        status: TenantStatus,
        before: Option<OffsetDateTime>,
        limit: u32,
    ) -> StoreResult<Vec<Tenant>> {
        let mut select = matching(TenantFilter {
            status: Some(status),
            tier: None,
        });
        if let Some(before) = before {
            select = select.filter(Column::DeleteAfter.lte(before));
        }
        let rows = select
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(&self.lease)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(restore).collect()
    }

    async fn insert(&mut self, tenant: &Tenant) -> StoreResult<()> {
        insert(&self.lease, tenants::row(tenant))
            .await
            .map_err(store_error)
    }
}
