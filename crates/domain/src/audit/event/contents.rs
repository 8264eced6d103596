//! Projects and resources.

use super::{AuditEvent, sent};
use crate::{
    audit::{AuditAction, Fact, FieldChange, changes::changed},
    project::{Project, ProjectState},
    resource::Resource,
    text::Description,
};

impl AuditEvent {
    /// A project was created.
    pub fn project_created(project: &Project) -> Self {
        let metadata = vec![
            ("project_name", project.name().as_str().into()),
            ("status", project.status().as_str().into()),
        ];
        Self::new(
            AuditAction::ProjectCreated,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A project was changed; `fields` are those that were sent.
    pub fn project_updated(before: &ProjectState, project: &Project, fields: &[&str]) -> Self {
        let after = project.state();
        let description =
            |state: &ProjectState| Fact::from(state.description.as_ref().map(Description::as_str));
        let changes = changed([
            (
                "name",
                before.name.as_str().into(),
                after.name.as_str().into(),
            ),
            ("description", description(before), description(after)),
            (
                "status",
                before.status.as_str().into(),
                after.status.as_str().into(),
            ),
        ]);
        Self::new(
            AuditAction::ProjectUpdated,
            project.id().as_uuid(),
            sent(fields),
        )
        .with(changes)
    }

    /// A project was deleted.
    pub fn project_deleted(project: &Project) -> Self {
        let metadata = vec![("project_name", project.name().as_str().into())];
        Self::new(
            AuditAction::ProjectDeleted,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A deleted project was brought back.
    pub fn project_restored(project: &Project) -> Self {
        let metadata = vec![("project_name", project.name().as_str().into())];
        Self::new(
            AuditAction::ProjectRestored,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A resource was created.
    pub fn resource_created(resource: &Resource) -> Self {
        Self::about(AuditAction::ResourceCreated, resource)
    }

    /// A resource was changed. Of the document only its size is recorded: it may hold anything.
    pub fn resource_updated(before: &Resource, resource: &Resource) -> Self {
        let project =
            |one: &Resource| Fact::from(one.state().project.map(|id| Fact::Text(id.to_string())));
        let size = |one: &Resource| {
            Fact::Number(i64::try_from(one.state().data.bytes()).unwrap_or(i64::MAX))
        };
        let mut changes = changed([
            (
                "name",
                before.name().as_str().into(),
                resource.name().as_str().into(),
            ),
            ("project_id", project(before), project(resource)),
        ]);
        if before.state().data != resource.state().data {
            let (before, after) = (size(before), size(resource));
            let field = "data_bytes";
            changes.push(FieldChange {
                field,
                before,
                after,
            });
        }
        Self::about(AuditAction::ResourceUpdated, resource).with(changes)
    }

    /// A resource was deleted.
    pub fn resource_deleted(resource: &Resource) -> Self {
        Self::about(AuditAction::ResourceDeleted, resource)
    }

    /// A deleted resource was brought back.
    pub fn resource_restored(resource: &Resource) -> Self {
        Self::about(AuditAction::ResourceRestored, resource)
    }

    fn about(action: AuditAction, resource: &Resource) -> Self {
        let metadata = vec![("resource_name", resource.name().as_str().into())];
        Self::new(action, resource.id().as_uuid(), metadata)
    }
}
