use super::Tenants;
use crate::{
    error::{Error, Resource},
    operators::OperatorCaller,
};
use domain::{
    id::TenantId,
    page::{PageOf, PageRequest},
    ports::Access,
    tenant::{Tenant, TenantFilter},
};

impl Tenants {
    /// Organisations by filter, oldest first.
    ///
    /// # Errors
    /// [`Error::OperatorKey`].
    pub async fn list(
        &self,
        caller: &OperatorCaller,
        filter: &TenantFilter,
        page: &PageRequest,
    ) -> Result<PageOf<Tenant>, Error> {
        let mut operation = self.operators.begin(caller, Access::Read).await?;
        Ok(operation.work.tx.tenants().all(filter, page).await?)
    }

    /// One organisation.
    ///
    /// # Errors
    /// [`Error::OperatorKey`], [`Error::NotFound`].
    pub async fn show(&self, caller: &OperatorCaller, id: TenantId) -> Result<Tenant, Error> {
        let mut operation = self.operators.begin(caller, Access::Read).await?;
        let found = operation.work.tx.tenants().find(id).await?;
        found.ok_or(Error::NotFound(Resource::Organisation))
    }
}
