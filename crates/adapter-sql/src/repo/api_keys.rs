use super::{one_row, page, parsed};
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
    api_key::{ApiKey, KeyTerms, NewKey},
    id::{ApiKeyId, TenantId, UserId},
    network::AddressList,
    page::{PageOf, PageRequest, Position, SortValue},
    permission::{Permission, PermissionSet},
    ports::{ApiKeyRepository, StoreResult},
    text::{ApiKeyDescription, ApiKeyName},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, sea_query::Expr};
use std::net::IpAddr;

fn restore(row: Model) -> StoreResult<ApiKey> {
    let terms = KeyTerms {
        name: ApiKeyName::parse(row.name).map_err(|_| corrupt("api_keys", "name"))?,
        description: parsed(
            row.description,
            ApiKeyDescription::parse,
            ("api_keys", "description"),
        )?,
        scopes: scopes(&row.scopes),
        expires_at: row.expires_at,
        allowed_from: parsed(
            row.allowed_cidrs,
            |list| AddressList::parse(&list),
            ("api_keys", "allowed_cidrs"),
        )?,
    };
    Ok(ApiKey {
        id: ApiKeyId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        terms,
        prefix: row.key_prefix,
        created_by: UserId::from_uuid(row.created_by_user_id),
        previous_valid_until: row.previous_valid_until,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
        last_used_from: parsed(
            row.last_used_ip,
            |address| address.parse::<IpAddr>(),
            ("api_keys", "last_used_ip"),
        )?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn written(scopes: PermissionSet) -> String {
    let names: Vec<_> = scopes.iter().map(Permission::as_str).collect();
    names.join(" ")
}

fn description(terms: &KeyTerms) -> Option<String> {
    let description = terms.description.as_ref();
    description.map(|text| text.as_str().to_owned())
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
        let terms = &key.terms;
        let row = ActiveModel {
            organisation_id: Set(key.tenant.as_uuid()),
            id: Set(key.id.as_uuid()),
            key_id: Set(secret.key_id.as_str().to_owned()),
            digest: Set(secret.digest.as_bytes().to_vec()),
            previous_key_id: Set(None),
            previous_digest: Set(None),
            previous_valid_until: Set(None),
            name: Set(terms.name.as_str().to_owned()),
            description: Set(description(terms)),
            key_prefix: Set(key.prefix.clone()),
            scopes: Set(written(terms.scopes)),
            expires_at: Set(terms.expires_at),
            allowed_cidrs: Set(terms.allowed_from.as_ref().map(AddressList::to_string)),
            created_by_user_id: Set(key.created_by.as_uuid()),
            revoked_at: Set(key.revoked_at),
            last_used_at: Set(key.last_used_at),
            last_used_ip: Set(key.last_used_from.map(|address| address.to_string())),
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

    async fn rename(&mut self, key: &ApiKey) -> StoreResult<()> {
        own(self.tenant, key.tenant)?;
        let renamed = update_of::<Entity>(self.tenant)
            .col_expr(Column::Name, Expr::val(key.terms.name.as_str()))
            .col_expr(Column::Description, Expr::val(description(&key.terms)))
            .col_expr(Column::UpdatedAt, Expr::val(key.updated_at))
            .filter(Column::Id.eq(key.id.as_uuid()))
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(renamed.rows_affected)
    }

    async fn rotate(&mut self, key: &ApiKey, secret: &NewKey) -> StoreResult<()> {
        own(self.tenant, key.tenant)?;
        // A secret that stops at once is forgotten rather than compared with a clock: those of servers differ.
        let (before, digest) = match key.previous_valid_until {
            Some(_) => (Expr::col(Column::KeyId), Expr::col(Column::Digest)),
            None => (Expr::val(None::<String>), Expr::val(None::<Vec<u8>>)),
        };
        let rotated = update_of::<Entity>(self.tenant)
            .col_expr(Column::PreviousKeyId, before)
            .col_expr(Column::PreviousDigest, digest)
            .col_expr(
                Column::PreviousValidUntil,
                Expr::val(key.previous_valid_until),
            )
            .col_expr(Column::KeyId, Expr::val(secret.key_id.as_str()))
            .col_expr(Column::Digest, Expr::val(secret.digest.as_bytes().to_vec()))
            .col_expr(Column::KeyPrefix, Expr::val(key.prefix.as_str()))
            .col_expr(Column::UpdatedAt, Expr::val(key.updated_at))
            .filter(Column::Id.eq(key.id.as_uuid()))
            .filter(Column::RevokedAt.is_null())
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(rotated.rows_affected)
    }
}
