//! What is served while the database cannot be reached: alive, not ready.

use crate::{HttpSettings, middleware, problem::Code, routes, wire::Answer};
use actix_web::{
    App, Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, Data},
};
use domain::ports::IdGenerator;
use std::sync::Arc;

/// A server that waits for its database.
pub struct Waiting {
    /// What the operator set.
    pub settings: HttpSettings,
    /// Makes request ids.
    pub ids: Arc<dyn IdGenerator>,
}

impl Waiting {
    pub(crate) fn of(request: &HttpRequest) -> &Data<Self> {
        request
            .app_data()
            .expect("waiting() gives its Waiting to every request")
    }
}

/// `/healthz`, a `/readyz` that says what is missing, and 503 for everything else, all with the headers and documents
/// of [`application`](crate::application()).
pub fn waiting(
    waiting: Arc<Waiting>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let located = |path| format!("{}{path}", waiting.settings.base_path);
    App::new()
        .route(&located("/healthz"), web::get().to(health))
        .route(&located("/readyz"), web::get().to(readiness))
        .app_data(Data::from(waiting))
        .default_service(web::to(unavailable))
        .wrap(from_fn(middleware::finish_waiting))
}

async fn health(waiting: Data<Waiting>) -> Answer {
    Ok(routes::alive(&waiting.settings))
}

async fn readiness(waiting: Data<Waiting>) -> Answer {
    Ok(routes::ready(&waiting.settings, false, false))
}

async fn unavailable() -> Answer {
    Err(Code::StorageUnavailable.into())
}
