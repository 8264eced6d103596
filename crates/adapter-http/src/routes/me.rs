//! `/me`

use super::{
    auth::UserView,
    endpoint::{Endpoint, Routes},
};
use crate::{
    Api,
    extract::SignedIn,
    openapi::{self, Callers, Operation},
    wire::{Answer, json},
};
use actix_web::{http::StatusCode, web::Data};
use application::auth::Profile;
use domain::role::Role;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

pub(super) fn mount(routes: &mut Routes) {
    let get = Operation::new("me", "get_me", "Get the signed-in user")
        .callers(Callers::Users)
        .answers::<ProfileView<'_>>(200, "The user and all memberships, oldest first.");
    routes.add(Endpoint::at("/me").get(self::get, get));
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
    #[schema(schema_with = role)]
    role: &'static str,
}

fn role() -> Object {
    openapi::choice(Role::ALL, Role::as_str)
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
                });
        Self {
            user: UserView::from(&profile.user),
            memberships: memberships.collect(),
        }
    }
}

async fn get(api: Data<Api>, caller: SignedIn) -> Answer {
    let profile = api
        .run(async move |app| app.auth.me(caller.0).await)
        .await?;
    Ok(json(StatusCode::OK, &ProfileView::from(&profile)))
}
