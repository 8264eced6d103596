use super::Organisations;
use crate::{error::Error, gate::Caller};
use domain::{id::TenantId, role::Permission, tenant::Tenant};

impl Organisations {
    /// One organisation.
    ///
    /// # Errors
    /// [`Error::Stranger`] to anyone who does not belong to it.
    pub async fn get(&self, caller: &Caller, tenant: TenantId) -> Result<Tenant, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadOrganisation)
            .await?;
        work.tx.tenant().find().await?.ok_or(Error::Stranger)
    }
}
