//! What happened to users outside all organisations.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_events")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// When it happened.
    #[sea_orm(primary_key, auto_increment = false)]
    pub created_at: TimeDateTimeWithTimeZone,
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What happened.
    pub action: String,
    /// What else was recorded.
    pub metadata: Json,
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
