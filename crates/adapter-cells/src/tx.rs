use crate::place;
use async_trait::async_trait;
use domain::{
    access::TenantScope,
    audit::AuditTrail,
    id::TenantId,
    ports::{
        Access, ApiKeyRepository, AuditLog, IdempotencyRepository, MembershipRepository,
        ProjectRepository, ResourceRepository, RoleRepository, Store, StoreResult,
        TenantRepository, TenantTx, UserRepository,
    },
};
use std::sync::Arc;

/// A transaction in a tenant whose data is in a cell: one in the main database, and, once it is needed, one there.
pub(crate) struct CellTx {
    pub(crate) main: Box<dyn TenantTx>,
    data: Option<Box<dyn TenantTx>>,
    /// Whether the effect is in the cell.
    changed: bool,
    cell: Arc<dyn Store>,
    tenant: TenantId,
    access: Access,
}

impl CellTx {
    pub(crate) fn new(
        main: Box<dyn TenantTx>,
        cell: Arc<dyn Store>,
        tenant: TenantId,
        access: Access,
    ) -> Self {
        Self {
            main,
            data: None,
            changed: false,
            cell,
            tenant,
            access,
        }
    }

    /// The transaction in the cell.
    pub(crate) async fn data(&mut self) -> StoreResult<&mut dyn TenantTx> {
        let data = match self.data.take() {
            Some(data) => data,
            None => place::enter(&*self.cell, self.tenant, self.access).await?,
        };
        Ok(&mut **self.data.insert(data))
    }

    /// The same, to change something there.
    pub(crate) async fn change(&mut self) -> StoreResult<&mut dyn TenantTx> {
        self.changed = true;
        self.data().await
    }
}

#[async_trait]
impl TenantTx for CellTx {
    fn tenant(&mut self) -> &mut dyn TenantRepository {
        self.main.tenant()
    }

    fn members(&mut self) -> &mut dyn MembershipRepository {
        self.main.members()
    }

    fn roles(&mut self) -> &mut dyn RoleRepository {
        self.main.roles()
    }

    fn projects(&mut self) -> &mut dyn ProjectRepository {
        self
    }

    fn resources(&mut self) -> &mut dyn ResourceRepository {
        self
    }

    fn api_keys(&mut self) -> &mut dyn ApiKeyRepository {
        self.main.api_keys()
    }

    fn audit_log(&mut self) -> &mut dyn AuditLog {
        self
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }

    fn users(&mut self) -> &mut dyn UserRepository {
        self.main.users()
    }

    async fn commit(self: Box<Self>, scope: &TenantScope, trail: AuditTrail) -> StoreResult<()> {
        let Self {
            main,
            data,
            changed,
            ..
        } = *self;
        let Some(data) = data else {
            return main.commit(scope, trail).await;
        };
        let (first, second) = if changed { (data, main) } else { (main, data) };
        first.commit(scope, trail).await?;
        // It is done. What the other database gets is a copy of an outcome that is not missed.
        let copy = AuditTrail::exempt("the event is beside its effect, in the other database");
        let _lost_or_not = second.commit(scope, copy).await;
        Ok(())
    }
}
