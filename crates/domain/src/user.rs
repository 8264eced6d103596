//! Users: people known to the platform, whatever tenants they belong to.

use crate::{email::Email, id::UserId, password::PasswordHash, text::DisplayName};
use time::OffsetDateTime;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The address that the user signs in with.
    pub email: Email,
    /// What the user is called.
    pub display_name: DisplayName,
    /// Whether the user may sign in; an inactive user's credentials are refused at once.
    pub is_active: bool,
    /// When the user registered.
    pub created_at: OffsetDateTime,
    /// When the row last changed.
    pub updated_at: OffsetDateTime,
}

impl User {
    /// A user who has just registered.
    pub fn register(
        id: UserId,
        email: Email,
        display_name: DisplayName,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            email,
            display_name,
            is_active: true,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A user with the stored password hash: what a login needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The stored hash.
    pub password_hash: PasswordHash,
}
