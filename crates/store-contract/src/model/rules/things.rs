//! Projects and resources.

use super::{
    super::{
        book::{Home, Kept},
        deed::{Act, Refusal, moved, renamed, within},
    },
    Record,
};
use crate::world::document;
use domain::{
    access::TenantScope,
    audit::AuditAction,
    id::{ProjectId, ResourceId},
    project::{Project, ProjectState, ProjectStatus},
    resource::Resource,
};

impl Home {
    pub(super) fn live_project(&mut self, id: ProjectId) -> Result<&mut Project, Refusal> {
        let kept = self.project(id)?;
        kept.is_live
            .then_some(&mut kept.project)
            .ok_or(Refusal::NoSuch)
    }

    pub(super) fn projects(&mut self, scope: &TenantScope, act: Act) -> Record {
        let (by, at) = (scope.actor().user(), scope.at());
        let (action, id) = match act {
            Act::CreateProject(id, name) => {
                let fields = (name, None, ProjectStatus::Active);
                let project = Project::create(id, scope.tenant(), fields, by, at);
                let is_live = true;
                self.projects.push(Kept { project, is_live });
                (AuditAction::ProjectCreated, id)
            }
            Act::RenameProject(id, name) => {
                let project = self.live_project(id)?;
                within(scope, project.state().created_by)?;
                project.apply(renamed(name), by, at);
                (AuditAction::ProjectUpdated, id)
            }
            Act::DeleteProject(id) => {
                let project = self.live_project(id)?;
                within(scope, project.state().created_by)?;
                // The row moves on as it would with any other change.
                let state = ProjectState {
                    updated_at: at,
                    ..project.state().clone()
                };
                *project = Project::restore(state, project.version() + 1);
                self.project(id)?.is_live = false;
                (AuditAction::ProjectDeleted, id)
            }
            Act::RestoreProject(id) => {
                let kept = self.project(id)?;
                within(scope, kept.project.state().created_by)?;
                if kept.is_live {
                    return Ok(None);
                }
                kept.project.undelete(by, at);
                kept.is_live = true;
                (AuditAction::ProjectRestored, id)
            }
            _ => unreachable!("it is about projects"),
        };
        Ok(Some((action, id.as_uuid())))
    }

    pub(super) fn resources(&mut self, scope: &TenantScope, act: Act) -> Record {
        let at = scope.at();
        let (action, id) = match act {
            Act::CreateResource(id, name, project) => {
                if let Some(project) = project {
                    self.live_project(project)?;
                }
                let owner = scope.subject().ok_or(Refusal::NoSuch)?;
                let fields = (name, project, document("colour", "blau"));
                let resource = Resource::create(id, scope.tenant(), owner, fields, at);
                self.resources.push(resource);
                (AuditAction::ResourceCreated, id)
            }
            Act::MoveResource(id, project) => {
                self.live_resource(scope, id)?;
                if let Some(project) = project {
                    self.live_project(project)?;
                }
                self.resource(id)?.apply(moved(project), at);
                (AuditAction::ResourceUpdated, id)
            }
            Act::DeleteResource(id) => {
                self.live_resource(scope, id)?.delete(at);
                (AuditAction::ResourceDeleted, id)
            }
            Act::RestoreResource(id) => {
                let resource = self.resource(id)?;
                within(scope, Some(resource.state().owner))?;
                if !resource.undelete(at) {
                    return Ok(None);
                }
                (AuditAction::ResourceRestored, id)
            }
            _ => unreachable!("it is about resources"),
        };
        Ok(Some((action, id.as_uuid())))
    }

    fn live_resource(
        &mut self,
        scope: &TenantScope,
        id: ResourceId,
    ) -> Result<&mut Resource, Refusal> {
        let resource = self.resource(id)?;
        if resource.state().deleted_at.is_some() {
            return Err(Refusal::NoSuch);
        }
        within(scope, Some(resource.state().owner))?;
        Ok(resource)
    }
}
