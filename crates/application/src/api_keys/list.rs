use super::ApiKeys;
use crate::{error::Error, gate::Caller};
use domain::{
    api_key::ApiKey,
    id::TenantId,
    page::{PageOf, PageRequest},
    role::Permission,
};

impl ApiKeys {
    /// API keys, newest first, revoked ones included.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        page: &PageRequest,
    ) -> Result<PageOf<ApiKey>, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ManageApiKeys)
            .await?;
        Ok(work.tx.api_keys().list(page).await?)
    }
}
