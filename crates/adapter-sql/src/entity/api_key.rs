//! API keys.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    /// The organisation whose data it opens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The key's row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The public part of the raw key.
    pub key_id: String,
    /// Keyed hash of the raw key.
    pub digest: Vec<u8>,
    /// The public part of the raw key before the last rotation.
    pub previous_key_id: Option<String>,
    /// Keyed hash of the raw key before the last rotation.
    pub previous_digest: Option<Vec<u8>>,
    /// Until when that one still counts.
    pub previous_valid_until: Option<TimeDateTimeWithTimeZone>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// First characters of the raw key.
    pub key_prefix: String,
    /// What it was granted, separated by blanks.
    pub scopes: String,
    /// When it stops counting.
    pub expires_at: Option<TimeDateTimeWithTimeZone>,
    /// Where it may be used from, separated by blanks.
    pub allowed_cidrs: Option<String>,
    /// Who created it.
    pub created_by_user_id: Uuid,
    /// When it was revoked.
    pub revoked_at: Option<TimeDateTimeWithTimeZone>,
    /// When it was last used.
    pub last_used_at: Option<TimeDateTimeWithTimeZone>,
    /// From where it was last used.
    pub last_used_ip: Option<String>,
    /// When it was created.
    pub created_at: TimeDateTimeWithTimeZone,
    /// When the row last changed.
    pub updated_at: TimeDateTimeWithTimeZone,
}

/// There are no relations: joins name their columns.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
