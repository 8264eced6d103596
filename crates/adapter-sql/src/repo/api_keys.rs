use super::{one_row, page};
use crate::{
    access::scopes,
    entity::api_key::{ActiveModel, Column, Entity, Model},
    error::{corrupt, store_error},
    lease::Wire,
    scope::{insert, own, rows_of, update_of},
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    api_key::{ApiKey, NewKey},
    id::{ApiKeyId, TenantId, UserId},
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{ApiKeyRepository, StoreResult},
    text::ApiKeyName,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, sea_query::Expr};

fn restore(row: Model) -> StoreResult<ApiKey> {
    Ok(ApiKey {
        id: ApiKeyId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        name: ApiKeyName::parse(row.name).map_err(|_| corrupt("api_keys", "name"))?,
        prefix: row.key_prefix,
        scopes: scopes(&row.scopes)?,
        created_by: UserId::from_uuid(row.created_by_user_id),
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

#[async_trait]
impl<W: Wire> ApiKeyRepository for SqlTenantTx<W> {
    async fn find(&mut self, id: ApiKeyId) -> StoreResult<Option<ApiKey>> {
        let select = rows_of::<Entity>(self.tenant).filter(Column::Id.eq(id.as_uuid()));
        self.one(select).await?.map(restore).transpose()
    }

    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<ApiKey>> {
        let order = page::Ordering {
            by: Column::CreatedAt,
            id: Column::Id,
            descending: true,
        };
        let select = rows_of::<Entity>(self.tenant);
        page::fetch(&self.lease, select, order, page, restore, |key| Position {
            value: SortValue::Time(key.created_at),
            id: key.id.as_uuid(),
        })
        .await
    }

    async fn insert(&mut self, key: &ApiKey, secret: &NewKey) -> StoreResult<()> {
        own(self.tenant, key.tenant)?;
        let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let row = ActiveModel {
            organisation_id: Set(key.tenant.as_uuid()),
            id: Set(key.id.as_uuid()),
            key_id: Set(secret.key_id.as_str().to_owned()),
            digest: Set(secret.digest.as_bytes().to_vec()),
            name: Set(key.name.as_str().to_owned()),
            key_prefix: Set(key.prefix.clone()),
            scopes: Set(scopes.join(" ")),
            created_by_user_id: Set(key.created_by.as_uuid()),
            revoked_at: Set(key.revoked_at),
            last_used_at: Set(key.last_used_at),
            created_at: Set(key.created_at),
            updated_at: Set(key.updated_at),
        };
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn revoke(&mut self, key: &ApiKey) -> StoreResult<()> {
        own(self.tenant, key.tenant)?;
        let revoked = update_of::<Entity>(self.tenant)
            .col_expr(Column::RevokedAt, Expr::val(key.revoked_at))
            .col_expr(Column::UpdatedAt, Expr::val(key.updated_at))
            .filter(Column::Id.eq(key.id.as_uuid()))
            .filter(Column::RevokedAt.is_null())
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(revoked.rows_affected)
    }
}
