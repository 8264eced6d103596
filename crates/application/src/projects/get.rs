use super::Projects;
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    id::{ProjectId, TenantId},
    project::Project,
    role::Permission,
};

impl Projects {
    /// One project.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn get(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ProjectId,
    ) -> Result<Project, Error> {
        let sealed = self
            .gate
            .store
            .project(&caller.credential, tenant, id)
            .await?;
        let (_, project) = self.gate.open(caller, sealed, Permission::ReadProjects)?;
        project.ok_or(Error::NotFound(Resource::Project))
    }
}
