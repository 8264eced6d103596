//! Reading a body: what it may be, how large, and how long it may take.

use crate::{
    Api,
    problem::{Code, Problem},
};
use actix_web::{
    HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING},
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;
use tokio::time::timeout;

/// How large the bodies of a route may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyLimit {
    /// As large as anything.
    General,
    /// Small: anyone may send it, and it holds a credential and little else.
    Credentials,
}

impl BodyLimit {
    fn bytes(self, api: &Api) -> usize {
        match self {
            Self::General => api.settings.max_body_bytes,
            Self::Credentials => api.settings.max_auth_body_bytes,
        }
    }
}

/// Reads a request's body.
///
/// # Errors
/// 413 (before reading, where the length is announced), 415, 408 when the whole body is not there within the deadline,
/// 400 when it ends early.
pub(super) async fn read(
    request: HttpRequest,
    payload: Payload,
    limit: BodyLimit,
) -> Result<Bytes, Problem> {
    let api = Api::of(&request);
    let (limit, headers) = (limit.bytes(api), request.headers());
    let announced = announced(headers);
    if announced == Some(0) || (announced.is_none() && !headers.contains_key(TRANSFER_ENCODING)) {
        return Ok(Bytes::new());
    }
    if !is_plain_json(headers) {
        return Err(Code::UnsupportedMediaType.into());
    }
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Code::PayloadTooLarge.into());
    }
    match timeout(api.settings.body_deadline, collect(payload, limit)).await {
        Ok(body) => body,
        Err(_) => Err(Code::RequestTimeout.into()),
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => Code::PayloadTooLarge,
            _ => Code::BadRequest,
        })?;
        if body.len() + chunk.len() > limit {
            return Err(Code::PayloadTooLarge.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Whether the headers announce UTF-8 JSON that is not compressed: nothing here is ever inflated.
fn is_plain_json(headers: &HeaderMap) -> bool {
    let identity = |value: &_| value == "identity";
    headers.get_all(CONTENT_ENCODING).all(identity)
        && headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(is_json)
}

fn is_json(media_type: &str) -> bool {
    let mut parts = media_type
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().unwrap_or_default();
    let json = match essence.strip_prefix("application/") {
        Some("json") => true,
        Some(subtype) => subtype
            .strip_suffix("+json")
            .is_some_and(|prefix| !prefix.is_empty()),
        None => false,
    };
    let utf8 = |parameter: String| match parameter.split_once('=') {
        Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
        _ => true,
    };
    json && parts.all(utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_in_utf_8_is_json() {
        for accepted in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/vnd.api+json",
            "application/json;charset=\"utf-8\"; profile=x",
        ] {
            assert!(is_json(accepted), "{accepted}");
        }
        for refused in [
            "",
            "text/json",
            "application/jsonp",
            "application/+json",
            "json",
            "application/json; charset=utf-16",
        ] {
            assert!(!is_json(refused), "{refused}");
        }
    }
}
