use super::one_row;
use crate::{
    entity::{operator, operator_bootstrap_token as token, operator_event as event},
    error::{corrupt, store_error},
    lease::Wire,
    scope::{insert, platform_rows, platform_update},
    trail,
    tx::SqlPlatformTx,
};
use async_trait::async_trait;
use domain::{
    access::Origin,
    api_key::KeyDigest,
    id::OperatorId,
    operator::{BootstrapToken, Operator, OperatorAction, OperatorEvent},
    ports::{Access, OperatorRepository, StoreResult},
    tenant::Tenant,
    text::{OperatorName, Reason},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use time::OffsetDateTime;

fn restore(row: operator::Model) -> StoreResult<(Operator, KeyDigest)> {
    let digest = <[u8; 32]>::try_from(row.digest).map_err(|_| corrupt("operators", "digest"))?;
    let operator = Operator {
        id: OperatorId::from_uuid(row.id),
        name: OperatorName::parse(row.name).map_err(|_| corrupt("operators", "name"))?,
        created_at: row.created_at,
        revoked_at: row.revoked_at,
    };
    Ok((operator, KeyDigest::new(digest)))
}

fn founder(row: event::Model) -> StoreResult<(OperatorName, Reason)> {
    let table = "operator_events";
    let name = OperatorName::parse(row.operator).map_err(|_| corrupt(table, "operator"))?;
    let reason = row.reason.map(Reason::parse).transpose().ok().flatten();
    Ok((name, reason.ok_or_else(|| corrupt(table, "reason"))?))
}

#[async_trait]
impl<W: Wire> OperatorRepository for SqlPlatformTx<W> {
    async fn find_by_digest(
        &mut self,
        digest: &KeyDigest,
    ) -> StoreResult<Option<(Operator, KeyDigest)>> {
        let row = platform_rows::<operator::Entity>()
            .filter(operator::Column::Digest.eq(digest.as_bytes().to_vec()))
            .one(&self.lease)
            .await
            .map_err(store_error)?;
        row.map(restore).transpose()
    }

    async fn find(&mut self, id: OperatorId) -> StoreResult<Option<Operator>> {
        let mut select =
            platform_rows::<operator::Entity>().filter(operator::Column::Id.eq(id.as_uuid()));
        if self.access == Access::Write {
            select = select.lock_exclusive();
        }
        let row = select.one(&self.lease).await.map_err(store_error)?;
        Ok(row.map(restore).transpose()?.map(|(operator, _)| operator))
    }

    async fn all(&mut self) -> StoreResult<Vec<Operator>> {
        let rows = platform_rows::<operator::Entity>()
            .order_by_asc(operator::Column::CreatedAt)
            .order_by_asc(operator::Column::Id)
            .all(&self.lease)
            .await
            .map_err(store_error)?;
        let restored = rows.into_iter().map(restore);
        restored.map(|row| Ok(row?.0)).collect()
    }

    async fn insert(&mut self, operator: &Operator, digest: &KeyDigest) -> StoreResult<()> {
        let row = operator::ActiveModel {
            id: Set(operator.id.as_uuid()),
            name: Set(operator.name.as_str().to_owned()),
            digest: Set(digest.as_bytes().to_vec()),
            created_at: Set(operator.created_at),
            revoked_at: Set(operator.revoked_at),
        };
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn revoke(&mut self, operator: &Operator) -> StoreResult<()> {
        let updated = platform_update::<operator::Entity>()
            .col_expr(operator::Column::RevokedAt, Expr::val(operator.revoked_at))
            .filter(operator::Column::Id.eq(operator.id.as_uuid()))
            .filter(operator::Column::RevokedAt.is_null())
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(updated.rows_affected)
    }

    async fn insert_token(&mut self, new: &BootstrapToken) -> StoreResult<()> {
        let row = token::ActiveModel {
            digest: Set(new.digest.as_bytes().to_vec()),
            created_at: Set(new.created_at),
            expires_at: Set(new.expires_at),
            used_at: Set(None),
        };
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn take_token(&mut self, digest: &KeyDigest, now: OffsetDateTime) -> StoreResult<bool> {
        let used = platform_update::<token::Entity>()
            .col_expr(token::Column::UsedAt, Expr::val(now))
            .filter(token::Column::Digest.eq(digest.as_bytes().to_vec()))
            .filter(token::Column::UsedAt.is_null())
            .filter(token::Column::ExpiresAt.gt(now))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        Ok(used.rows_affected == 1)
    }

    async fn record(&mut self, event: &OperatorEvent, origin: &Origin) -> StoreResult<()> {
        let row = trail::of_operator(event, origin, self.ids.uuid());
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn founder(&mut self, tenant: &Tenant) -> StoreResult<Option<(OperatorName, Reason)>> {
        // The event is of the organisation's own instant, which leads the key.
        let action = OperatorAction::OrganisationCreated.as_str();
        let row = platform_rows::<event::Entity>()
            .filter(event::Column::CreatedAt.eq(tenant.state().created_at))
            .filter(event::Column::TargetId.eq(tenant.id().as_uuid()))
            .filter(event::Column::Action.eq(action))
            .one(&self.lease)
            .await
            .map_err(store_error)?;
        row.map(founder).transpose()
    }
}
