//! `/me`

mod security_events;

use super::{
    auth::UserView,
    endpoint::{Endpoint, Routes},
    organisations::status,
};
use crate::{
    Api,
    extract::SignedIn,
    openapi::{Callers, Operation},
    wire::{Answer, json},
};
use actix_web::{http::StatusCode, web::Data};
use application::auth::Profile;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub(super) fn mount(routes: &mut Routes) {
    let get = Operation::new("me", "get_me", "Get the signed-in user")
        .callers(Callers::Users)
        .answers::<ProfileView<'_>>(200, "The user and all memberships, oldest first.");
    routes.add(Endpoint::at("/me").get(self::get, get));
    security_events::mount(routes);
}

/// The signed-in user.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
struct ProfileView<'a> {
    user: UserView<'a>,
    #[schema(inline)]
    memberships: Vec<OwnMembershipView<'a>>,
}

/// One of the user's memberships.
#[derive(Serialize, ToSchema)]
struct OwnMembershipView<'a> {
    membership_id: Uuid,
    organisation_id: Uuid,
    organisation_name: &'a str,
    organisation_slug: &'a str,
    /// A built-in role, or one that the organisation defines.
    role: &'a str,
    #[schema(schema_with = status)]
    organisation_status: &'static str,
}

impl<'a> From<&'a Profile> for ProfileView<'a> {
    fn from(profile: &'a Profile) -> Self {
        let memberships =
            profile
                .memberships
                .iter()
                .map(|(membership, tenant)| OwnMembershipView {
                    membership_id: membership.id.as_uuid(),
                    organisation_id: tenant.id().as_uuid(),
                    organisation_name: tenant.name().as_str(),
                    organisation_slug: tenant.slug().as_str(),
                    role: membership.role.as_str(),
                    organisation_status: tenant.status().as_str(),
                });
        Self {
            user: UserView::from(&profile.user),
            memberships: memberships.collect(),
        }
    }
}

async fn get(api: Data<Api>, caller: SignedIn) -> Answer {
    let profile = api
        .run(async move |app| app.auth.me(caller.0.user).await)
        .await?;
    Ok(json(StatusCode::OK, &ProfileView::from(&profile)))
}
