//! Resources: JSON documents.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    /// The organisation that owns it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The resource.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its name in lower case, to search in.
    pub name_folded: String,
    /// The project that it is part of.
    pub project_id: Option<Uuid>,
    /// The user whose it is.
    pub owner_user_id: Uuid,
    /// Its document, in the notation in which it was sent.
    pub data: String,
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
