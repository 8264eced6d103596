use super::Projects;
use crate::{
    error::{Error, Resource},
    gate::Caller,
    precondition::Precondition,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ProjectId, TenantId},
    project::{Project, ProjectChange},
    role::Permission,
};

/// Change a project.
#[derive(Clone, Debug)]
pub struct UpdateProject {
    /// What to set.
    pub change: ProjectChange,
    /// Which version the caller has seen.
    pub precondition: Precondition,
}

impl Projects {
    /// Changes a project. Recorded also when nothing changed.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::PreconditionFailed`].
    pub async fn update(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ProjectId,
        command: UpdateProject,
    ) -> Result<Project, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::WriteProjects)
            .await?;
        let found = work.tx.projects().find(id).await?;
        let mut project = found.ok_or(Error::NotFound(Resource::Project))?;
        command.precondition.check(project.version())?;

        let fields = command.change.fields();
        let (by, at) = (work.scope.actor().user(), work.scope.at());
        if project.apply(command.change, by, at) {
            work.tx.projects().update(&project).await?;
        }
        work.commit(AuditTrail::of(AuditEvent::project_updated(
            &project, fields,
        )))
        .await?;
        Ok(project)
    }
}
