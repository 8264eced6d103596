use super::Projects;
use crate::{
    error::{Error, Resource},
    gate::Caller,
    precondition::Precondition,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ProjectId, TenantId},
    role::Permission,
};

impl Projects {
    /// Deletes a project; its row stays, out of reach.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::PreconditionFailed`].
    pub async fn delete(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ProjectId,
        precondition: Precondition,
    ) -> Result<(), Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::WriteProjects)
            .await?;
        let found = work.tx.projects().find(id).await?;
        let project = found.ok_or(Error::NotFound(Resource::Project))?;
        precondition.check(project.version())?;

        work.tx.projects().delete(&project, work.scope.at()).await?;
        work.commit(AuditTrail::of(AuditEvent::project_deleted(&project)))
            .await
    }
}
