//! Operators.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operators")]
pub struct Model {
    /// The operator.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What the operator is called.
    pub name: String,
    /// Keyed hash of the operator's key.
    pub digest: Vec<u8>,
    /// When the operator was appointed.
    pub created_at: TimeDateTimeWithTimeZone,
    /// When the key was taken away.
    pub revoked_at: Option<TimeDateTimeWithTimeZone>,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
