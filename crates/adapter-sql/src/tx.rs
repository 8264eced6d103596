//! Transactions: a lease, who is in it, and every repository on top.

use crate::{
    entity::{audit_event, user_event},
    error::store_error,
    lease::{Lease, Wire},
    scope::insert,
};
use async_trait::async_trait;
use domain::{
    access::{Actor, TenantScope},
    audit::{AuditEvent, AuditTrail, Fact},
    id::{TenantId, UserId},
    ports::{
        Access, ApiKeyRepository, AuditLog, IdGenerator, IdempotencyRepository,
        MembershipRepository, PlatformTx, ProjectRepository, StoreResult, TenantDirectory,
        TenantRepository, TenantTx, UserRepository,
    },
};
use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect, Select};
use std::sync::Arc;
use time::OffsetDateTime;

/// A transaction outside all tenants.
pub struct SqlPlatformTx<W: Wire> {
    pub(crate) lease: Lease<W>,
    pub(crate) user: Option<UserId>,
    ids: Arc<dyn IdGenerator>,
}

/// A transaction in one tenant.
pub struct SqlTenantTx<W: Wire> {
    pub(crate) lease: Lease<W>,
    pub(crate) tenant: TenantId,
    pub(crate) access: Access,
    ids: Arc<dyn IdGenerator>,
}

impl<W: Wire> SqlPlatformTx<W> {
    /// Takes over a lease whose transaction has begun, with the user's own rows visible.
    pub fn new(lease: Lease<W>, user: Option<UserId>, ids: Arc<dyn IdGenerator>) -> Self {
        Self { lease, user, ids }
    }
}

impl<W: Wire> SqlTenantTx<W> {
    /// Takes over a lease whose transaction has begun and is pinned to the tenant.
    pub fn new(
        lease: Lease<W>,
        tenant: TenantId,
        access: Access,
        ids: Arc<dyn IdGenerator>,
    ) -> Self {
        Self {
            lease,
            tenant,
            access,
            ids,
        }
    }

    /// The one row of a selection, locked against other writers when the transaction writes.
    pub(crate) async fn one<E: EntityTrait>(
        &self,
        mut select: Select<E>,
    ) -> StoreResult<Option<E::Model>> {
        if self.access == Access::Write {
            select = select.lock_exclusive();
        }
        select.one(&self.lease).await.map_err(store_error)
    }
}

#[async_trait]
impl<W: Wire> PlatformTx for SqlPlatformTx<W> {
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }

    fn tenants(&mut self) -> &mut dyn TenantDirectory {
        self
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }

    async fn enter(self: Box<Self>, scope: TenantScope) -> StoreResult<Box<dyn TenantTx>> {
        let Self { lease, ids, .. } = *self;
        if let Some(batch) = W::enter_tenant(scope.tenant()) {
            lease.continue_with(&batch).await.map_err(store_error)?;
        }
        Ok(Box::new(SqlTenantTx::new(
            lease,
            scope.tenant(),
            Access::Write,
            ids,
        )))
    }

    async fn commit(
        self: Box<Self>,
        user: UserId,
        at: OffsetDateTime,
        trail: AuditTrail,
    ) -> StoreResult<()> {
        for event in trail.events() {
            let row = user_event::ActiveModel {
                user_id: Set(user.as_uuid()),
                created_at: Set(at),
                id: Set(self.ids.uuid()),
                action: Set(event.action().as_str().to_owned()),
                metadata: Set(metadata(event)),
            };
            insert(&self.lease, row).await.map_err(store_error)?;
        }
        self.lease.commit().await.map_err(store_error)
    }
}

#[async_trait]
impl<W: Wire> TenantTx for SqlTenantTx<W> {
    fn tenant(&mut self) -> &mut dyn TenantRepository {
        self
    }

    fn members(&mut self) -> &mut dyn MembershipRepository {
        self
    }

    fn projects(&mut self) -> &mut dyn ProjectRepository {
        self
    }

    fn api_keys(&mut self) -> &mut dyn ApiKeyRepository {
        self
    }

    fn audit_log(&mut self) -> &mut dyn AuditLog {
        self
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }

    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }

    async fn commit(self: Box<Self>, scope: &TenantScope, trail: AuditTrail) -> StoreResult<()> {
        crate::scope::own(self.tenant, scope.tenant())?;
        let (user, key) = match scope.actor() {
            Actor::User(user) => (Some(user.as_uuid()), None),
            Actor::ApiKey(key) => (None, Some(key.as_uuid())),
        };
        for event in trail.events() {
            let row = audit_event::ActiveModel {
                organisation_id: Set(self.tenant.as_uuid()),
                created_at: Set(scope.at()),
                id: Set(self.ids.uuid()),
                actor_user_id: Set(user),
                actor_api_key_id: Set(key),
                action: Set(event.action().as_str().to_owned()),
                target_id: Set(event.target()),
                metadata: Set(metadata(event)),
            };
            insert(&self.lease, row).await.map_err(store_error)?;
        }
        self.lease.commit().await.map_err(store_error)
    }
}

fn metadata(event: &AuditEvent) -> serde_json::Value {
    let value = |fact: &Fact| match fact {
        Fact::Text(text) => serde_json::Value::from(text.as_str()),
        Fact::List(list) => serde_json::Value::from(list.clone()),
    };
    event
        .metadata()
        .iter()
        .map(|(name, fact)| ((*name).to_owned(), value(fact)))
        .collect()
}
