//! Projects and resources.

use super::{
    super::deed::{Act, Refusal, moved, renamed, within},
    Done, unchanged,
};
use crate::world::{Work, document};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::ResourceId,
    project::{Project, ProjectStatus},
    resource::Resource,
};

pub(super) async fn projects(work: &mut Work, act: Act) -> Done {
    let (by, at) = (work.scope.actor().user(), work.scope.at());
    Ok(AuditTrail::of(match act {
        Act::CreateProject(id, name) => {
            let fields = (name, None, ProjectStatus::Active);
            let project = Project::create(id, work.scope.tenant(), fields, by, at);
            work.tx.projects().insert(&project).await?;
            AuditEvent::project_created(&project)
        }
        Act::RenameProject(id, name) => {
            let found = work.tx.projects().find(id).await?;
            let mut project = found.ok_or(Refusal::NoSuch)?;
            within(&work.scope, project.state().created_by)?;
            let before = project.state().clone();
            if project.apply(renamed(name), by, at) {
                work.tx.projects().update(&project).await?;
            }
            AuditEvent::project_updated(&before, &project, &["name"])
        }
        Act::DeleteProject(id) => {
            let found = work.tx.projects().find(id).await?;
            let project = found.ok_or(Refusal::NoSuch)?;
            within(&work.scope, project.state().created_by)?;
            work.tx.projects().delete(&project, at).await?;
            AuditEvent::project_deleted(&project)
        }
        Act::RestoreProject(id) => {
            let Some(mut project) = work.tx.projects().find_deleted(id).await? else {
                let found = work.tx.projects().find(id).await?;
                within(
                    &work.scope,
                    found.ok_or(Refusal::NoSuch)?.state().created_by,
                )?;
                return Ok(unchanged());
            };
            within(&work.scope, project.state().created_by)?;
            project.undelete(by, at);
            work.tx.projects().restore(&project).await?;
            AuditEvent::project_restored(&project)
        }
        _ => unreachable!("it is about projects"),
    }))
}

async fn resource(work: &mut Work, id: ResourceId) -> Result<Resource, Refusal> {
    let found = work.tx.resources().find(id).await?;
    let resource = found.ok_or(Refusal::NoSuch)?;
    if resource.state().deleted_at.is_some() {
        return Err(Refusal::NoSuch);
    }
    within(&work.scope, Some(resource.state().owner))?;
    Ok(resource)
}

pub(super) async fn resources(work: &mut Work, act: Act) -> Done {
    let (tenant, at) = (work.scope.tenant(), work.scope.at());
    Ok(AuditTrail::of(match act {
        Act::CreateResource(id, name, project) => {
            if let Some(project) = project {
                work.tx
                    .projects()
                    .find(project)
                    .await?
                    .ok_or(Refusal::NoSuch)?;
            }
            let owner = work.scope.subject().ok_or(Refusal::NoSuch)?;
            let fields = (name, project, document("colour", "blau"));
            let resource = Resource::create(id, tenant, owner, fields, at);
            work.tx.resources().insert(&resource).await?;
            AuditEvent::resource_created(&resource)
        }
        Act::MoveResource(id, project) => {
            let mut resource = resource(work, id).await?;
            if let Some(project) = project {
                work.tx
                    .projects()
                    .find(project)
                    .await?
                    .ok_or(Refusal::NoSuch)?;
            }
            let before = resource.clone();
            if resource.apply(moved(project), at) {
                work.tx.resources().update(&resource).await?;
            }
            AuditEvent::resource_updated(&before, &resource)
        }
        Act::DeleteResource(id) => {
            let mut resource = resource(work, id).await?;
            resource.delete(at);
            work.tx.resources().update(&resource).await?;
            AuditEvent::resource_deleted(&resource)
        }
        Act::RestoreResource(id) => {
            let found = work.tx.resources().find(id).await?;
            let mut resource = found.ok_or(Refusal::NoSuch)?;
            within(&work.scope, Some(resource.state().owner))?;
            if !resource.undelete(at) {
                return Ok(unchanged());
            }
            work.tx.resources().update(&resource).await?;
            AuditEvent::resource_restored(&resource)
        }
        _ => unreachable!("it is about resources"),
    }))
}
