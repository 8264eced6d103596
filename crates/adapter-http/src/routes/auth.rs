//! `/auth`

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{BodyLimit, Input, email, password, text},
    openapi::{Callers, Operation, text as text_schema},
    problem::Code,
    wire::{Answer, Timestamp, json},
};
use actix_web::{http::StatusCode, web::Data};
use application::auth::{Login, Register};
use domain::{email::Email, password::Password, ports::AccessToken, text::DisplayName, user::User};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

pub(super) fn mount(routes: &mut Routes) {
    let busy = [
        Code::HashingAtCapacity,
        Code::StorageUnavailable,
        Code::HandlerTimeout,
    ];
    let register = Operation::new("auth", "register", "Become a user")
        .callers(Callers::Anyone)
        .body::<RegisterBody>()
        .answers::<RegisteredView<'_>>(201, "The new user.")
        .fails(&[Code::EmailTaken, Code::WeakPassword])
        .fails(&busy);
    let login = Operation::new("auth", "login", "Sign in")
        .callers(Callers::Anyone)
        .body::<LoginBody>()
        .answers::<TokenView>(200, "An access token.")
        .fails(&[Code::InvalidLogin])
        .fails(&busy);
    let endpoint = |path| Endpoint::at(path).with_limit(BodyLimit::Credentials);
    routes.add(endpoint("/auth/register").post(self::register, register));
    routes.add(endpoint("/auth/login").post(self::login, login));
}

/// A user.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserView<'a> {
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
struct RegisteredView<'a> {
    user: UserView<'a>,
}

/// An access token.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessToken)]
struct TokenView {
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

/// Who is to become a user.
#[derive(ToSchema)]
#[schema(as = Register, example = json!({
    "email": "ada@example.com", "password": "correct horse battery", "display_name": "Ada"
}))]
struct RegisterBody {
    #[schema(schema_with = address)]
    email: Email,
    #[schema(schema_with = text_schema::<{ Password::MIN_CHARS }, { Password::MAX_CHARS }>)]
    password: Password,
    #[schema(schema_with = text_schema::<{ DisplayName::MIN_CHARS }, { DisplayName::MAX_CHARS }>)]
    display_name: DisplayName,
}

/// Who signs in.
#[derive(ToSchema)]
#[schema(as = Login, example = json!({ "email": "ada@example.com", "password": "correct horse battery" }))]
struct LoginBody {
    #[schema(schema_with = address)]
    email: Email,
    #[schema(schema_with = text_schema::<1, { Password::MAX_CHARS }>)]
    password: Password,
}

fn address() -> Object {
    let mut object = text_schema::<1, { Email::MAX_CHARS }>();
    object.format = Some(utoipa::openapi::SchemaFormat::Custom("email".to_owned()));
    object
}

async fn register(api: Data<Api>, mut input: Input) -> Answer {
    let body = input.body(|fields| {
        let email = fields.required("email", email);
        let password = fields.required(
            "password",
            password(Password::MIN_CHARS..=Password::MAX_CHARS),
        );
        let display_name = fields.required("display_name", text(DisplayName::parse));
        Ok(RegisterBody {
            email: email?,
            password: password?,
            display_name: display_name?,
        })
    });
    let (RegisterBody {
        email,
        password,
        display_name,
    },) = input.finish((body,))?;
    let command = Register {
        email,
        password,
        display_name,
    };
    let user = api
        .run(async move |app| app.auth.register(command).await)
        .await?;
    Ok(json(
        StatusCode::CREATED,
        &RegisteredView {
            user: UserView::from(&user),
        },
    ))
}

async fn login(api: Data<Api>, mut input: Input) -> Answer {
    let body = input.body(|fields| {
        let email = fields.required("email", email);
        let password = fields.required("password", password(1..=Password::MAX_CHARS));
        Ok(LoginBody {
            email: email?,
            password: password?,
        })
    });
    let (LoginBody { email, password },) = input.finish((body,))?;
    let command = Login { email, password };
    let access = api
        .run(async move |app| app.auth.login(command).await)
        .await?;
    Ok(json(StatusCode::OK, &TokenView::from(access)))
}
