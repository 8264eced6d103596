use super::request_id::RequestId;
use crate::{Api, extract::Principal, network, routes::Route};
use actix_web::{
    HttpMessage, HttpRequest,
    dev::ServiceRequest,
    http::{
        Method,
        header::{HeaderName, USER_AGENT},
    },
};
use domain::access::Origin;
use std::{net::IpAddr, time::Instant};
use time::OffsetDateTime;
use uuid::Uuid;

/// What is kept of what a client says it is.
const MAX_USER_AGENT_CHARS: usize = 256;
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What is known about a request beside its contents; kept in its extensions.
pub(crate) struct RequestContext {
    pub(crate) id: RequestId,
    pub(crate) started: Instant,
    pub(crate) client: Option<IpAddr>,
    pub(crate) principal: Option<Principal>,
}

impl RequestContext {
    pub(super) fn begin(request: &ServiceRequest) -> Self {
        let (api, headers) = (Api::of(request.request()), request.headers());
        let forwarded: Vec<_> = headers
            .get_all(X_FORWARDED_FOR)
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        let client = request.peer_addr().map(|peer| {
            network::client(
                peer.ip(),
                forwarded.into_iter(),
                &api.settings.trusted_proxies,
            )
        });
        Self {
            id: RequestId::of(headers, &*api.ids),
            started: Instant::now(),
            client,
            principal: None,
        }
    }
}

/// Where a request came from, for whoever acts on it.
pub(crate) fn origin(request: &HttpRequest) -> Origin {
    let extensions = request.extensions();
    let context = extensions.get::<RequestContext>();
    let user_agent = request.headers().get(USER_AGENT).map(|value| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let shown = text.chars().filter(|c| !c.is_control());
        shown.take(MAX_USER_AGENT_CHARS).collect::<String>().into()
    });
    Origin {
        // The gate says when the request was let in.
        at: OffsetDateTime::UNIX_EPOCH,
        address: context.and_then(|context| context.client),
        user_agent,
        request_id: context.map(|context| context.id.as_str().into()),
    }
}

/// The template of the route that answered; never a path, which would hold ids.
pub(super) fn route(request: &HttpRequest) -> &'static str {
    request
        .app_data::<Route>()
        .map_or("unmatched", |route| route.template)
}

/// The method, as long as it is one that HTTP knows: clients can send any word.
pub(super) fn method(request: &HttpRequest) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "other",
    }
}

/// The organisation that the path names.
pub(super) fn organisation(request: &HttpRequest) -> Option<Uuid> {
    Uuid::parse_str(request.match_info().get("organisation_id")?).ok()
}
