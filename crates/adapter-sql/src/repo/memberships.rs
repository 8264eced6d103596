use super::{one_row, page, users};
use crate::{
    access::parse_role,
    entity::{membership, organisation, role, user},
    error::{corrupt, store_error},
    lease::Wire,
    scope::{delete_of, insert, own, platform_rows, rows_of, update_of},
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    id::{MembershipId, TenantId, UserId},
    membership::{Member, Membership, Roster},
    page::{PageOf, PageRequest, Position, SortValue},
    policy::Policy,
    ports::{MembershipRepository, StoreResult},
    role::Role,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, Linked, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, sea_query::Expr,
};
use std::collections::HashMap;

/// From a membership to its organisation.
pub(super) struct ToOrganisation;

impl Linked for ToOrganisation {
    type FromEntity = membership::Entity;
    type ToEntity = organisation::Entity;

    fn link(&self) -> Vec<RelationDef> {
        let relation = membership::Entity::belongs_to(organisation::Entity)
            .from(membership::Column::OrganisationId)
            .to(organisation::Column::Id);
        vec![relation.into()]
    }
}

pub(super) fn restore(row: &membership::Model) -> StoreResult<Membership> {
    Ok(Membership {
        id: MembershipId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        user: UserId::from_uuid(row.user_id),
        role: parse_role(&row.role)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl<W: Wire> SqlTenantTx<W> {
    async fn membership(&self, user: UserId) -> StoreResult<Option<Membership>> {
        rows_of::<membership::Entity>(self.tenant)
            .filter(membership::Column::UserId.eq(user.as_uuid()))
            .one(&self.lease)
            .await
            .map_err(store_error)?
            .as_ref()
            .map(restore)
            .transpose()
    }

    /// Puts the users beside their memberships, in one query for all of them.
    async fn with_users(&self, memberships: Vec<Membership>) -> StoreResult<Vec<Member>> {
        let ids = memberships.iter().map(|one| one.user.as_uuid());
        let rows = platform_rows::<user::Entity>()
            .filter(user::Column::Id.is_in(ids))
            .all(&self.lease)
            .await
            .map_err(store_error)?;
        let mut found: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
        let member = |membership: Membership| {
            let row = found.remove(&membership.user.as_uuid());
            let row = row.ok_or_else(|| corrupt("organisation_memberships", "user_id"))?;
            let user = users::restore(row)?;
            Ok(Member { membership, user })
        };
        memberships.into_iter().map(member).collect()
    }

    /// What a member may do at this moment.
    async fn policy_of(&self, role: &Role) -> StoreResult<Policy> {
        let defined = rows_of::<role::Entity>(self.tenant)
            .filter(role::Column::Name.eq(role.as_str()))
            .one(&self.lease)
            .await
            .map_err(store_error)?;
        Ok(role.policy(defined.as_ref().map(|row| row.grants.as_str())))
    }
}

#[async_trait]
impl<W: Wire> MembershipRepository for SqlTenantTx<W> {
    async fn lock_roster(&mut self, actor: UserId) -> StoreResult<Roster> {
        // The organisation's row stands for its roster. SQLite writes one transaction at a time and needs no lock.
        platform_rows::<organisation::Entity>()
            .filter(organisation::Column::Id.eq(self.tenant.as_uuid()))
            .lock_exclusive()
            .one(&self.lease)
            .await
            .map_err(store_error)?;
        let owners = rows_of::<membership::Entity>(self.tenant)
            .filter(membership::Column::Role.eq(Role::Owner.as_str()))
            .count(&self.lease)
            .await
            .map_err(store_error)?;
        let actor = match self.membership(actor).await? {
            Some(membership) => self.policy_of(&membership.role).await?,
            None => Policy::NOTHING,
        };
        Ok(Roster { actor, owners })
    }

    async fn find(&mut self, user: UserId) -> StoreResult<Option<Member>> {
        let found = self.membership(user).await?.into_iter().collect();
        Ok(self.with_users(found).await?.pop())
    }

    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<Member>> {
        let order = page::Ordering {
            by: membership::Column::CreatedAt,
            id: membership::Column::Id,
            descending: false,
        };
        let select = rows_of::<membership::Entity>(self.tenant);
        let page = page::fetch(
            &self.lease,
            select,
            order,
            page,
            |row| restore(&row),
            |membership| Position {
                value: SortValue::Time(membership.created_at),
                id: membership.id.as_uuid(),
            },
        )
        .await?;
        Ok(PageOf {
            items: self.with_users(page.items).await?,
            total: page.total,
            next: page.next,
        })
    }

    async fn insert(&mut self, membership: &Membership) -> StoreResult<()> {
        own(self.tenant, membership.tenant)?;
        let row = membership::ActiveModel {
            organisation_id: Set(membership.tenant.as_uuid()),
            user_id: Set(membership.user.as_uuid()),
            id: Set(membership.id.as_uuid()),
            role: Set(membership.role.as_str().to_owned()),
            created_at: Set(membership.created_at),
            updated_at: Set(membership.updated_at),
        };
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn set_role(&mut self, membership: &Membership) -> StoreResult<()> {
        own(self.tenant, membership.tenant)?;
        let updated = update_of::<membership::Entity>(self.tenant)
            .col_expr(
                membership::Column::Role,
                Expr::val(membership.role.as_str()),
            )
            .col_expr(
                membership::Column::UpdatedAt,
                Expr::val(membership.updated_at),
            )
            .filter(membership::Column::UserId.eq(membership.user.as_uuid()))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(updated.rows_affected)
    }

    async fn remove(&mut self, user: UserId, role: &Role) -> StoreResult<()> {
        let deleted = delete_of::<membership::Entity>(self.tenant)
            .filter(membership::Column::UserId.eq(user.as_uuid()))
            .filter(membership::Column::Role.eq(role.as_str()))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(deleted.rows_affected)
    }

    async fn holding(&mut self, role: &Role, limit: u32) -> StoreResult<Vec<Member>> {
        let rows = rows_of::<membership::Entity>(self.tenant)
            .filter(membership::Column::Role.eq(role.as_str()))
            .order_by_asc(membership::Column::CreatedAt)
            .order_by_asc(membership::Column::Id)
            .limit(u64::from(limit))
            .all(&self.lease)
            .await
            .map_err(store_error)?;
        let held = rows.iter().map(restore).collect::<StoreResult<_>>()?;
        self.with_users(held).await
    }

    async fn holders(&mut self, role: &Role) -> StoreResult<u64> {
        rows_of::<membership::Entity>(self.tenant)
            .filter(membership::Column::Role.eq(role.as_str()))
            .count(&self.lease)
            .await
            .map_err(store_error)
    }
}
