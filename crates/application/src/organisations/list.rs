use super::Organisations;
use crate::{error::Error, gate::PlatformWork};
use domain::{
    id::UserId,
    page::{PageOf, PageRequest},
    ports::Access,
    tenant::Tenant,
};

impl Organisations {
    /// The organisations that the user belongs to, by name.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the user is gone or inactive.
    pub async fn list(&self, user: UserId, page: &PageRequest) -> Result<PageOf<Tenant>, Error> {
        let (mut work, _) = PlatformWork::begin_for(&self.ports, user, Access::Read).await?;
        Ok(work.tx.tenants().list(page).await?)
    }
}
