use crate::{
    entity::user,
    error::{corrupt, store_error},
    lease::{Lease, Wire},
    scope::{insert, platform_rows, platform_update},
    tx::{SqlPlatformTx, SqlTenantTx},
};
use async_trait::async_trait;
use domain::{
    email::Email,
    id::UserId,
    password::PasswordHash,
    ports::{StoreResult, UserRepository},
    text::DisplayName,
    user::{Account, User},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, sea_query::Expr};
use time::OffsetDateTime;

pub(super) fn restore(row: user::Model) -> StoreResult<User> {
    Ok(User {
        id: UserId::from_uuid(row.id),
        email: Email::parse(&row.email).map_err(|_| corrupt("users", "email"))?,
        display_name: DisplayName::parse(row.display_name)
            .map_err(|_| corrupt("users", "display_name"))?,
        is_active: row.is_active,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

async fn find<W: Wire>(lease: &Lease<W>, id: UserId) -> StoreResult<Option<User>> {
    platform_rows::<user::Entity>()
        .filter(user::Column::Id.eq(id.as_uuid()))
        .one(lease)
        .await
        .map_err(store_error)?
        .map(restore)
        .transpose()
}

async fn find_account<W: Wire>(lease: &Lease<W>, email: &Email) -> StoreResult<Option<Account>> {
    let row = platform_rows::<user::Entity>()
        .filter(user::Column::Email.eq(email.as_str()))
        .one(lease)
        .await
        .map_err(store_error)?;
    let account = |row: user::Model| {
        let password_hash = PasswordHash::new(row.password_hash.clone());
        Ok(Account {
            user: restore(row)?,
            password_hash,
        })
    };
    row.map(account).transpose()
}

async fn add<W: Wire>(lease: &Lease<W>, account: &Account) -> StoreResult<()> {
    let user = &account.user;
    let row = user::ActiveModel {
        id: Set(user.id.as_uuid()),
        email: Set(user.email.as_str().to_owned()),
        display_name: Set(user.display_name.as_str().to_owned()),
        password_hash: Set(account.password_hash.as_str().to_owned()),
        is_active: Set(user.is_active),
        created_at: Set(user.created_at),
        updated_at: Set(user.updated_at),
    };
    insert(lease, row).await.map_err(store_error)
}

async fn replace_password_hash<W: Wire>(
    lease: &Lease<W>,
    id: UserId,
    old: &PasswordHash,
    new: &PasswordHash,
    now: OffsetDateTime,
) -> StoreResult<()> {
    platform_update::<user::Entity>()
        .col_expr(user::Column::PasswordHash, Expr::val(new.as_str()))
        .col_expr(user::Column::UpdatedAt, Expr::val(now))
        .filter(user::Column::Id.eq(id.as_uuid()))
        .filter(user::Column::PasswordHash.eq(old.as_str()))
        .exec(lease)
        .await
        .map(drop)
        .map_err(store_error)
}

macro_rules! users_of {
    ($($tx:ident),+) => { $(
        #[async_trait]
        impl<W: Wire> UserRepository for $tx<W> {
            async fn find(&mut self, id: UserId) -> StoreResult<Option<User>> {
                find(&self.lease, id).await
            }

            async fn find_account(&mut self, email: &Email) -> StoreResult<Option<Account>> {
                find_account(&self.lease, email).await
            }

            async fn insert(&mut self, account: &Account) -> StoreResult<()> {
                add(&self.lease, account).await
            }

            async fn replace_password_hash(
                &mut self,
                id: UserId,
                old: &PasswordHash,
                new: &PasswordHash,
                now: OffsetDateTime,
            ) -> StoreResult<()> {
                replace_password_hash(&self.lease, id, old, new, now).await
            }
        }
    )+ };
}

// Users belong to the platform; a tenant's transaction looks up whoever is about to become a member.
users_of!(SqlPlatformTx, SqlTenantTx);
