use crate::wire::Timestamp;
use domain::{ports::AccessToken, user::User};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A user.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(in crate::routes) struct UserView<'a> {
    id: Uuid,
    #[schema(format = "email")]
    email: &'a str,
    display_name: &'a str,
    is_active: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a User> for UserView<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id.as_uuid(),
            email: user.email.as_str(),
            display_name: user.display_name.as_str(),
            is_active: user.is_active,
            created_at: Timestamp(user.created_at),
            updated_at: Timestamp(user.updated_at),
        }
    }
}

/// A user who has just registered.
#[derive(Serialize, ToSchema)]
#[schema(as = Registered)]
pub(super) struct RegisteredView<'a> {
    pub(super) user: UserView<'a>,
}

/// An access token.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessToken)]
pub(super) struct TokenView {
    access_token: String,
    #[schema(example = "bearer")]
    token_type: &'static str,
    #[schema(minimum = 1, example = 900)]
    expires_in_seconds: i64,
}

impl From<AccessToken> for TokenView {
    fn from(access: AccessToken) -> Self {
        let expires_in_seconds = access.expires_in.whole_seconds();
        Self {
            access_token: access.token,
            token_type: "bearer",
            expires_in_seconds,
        }
    }
}
