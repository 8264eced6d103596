use super::body::{data, name};
use crate::wire::{DocumentView, Timestamp};
use domain::{id::ProjectId, resource::Resource};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A resource.
#[derive(Serialize, ToSchema)]
#[schema(as = Resource)]
pub(super) struct ResourceView<'a> {
    id: Uuid,
    organisation_id: Uuid,
    #[schema(schema_with = name)]
    name: &'a str,
    /// Null when it is part of none.
    #[schema(required = true)]
    project_id: Option<Uuid>,
    /// Who created it; of what an API key created, who created the key.
    owner_user_id: Uuid,
    #[schema(schema_with = data)]
    data: DocumentView<'a>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Resource> for ResourceView<'a> {
    fn from(resource: &'a Resource) -> Self {
        let state = resource.state();
        Self {
            id: state.id.as_uuid(),
            organisation_id: state.tenant.as_uuid(),
            name: state.name.as_str(),
            project_id: state.project.map(ProjectId::as_uuid),
            owner_user_id: state.owner.as_uuid(),
            data: DocumentView(&state.data),
            created_at: Timestamp(state.created_at),
            updated_at: Timestamp(state.updated_at),
        }
    }
}
