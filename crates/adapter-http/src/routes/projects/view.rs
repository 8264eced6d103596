use super::body::{description, name, status};
use crate::wire::Timestamp;
use domain::{id::UserId, project::Project, text::Description};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A project.
#[derive(Serialize, ToSchema)]
#[schema(as = Project)]
pub(super) struct ProjectView<'a> {
    id: Uuid,
    organisation_id: Uuid,
    #[schema(schema_with = name)]
    name: &'a str,
    #[schema(schema_with = status)]
    status: &'static str,
    #[schema(schema_with = description, required = true)]
    description: Option<&'a str>,
    /// Null when an API key created it.
    #[schema(required = true)]
    created_by_user_id: Option<Uuid>,
    /// The last user who changed it.
    #[schema(required = true)]
    updated_by_user_id: Option<Uuid>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Project> for ProjectView<'a> {
    fn from(project: &'a Project) -> Self {
        let state = project.state();
        Self {
            id: state.id.as_uuid(),
            organisation_id: state.tenant.as_uuid(),
            name: state.name.as_str(),
            status: state.status.as_str(),
            description: state.description.as_ref().map(Description::as_str),
            created_by_user_id: state.created_by.map(UserId::as_uuid),
            updated_by_user_id: state.updated_by.map(UserId::as_uuid),
            created_at: Timestamp(state.created_at),
            updated_at: Timestamp(state.updated_at),
        }
    }
}
