use crate::{place, tx::CellTx};
use async_trait::async_trait;
use domain::{
    access::{Origin, TenantScope},
    audit::AuditTrail,
    id::UserId,
    operator::OperatorEvent,
    ports::{
        Access, IdempotencyRepository, OperatorRepository, PlatformTx, Store, StoreResult, TenantDirectory, TenantTx,
        UserEventLog, UserRepository,
    },
    text::DatabaseName,
};
use std::{collections::HashMap, sync::Arc};

/// A transaction of the main database that knows the way into cells.
pub(crate) struct RoutedPlatformTx {
    pub(crate) main: Box<dyn PlatformTx>,
    pub(crate) cells: Arc<HashMap<String, Arc<dyn Store>>>,
    pub(crate) access: Access,
}

#[async_trait]
impl PlatformTx for RoutedPlatformTx {
    fn users(&mut self) -> &mut dyn UserRepository {
        self.main.users()
    }

    fn tenants(&mut self) -> &mut dyn TenantDirectory {
        self.main.tenants()
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self.main.idempotency()
    }

    fn events(&mut self) -> &mut dyn UserEventLog {
        self.main.events()
    }

    fn operators(&mut self) -> &mut dyn OperatorRepository {
        self.main.operators()
    }

    async fn enter(mut self: Box<Self>, scope: TenantScope) -> StoreResult<Box<dyn TenantTx>> {
        let tenant = scope.tenant();
        let found = self.main.tenants().find(tenant).await?;
        let placement = found.as_ref().map(|found| &found.state().placement);
        let database = placement.and_then(|placement| placement.database.as_ref());
        let cell = place::of(&self.cells, database.map(DatabaseName::as_str))?;
        let main = self.main.enter(scope).await?;
        Ok(match cell {
            None => main,
            Some(cell) => Box::new(CellTx::new(main, cell, tenant, self.access)),
        })
    }

    async fn commit(
        self: Box<Self>,
        user: UserId,
        origin: &Origin,
        trail: AuditTrail,
    ) -> StoreResult<()> {
        self.main.commit(user, origin, trail).await
    }

    async fn commit_operated(
        self: Box<Self>,
        event: &OperatorEvent,
        origin: &Origin,
    ) -> StoreResult<()> {
        self.main.commit_operated(event, origin).await
    }
}
