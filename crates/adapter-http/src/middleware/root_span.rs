//! The span that everything logged about a request stands in, and the one line that sums the request up.

use super::context::{RequestContext, method, organisation, route};
use crate::{Api, extract::Principal};
use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
};
use tracing::Span;
use tracing_actix_web::RootSpanBuilder;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Opens the span `request` with the field `request_id`, and ends it with the event `request completed`.
pub(crate) struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let context = RequestContext::begin(request);
        let span = tracing::info_span!("request", request_id = context.id.as_str());
        if let Some(traces) = &Api::of(request.request()).traces {
            traces.begin(&span, request.headers().get(TRACEPARENT).and_then(text));
        }
        request.extensions_mut().insert(context);
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        // An error here did not pass `finish`, which no handler's error can avoid: there is no request to tell of.
        if let Ok(response) = outcome {
            summarise(&span, response.request(), response.status().as_u16());
        }
    }
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

fn summarise(span: &Span, request: &HttpRequest, status_code: u16) {
    let extensions = request.extensions();
    let Some(context) = extensions.get::<RequestContext>() else {
        return;
    };
    let (api, method, path) = (Api::of(request), method(request), route(request));
    let elapsed = context.started.elapsed();
    api.metrics
        .request(method, path, status_code, elapsed.as_secs_f64());
    if let Some(traces) = &api.traces {
        traces.end(span, method, path, status_code);
    }
    tracing::info!(
        http_method = method,
        path,
        status_code,
        duration_ms = (elapsed.as_secs_f64() * 1e6).round() / 1e3,
        organisation_id = organisation(request).map(display),
        principal_kind = context.principal.as_ref().map(Principal::kind),
        principal_id = context.principal.as_ref().map(display),
        client_ip = context.client.map(display),
        "request completed"
    );
}
