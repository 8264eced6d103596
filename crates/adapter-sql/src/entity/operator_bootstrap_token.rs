//! Tokens that make their bearers operators, once.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operator_bootstrap_tokens")]
pub struct Model {
    /// Keyed hash of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    /// When it was issued.
    pub created_at: TimeDateTimeWithTimeZone,
    /// When it stops counting.
    pub expires_at: TimeDateTimeWithTimeZone,
    /// When it was used.
    pub used_at: Option<TimeDateTimeWithTimeZone>,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
