//! Health, readiness, metrics, keys, and what there is no route for.

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api, HttpSettings,
    openapi::{Callers, Operation},
    problem::{Code, Problem},
    wire::{Answer, json},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::Data,
};
use serde::Serialize;
use std::{collections::BTreeMap, sync::atomic::Ordering};
use utoipa::ToSchema;

pub(super) fn mount(routes: &mut Routes) {
    let operation = |id, summary| Operation::new("system", id, summary).callers(Callers::Anyone);
    let health = operation("get_health", "Whether the process is alive")
        .answers::<Health<'_>>(200, "It is; nothing else was looked at.");
    let readiness = operation("get_readiness", "Whether requests can be served")
        .answers::<Readiness>(200, "They can: the database answers.")
        .or_answers::<Readiness>(
            503,
            "They cannot: the database does not answer, or the server is about to stop.",
        );
    let keys = operation("get_jwks", "The public keys of access tokens")
        .answers::<KeySet>(200, "A JSON Web Key Set (RFC 7517).");
    routes.add(Endpoint::at("/healthz").get(self::health, health));
    routes.add(Endpoint::at("/readyz").get(self::readiness, readiness));
    routes.add(Endpoint::at("/.well-known/jwks.json").get(self::jwks, keys));
}

pub(super) fn mount_metrics(routes: &mut Routes) {
    let metrics = Operation::new("system", "get_metrics", "Metrics for Prometheus")
        .callers(Callers::Anyone)
        .answers_text("All metrics in the text format.");
    routes.add(Endpoint::at("/metrics").get(self::metrics, metrics));
}

/// That the process is alive.
#[derive(Serialize, ToSchema)]
struct Health<'a> {
    #[schema(example = "ok")]
    status: &'static str,
    app_name: &'a str,
    version: &'a str,
    environment: &'a str,
}

/// Whether requests can be served, and why not.
#[derive(Serialize, ToSchema)]
struct Readiness {
    #[schema(example = "ready")]
    status: &'static str,
    /// By the name of what was looked at.
    #[schema(inline)]
    checks: BTreeMap<String, Check>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
struct Check {
    #[schema(example = "ok")]
    status: &'static str,
    #[schema(example = "PostgreSQL responded successfully")]
    detail: String,
}

/// A JSON Web Key Set.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the key set for the API document only")]
struct KeySet {
    #[schema(value_type = Vec<Object>)]
    keys: (),
}

async fn health(api: Data<Api>) -> Answer {
    Ok(alive(&api.settings))
}

/// That the process is alive.
pub(crate) fn alive(settings: &HttpSettings) -> HttpResponse {
    let health = Health {
        status: "ok",
        app_name: &settings.app_name,
        version: &settings.app_version,
        environment: &settings.environment,
    };
    json(StatusCode::OK, &health)
}

async fn readiness(api: Data<Api>) -> Answer {
    let answered = api.run(async |app| app.ready().await).await.is_ok();
    let draining = api.draining.load(Ordering::Relaxed);
    Ok(ready(&api.settings, answered, draining))
}

/// Whether requests can be served: the database answered, and the server is not about to stop.
pub(crate) fn ready(settings: &HttpSettings, answered: bool, draining: bool) -> HttpResponse {
    let database = settings.database_name;
    let (status, outcome) = if answered {
        ("ok", "responded successfully")
    } else {
        ("unavailable", "readiness check failed")
    };
    let check = Check {
        status,
        detail: format!("{database} {outcome}"),
    };
    let mut checks = BTreeMap::from([(database.to_lowercase(), check)]);
    if draining {
        let check = Check {
            status: "unavailable",
            detail: "the server is about to stop".to_owned(),
        };
        checks.insert("server".to_owned(), check);
    }
    let (code, status) = if answered && !draining {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    };
    json(code, &Readiness { status, checks })
}

async fn jwks(api: Data<Api>) -> Answer {
    Ok(json(StatusCode::OK, &api.jwks))
}

async fn metrics(api: Data<Api>) -> Answer {
    Ok(HttpResponse::Ok()
        .content_type(api.metrics.content_type())
        .body(api.metrics.render()))
}

/// What there is no route for. TRACE and CONNECT are refused wherever they are sent.
pub(crate) async fn unknown(request: HttpRequest) -> Answer {
    match *request.method() {
        Method::TRACE | Method::CONNECT => Err(Problem::method_not_allowed(
            "GET, HEAD, POST, PATCH, DELETE",
        )),
        _ => Err(Code::NotFound.into()),
    }
}
