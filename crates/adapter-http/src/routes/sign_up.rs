//! `/tenants`

use super::{
    api_keys::IssuedKeyView,
    auth::{RegisterBody, UserView},
    endpoint::{Endpoint, Routes},
    founding,
    organisations::{CreateOrganisationBody, OrganisationView},
};
use crate::{
    Api,
    extract::{BodyLimit, Checked, Fields, Input, text},
    openapi::{self, Callers, Operation},
    problem::Code,
    wire::{Answer, json},
};
use actix_web::{http::StatusCode, web::Data};
use application::onboarding::SignUp;
use domain::{access::Origin, text::ApiKeyName};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

pub(super) fn mount(routes: &mut Routes) {
    let sign_up = Operation::new(
        "organisations",
        "sign_up",
        "Become a user with a new organisation",
    )
    .callers(Callers::Anyone)
    .body::<SignUpBody>()
    .answers::<SignedUpView<'_>>(
        201,
        "The new user, who owns the new organisation. A raw key is shown this once.",
    )
    .tagged()
    .located()
    .or_answers::<SignedUpView<'_>>(202, founding::NOT_YET)
    .fails(&[Code::EmailTaken, Code::SlugTaken, Code::WeakPassword])
    .fails(&[
        Code::HashingAtCapacity,
        Code::StorageUnavailable,
        Code::HandlerTimeout,
    ]);
    routes.add(
        Endpoint::at("/tenants")
            .with_limit(BodyLimit::Credentials)
            .post(self::sign_up, sign_up),
    );
}

/// An organisation and whose it is going to be.
#[derive(ToSchema)]
#[schema(as = SignUp, example = json!({
    "organisation": { "name": "Acme Demo" },
    "owner": { "email": "ada@example.com", "password": "correct horse battery", "display_name": "Ada" },
    "api_key": { "name": "Demo automation" }
}))]
struct SignUpBody {
    organisation: CreateOrganisationBody,
    owner: RegisterBody,
    /// A first API key; none when it is null or left out.
    #[schema(required = false)]
    api_key: Option<FirstKeyBody>,
}

/// An API key to begin with.
#[derive(ToSchema)]
#[schema(as = FirstApiKey)]
pub(super) struct FirstKeyBody {
    #[schema(schema_with = key_name)]
    pub(super) name: ApiKeyName,
}

fn key_name() -> Object {
    openapi::text::<{ ApiKeyName::MIN_CHARS }, { ApiKeyName::MAX_CHARS }>()
}

impl FirstKeyBody {
    pub(super) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let name = fields.required("name", text(ApiKeyName::parse))?;
        Ok(Self { name })
    }
}

impl SignUpBody {
    fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let organisation = fields.object("organisation", CreateOrganisationBody::read);
        let owner = fields.object("owner", RegisterBody::read);
        let api_key = fields.nullable_object("api_key", FirstKeyBody::read);
        Ok(Self {
            organisation: organisation?,
            owner: owner?,
            api_key: api_key?,
        })
    }

    fn command(self, origin: Origin) -> SignUp {
        SignUp {
            name: self.organisation.name,
            slug: self.organisation.slug,
            owner: self.owner.command(origin),
            key_name: self.api_key.map(|key| key.name),
        }
    }
}

/// Who signed up, and for what.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedUp)]
struct SignedUpView<'a> {
    user: UserView<'a>,
    organisation: OrganisationView<'a>,
    #[schema(required = true)]
    api_key: Option<IssuedKeyView<'a>>,
}

async fn sign_up(api: Data<Api>, mut input: Input) -> Answer {
    let origin = input.origin();
    let body = input.body(SignUpBody::read);
    let (body,) = input.finish((body,))?;
    let command = body.command(origin.clone());
    let signed_up = api
        .run(async move |app| app.onboarding.sign_up(command).await)
        .await?;
    let founded = founding::finished(&api, signed_up.founded, origin).await;
    let view = SignedUpView {
        user: UserView::from(&signed_up.user),
        organisation: OrganisationView::from(&founded.tenant),
        api_key: founded.key.as_ref().map(IssuedKeyView::from),
    };
    let path = api.located(&format!("/orgs/{}", founded.tenant.id()));
    let response = json(StatusCode::CREATED, &view);
    Ok(founding::placed(response, &path, &founded.tenant))
}
