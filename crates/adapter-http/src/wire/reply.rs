use crate::problem::Problem;
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ETAG, HeaderName, HeaderValue, LOCATION},
    },
};
use application::outcome::Outcome;
use serde::Serialize;

const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a handler gives back.
pub(crate) type Answer = Result<HttpResponse, Problem>;

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).json(body)
}

/// What was answered, now or the first time.
pub(crate) fn answered<T>(outcome: &Outcome<T>) -> &T {
    match outcome {
        Outcome::Fresh(value) | Outcome::Replayed(value) => value,
    }
}

/// 201 for something that may have been created by an earlier request with the same idempotency key.
pub(crate) fn created<'a, T, B: Serialize>(
    outcome: &'a Outcome<T>,
    body: impl FnOnce(&'a T) -> B,
) -> HttpResponse {
    carried_out(StatusCode::CREATED, outcome, body)
}

/// The answer to something that may have been carried out by an earlier request with the same idempotency key.
pub(crate) fn carried_out<'a, T, B: Serialize>(
    status: StatusCode,
    outcome: &'a Outcome<T>,
    body: impl FnOnce(&'a T) -> B,
) -> HttpResponse {
    let mut response = json(status, &body(answered(outcome)));
    if matches!(outcome, Outcome::Replayed(_)) {
        let headers = response.headers_mut();
        headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Headers of an answer that is one resource.
pub(crate) trait ResourceHeaders {
    /// The version that was answered with.
    fn tagged(self, version: i64) -> Self;
    /// Where the resource lives from now on.
    fn located(self, path: &str) -> Self;
}

impl ResourceHeaders for HttpResponse {
    fn tagged(mut self, version: i64) -> Self {
        if let Ok(tag) = HeaderValue::from_str(&super::entity_tag(version)) {
            self.headers_mut().insert(ETAG, tag);
        }
        self
    }

    fn located(mut self, path: &str) -> Self {
        if let Ok(location) = HeaderValue::from_str(path) {
            self.headers_mut().insert(LOCATION, location);
        }
        self
    }
}
