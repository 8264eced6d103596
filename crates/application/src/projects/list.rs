use super::Projects;
use crate::{error::Error, gate::Caller};
use domain::{
    id::TenantId,
    page::{PageOf, PageRequest},
    project::{Project, ProjectFilter},
    role::Permission,
};

impl Projects {
    /// Projects by filter and order.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> Result<PageOf<Project>, Error> {
        let sealed = self
            .gate
            .store
            .projects(&caller.credential, tenant, filter, page)
            .await?;
        let (_, projects) = self.gate.open(caller, sealed, Permission::ReadProjects)?;
        Ok(projects)
    }
}
