//! What an organisation itself says about roles.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    /// The organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The definition.
    pub id: Uuid,
    /// What the role is for.
    pub description: Option<String>,
    /// What it grants, separated by blanks.
    pub grants: String,
    /// Row version.
    pub version: i64,
    /// The user who defined it.
    pub created_by_user_id: Option<Uuid>,
    /// When it was defined.
    pub created_at: TimeDateTimeWithTimeZone,
    /// When it last changed.
    pub updated_at: TimeDateTimeWithTimeZone,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
