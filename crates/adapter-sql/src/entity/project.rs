//! Projects.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    /// The organisation that owns it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The project.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its name in lower case, to search in.
    pub name_folded: String,
    /// Its status.
    pub status: String,
    /// What it is about.
    pub description: Option<String>,
    /// The user who created it.
    pub created_by_user_id: Option<Uuid>,
    /// The user who last changed it.
    pub updated_by_user_id: Option<Uuid>,
    /// Row version.
    pub version: i64,
    /// When it was created.
    pub created_at: TimeDateTimeWithTimeZone,
    /// When it last changed.
    pub updated_at: TimeDateTimeWithTimeZone,
    /// When it was deleted.
    pub deleted_at: Option<TimeDateTimeWithTimeZone>,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
