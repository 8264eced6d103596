//! Transactions: a lease, who is in it, and every repository on top.

use crate::{
    error::store_error,
    lease::{Lease, Wire},
    scope::{insert, own},
    trail,
};
use async_trait::async_trait;
use domain::{
    access::{Origin, TenantScope},
    audit::AuditTrail,
    id::{TenantId, UserId},
    operator::OperatorEvent,
    ports::{
        Access, ApiKeyRepository, AuditLog, IdGenerator, IdempotencyRepository,
        MembershipRepository, OperatorRepository, PlatformTx, ProjectRepository,
        ResourceRepository, RoleRepository, StoreError, StoreResult, TenantDirectory,
        TenantRepository, TenantTx, UserEventLog, UserRepository,
    },
};
use sea_orm::{EntityTrait, QuerySelect, Select};
use std::sync::Arc;
use uuid::Uuid;

/// A transaction outside all tenants.
pub struct SqlPlatformTx<W: Wire> {
    pub(crate) lease: Lease<W>,
    pub(crate) user: Option<UserId>,
    pub(crate) access: Access,
    pub(crate) ids: Arc<dyn IdGenerator>,
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
    pub fn new(
        lease: Lease<W>,
        user: Option<UserId>,
        access: Access,
        ids: Arc<dyn IdGenerator>,
    ) -> Self {
        Self {
            lease,
            user,
            access,
            ids,
        }
    }

    /// The transaction's user, whose own things there are to list.
    pub(crate) fn own_user(&self) -> StoreResult<Uuid> {
        let missing = || StoreError::Failed("the transaction has no user".into());
        self.user.map(UserId::as_uuid).ok_or_else(missing)
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

    fn events(&mut self) -> &mut dyn UserEventLog {
        self
    }

    fn operators(&mut self) -> &mut dyn OperatorRepository {
        self
    }

    async fn enter(self: Box<Self>, scope: TenantScope) -> StoreResult<Box<dyn TenantTx>> {
        let Self {
            lease, access, ids, ..
        } = *self;
        if let Some(batch) = W::enter_tenant(scope.tenant()) {
            lease.continue_with(&batch).await.map_err(store_error)?;
        }
        Ok(Box::new(SqlTenantTx::new(
            lease,
            scope.tenant(),
            access,
            ids,
        )))
    }

    async fn commit(
        self: Box<Self>,
        user: UserId,
        origin: &Origin,
        trail: AuditTrail,
    ) -> StoreResult<()> {
        for event in trail.events() {
            let row = trail::of_user(user, origin, event, self.ids.uuid());
            insert(&self.lease, row).await.map_err(store_error)?;
        }
        self.lease.commit().await.map_err(store_error)
    }

    async fn commit_operated(
        mut self: Box<Self>,
        event: &OperatorEvent,
        origin: &Origin,
    ) -> StoreResult<()> {
        self.operators().record(event, origin).await?;
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

    fn roles(&mut self) -> &mut dyn RoleRepository {
        self
    }

    fn projects(&mut self) -> &mut dyn ProjectRepository {
        self
    }

    fn resources(&mut self) -> &mut dyn ResourceRepository {
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
        own(self.tenant, scope.tenant())?;
        for event in trail.events() {
            let row = trail::of_tenant(scope, event, self.ids.uuid());
            insert(&self.lease, row).await.map_err(store_error)?;
        }
        self.lease.commit().await.map_err(store_error)
    }
}
