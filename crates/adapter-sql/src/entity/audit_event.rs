//! What happened in an organisation.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    /// The organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// When it happened.
    #[sea_orm(primary_key, auto_increment = false)]
    pub created_at: TimeDateTimeWithTimeZone,
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The user who acted.
    pub actor_user_id: Option<Uuid>,
    /// The API key that acted.
    pub actor_api_key_id: Option<Uuid>,
    /// The name of the operator who acted.
    pub actor_operator: Option<String>,
    /// What happened.
    pub action: String,
    /// The row it happened to.
    pub target_id: Uuid,
    /// What else was recorded.
    pub metadata: Json,
    /// What was different afterwards.
    pub changes: Option<Json>,
    /// Where the request came from.
    pub ip_address: Option<String>,
    /// What the client said it was.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
