//! `/auth`

mod body;
mod view;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{BodyLimit, Input},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, json},
};
use actix_web::{http::StatusCode, web::Data};
use body::LoginBody;
pub(super) use body::{RegisterBody, address};
pub(super) use view::UserView;
use view::{RegisteredView, TokenView};

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

async fn register(api: Data<Api>, mut input: Input) -> Answer {
    let origin = input.origin();
    let body = input.body(RegisterBody::read);
    let (body,) = input.finish((body,))?;
    let command = body.command(origin);
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
    let origin = input.origin();
    let body = LoginBody::read(&mut input);
    let (body,) = input.finish((body,))?;
    let command = body.command(origin);
    let access = api
        .run(async move |app| app.auth.login(command).await)
        .await?;
    Ok(json(StatusCode::OK, &TokenView::from(access)))
}
