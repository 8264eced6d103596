//! Organisations, the tenants.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    /// The organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Its short public name.
    pub slug: String,
    /// What it is entitled to.
    pub tier: String,
    /// Where it is in its life.
    pub status: String,
    /// How its data is kept apart.
    pub placement: String,
    /// The configured connection to the database that holds its data; none for this one.
    pub database: Option<String>,
    /// The longest that a new API key may live, in days.
    pub api_key_max_days: Option<i32>,
    /// When it may be purged.
    pub delete_after: Option<TimeDateTimeWithTimeZone>,
    /// Row version.
    pub version: i64,
    /// When it was founded.
    pub created_at: TimeDateTimeWithTimeZone,
    /// When the row last changed.
    pub updated_at: TimeDateTimeWithTimeZone,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
