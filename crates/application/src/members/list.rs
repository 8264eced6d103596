use super::Members;
use crate::{error::Error, gate::Caller};
use domain::{
    id::TenantId,
    membership::Member,
    page::{PageOf, PageRequest},
    role::Permission,
};

impl Members {
    /// Members, oldest first.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        page: &PageRequest,
    ) -> Result<PageOf<Member>, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ManageMembers)
            .await?;
        Ok(work.tx.members().list(page).await?)
    }
}
