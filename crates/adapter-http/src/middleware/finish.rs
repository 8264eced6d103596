use super::{
    context::RequestContext,
    request_id::{RequestId, X_CORRELATION_ID, X_REQUEST_ID},
    security_headers,
    unread::Unread,
};
use crate::{
    Api, Waiting,
    problem::{self, Code, Problem},
};
use actix_web::{
    Error, HttpMessage,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderMap,
    middleware::Next,
};

const MAX_TARGET: usize = 8 * 1024;
const MAX_HEADER: usize = 8 * 1024;
const MAX_HEADERS: usize = 64 * 1024;

/// Refuses what is too large to look at, gives every error its document and every answer its headers.
pub(crate) async fn finish(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let unread = Unread::hold(&mut request);
    let response = match oversized(&request) {
        Some(code) => request.error_response(Problem::from(code)),
        None => next.call(request).await?,
    };
    let id = response
        .request()
        .extensions()
        .get::<RequestContext>()
        .map(|context| context.id.clone());
    let (mut response, failed) =
        problem::complete(response, id.as_ref().map_or("", RequestId::as_str));
    let api = Api::of(response.request());
    if let Some(reason) = failed.and_then(Code::shed_reason) {
        api.metrics.shed(reason);
    }
    let hsts = api.settings.hsts;
    add_headers(&mut response, id.as_ref(), hsts);
    Ok(match unread {
        Some(unread) => unread.until_sent(response),
        None => response,
    })
}

/// The same while the server waits for its database: nothing is counted, and nobody reads a body.
pub(crate) async fn finish_waiting(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let unread = Unread::hold(&mut request);
    let waiting = Waiting::of(request.request());
    let (id, hsts) = (
        RequestId::of(request.headers(), &*waiting.ids),
        waiting.settings.hsts,
    );
    let (mut response, _) = problem::complete(next.call(request).await?, id.as_str());
    add_headers(&mut response, Some(&id), hsts);
    Ok(match unread {
        Some(unread) => unread.until_sent(response),
        None => response,
    })
}

fn add_headers(response: &mut ServiceResponse<BoxBody>, id: Option<&RequestId>, hsts: bool) {
    let headers = response.headers_mut();
    security_headers::add(headers, hsts);
    if let Some(id) = id {
        headers.insert(X_REQUEST_ID, id.header());
        headers.insert(X_CORRELATION_ID, id.header());
    }
}

fn oversized(request: &ServiceRequest) -> Option<Code> {
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET {
        return Some(Code::UriTooLong);
    }
    too_many_headers(request.headers()).then_some(Code::HeaderFieldsTooLarge)
}

fn too_many_headers(headers: &HeaderMap) -> bool {
    let mut total = 0;
    headers.iter().any(|(name, value)| {
        total += name.as_str().len() + value.len();
        value.len() > MAX_HEADER || total > MAX_HEADERS
    })
}
