use super::Projects;
use crate::{
    error::Error,
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ProjectId, TenantId},
    idempotency::IdempotencyKey,
    ports::Counted,
    project::{Project, ProjectStatus},
    role::Permission,
    text::{Description, ProjectName},
};

/// Create a project.
#[derive(Clone, Debug)]
pub struct CreateProject {
    /// Its name.
    pub name: ProjectName,
    /// What it is about.
    pub description: Option<Description>,
    /// Its status.
    pub status: ProjectStatus,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl Projects {
    /// Creates a project.
    ///
    /// # Errors
    /// The gate's refusals and the idempotency conflicts.
    pub async fn create(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: CreateProject,
    ) -> Result<Outcome<Project>, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::WriteProjects)
            .await?;
        let (actor, now) = (work.scope.actor(), work.scope.at());
        let (counters, key) = (&*self.ports.counters, command.key.as_ref());
        let records = work.tx.idempotency();
        if let Some(project) = replay(records, actor.as_uuid(), key, now, counters).await? {
            return Ok(Outcome::Replayed(project));
        }
        let id = ProjectId::from_uuid(self.ports.ids.uuid());
        let fields = (command.name, command.description, command.status);
        let project = Project::create(id, tenant, fields, actor.user(), now);
        work.tx.projects().insert(&project).await?;
        remember(work.tx.idempotency(), actor.as_uuid(), key, &project).await?;
        work.commit(AuditTrail::of(AuditEvent::project_created(&project)))
            .await?;
        counters.count(Counted::ProjectCreated);
        Ok(Outcome::Fresh(project))
    }
}
