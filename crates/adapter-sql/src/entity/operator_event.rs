//! What operators did.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operator_events")]
pub struct Model {
    /// When it happened.
    #[sea_orm(primary_key, auto_increment = false)]
    pub created_at: TimeDateTimeWithTimeZone,
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The operator's name.
    pub operator: String,
    /// What was done.
    pub action: String,
    /// The row that it was done to.
    pub target_id: Option<Uuid>,
    /// Why.
    pub reason: Option<String>,
    /// What else was recorded.
    pub metadata: Json,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
