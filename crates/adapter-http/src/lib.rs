//! The REST API: translates HTTP into use cases and back, and decides nothing.
//!
//! [`application()`] gives the whole of it for an [`Api`], the same in the server and in tests. Read it from the outside
//! in: `middleware` is what happens around every request, `routes` has one file for each resource (its operations,
//! what they answer with, their handlers), `extract` turns requests into typed values, `wire` has the forms that
//! resources share, `problem` every error answer, `openapi` the description of it all.

mod api;
mod extract;
mod idempotency;
mod middleware;
mod network;
mod openapi;
mod problem;
mod routes;
mod settings;
mod telemetry;
mod waiting;
mod wire;

pub use api::Api;
pub use domain::network::{Cidr, InvalidCidr};
pub use openapi::{admin_openapi, openapi};
pub use problem::{CODES, Code};
pub use settings::HttpSettings;
pub use telemetry::{RequestMetrics, Traces};
pub use waiting::{Waiting, waiting};

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, Data},
};
use std::sync::Arc;
use tracing_actix_web::TracingLogger;

/// The whole REST API with its middleware, ready for an HTTP server.
pub fn application(
    api: Arc<Api>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (base, routes) = (api.settings.base_path.clone(), routes::all(&api.settings));
    serve(api, move |config| {
        if base.is_empty() {
            routes.mount(config);
        } else {
            config.service(web::scope(&base).configure(|config| routes.mount(config)));
        }
    })
}

/// What operators are served, with the same middleware, for a listener of its own.
pub fn admin_only(
    api: Arc<Api>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    serve(api, |config| routes::admin().mount(config))
}

/// `/metrics` and nothing else, with the same middleware, for a listener of its own.
pub fn metrics_only(
    api: Arc<Api>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    serve(api, |config| routes::metrics().mount(config))
}

fn serve(
    api: Arc<Api>,
    mount: impl FnOnce(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(Data::from(api))
        .configure(mount)
        .default_service(web::to(routes::unknown))
        .wrap(from_fn(middleware::finish))
        .wrap(TracingLogger::<middleware::RequestSpan>::new())
}
