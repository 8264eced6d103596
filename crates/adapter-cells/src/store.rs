use crate::{place::Places, platform::RoutedPlatformTx, tx::CellTx};
use async_trait::async_trait;
use domain::{
    access::{Credential, Sealed},
    id::{ProjectId, TenantId, UserId},
    page::{PageOf, PageRequest},
    ports::{Access, KeyUse, PlatformTx, Store, StoreResult, TenantReads, TenantTx},
    project::{Project, ProjectFilter},
    text::DatabaseName,
};
use std::{collections::HashMap, sync::Arc};
use time::OffsetDateTime;

/// The main database and the cells.
pub struct CellStore {
    main: Arc<dyn Store>,
    cells: Arc<HashMap<String, Arc<dyn Store>>>,
    places: Arc<Places>,
}

impl CellStore {
    /// Takes the store of the main database and those of the cells, by the names that placements use.
    pub fn new(
        main: Arc<dyn Store>,
        cells: impl IntoIterator<Item = (DatabaseName, Arc<dyn Store>)>,
    ) -> Self {
        let cells = cells.into_iter();
        let cells = cells.map(|(name, store)| (name.as_str().to_owned(), store));
        Self {
            main,
            cells: Arc::new(cells.collect()),
            places: Arc::default(),
        }
    }

    /// The cell of a tenant; none when its data is in the main database, or there is no such tenant.
    async fn cell(&self, tenant: TenantId) -> StoreResult<Option<Arc<dyn Store>>> {
        self.places.cell(&*self.main, &self.cells, tenant).await
    }

    async fn enter(
        &self,
        cell: Arc<dyn Store>,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
    ) -> StoreResult<Sealed<CellTx>> {
        let sealed = self.main.begin(caller, tenant, access).await?;
        Ok(sealed.map(|main| CellTx::new(main, cell, tenant, access)))
    }
}

#[async_trait]
impl Store for CellStore {
    async fn begin(
        &self,
        caller: &Credential,
        tenant: TenantId,
        access: Access,
    ) -> StoreResult<Sealed<Box<dyn TenantTx>>> {
        let Some(cell) = self.cell(tenant).await? else {
            return self.main.begin(caller, tenant, access).await;
        };
        let sealed = self.enter(cell, caller, tenant, access).await?;
        Ok(sealed.map(|tx| Box::new(tx) as Box<dyn TenantTx>))
    }

    async fn begin_platform(
        &self,
        user: Option<UserId>,
        access: Access,
    ) -> StoreResult<Box<dyn PlatformTx>> {
        let main = self.main.begin_platform(user, access).await?;
        let cells = self.cells.clone();
        Ok(Box::new(RoutedPlatformTx {
            main,
            cells,
            access,
        }))
    }

    /// Whether the main database answers. A cell that does not takes only its own tenants with it.
    async fn ping(&self) -> StoreResult<()> {
        self.main.ping().await
    }

    async fn record_key_use(&self, tenant: TenantId, uses: &[KeyUse]) -> StoreResult<()> {
        self.main.record_key_use(tenant, uses).await
    }

    async fn sweep_idempotency(&self, now: OffsetDateTime) -> StoreResult<u64> {
        let mut swept = self.main.sweep_idempotency(now).await?;
        for cell in self.cells.values() {
            swept += cell.sweep_idempotency(now).await?;
        }
        Ok(swept)
    }

    async fn sweep_deleted(&self, before: OffsetDateTime) -> StoreResult<u64> {
        let mut swept = self.main.sweep_deleted(before).await?;
        for cell in self.cells.values() {
            swept += cell.sweep_deleted(before).await?;
        }
        Ok(swept)
    }

    async fn provision(&self, tenant: TenantId) -> StoreResult<()> {
        match self.cell(tenant).await? {
            None => self.main.provision(tenant).await,
            Some(cell) => crate::place::make(&*self.main, &*cell, tenant).await,
        }
    }

    async fn purge(&self, tenant: TenantId) -> StoreResult<u64> {
        let mut purged = 0;
        if let Some(cell) = self.cell(tenant).await? {
            purged += crate::place::clear(&*cell, tenant).await?;
        }
        Ok(purged + self.main.purge(tenant).await?)
    }
}

#[async_trait]
impl TenantReads for CellStore {
    async fn project(
        &self,
        caller: &Credential,
        tenant: TenantId,
        id: ProjectId,
    ) -> StoreResult<Sealed<Option<Project>>> {
        let Some(cell) = self.cell(tenant).await? else {
            return self.main.project(caller, tenant, id).await;
        };
        let sealed = self.main.begin(caller, tenant, Access::Read).await?;
        let mut data = crate::place::enter(&*cell, tenant, Access::Read).await?;
        let project = data.projects().find(id).await?;
        Ok(sealed.map(|_| project))
    }

    async fn projects(
        &self,
        caller: &Credential,
        tenant: TenantId,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> StoreResult<Sealed<PageOf<Project>>> {
        let Some(cell) = self.cell(tenant).await? else {
            return self.main.projects(caller, tenant, filter, page).await;
        };
        let sealed = self.main.begin(caller, tenant, Access::Read).await?;
        let mut data = crate::place::enter(&*cell, tenant, Access::Read).await?;
        let projects = data.projects().list(filter, page).await?;
        Ok(sealed.map(|_| projects))
    }
}
