//! The header that makes a request safe to repeat.

use super::rules::text_fault;
use crate::problem::{Fault, Violation};
use actix_web::http::header::{HeaderMap, HeaderName};
use domain::text;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// `Idempotency-Key`, as it was sent: 1 to 255 code points of UTF-8 without control characters.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Violation> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    checked(value.as_bytes())
        .map(Some)
        .map_err(|fault| fault.at(vec!["header".into(), "Idempotency-Key".into()]))
}

fn checked(raw: &[u8]) -> Result<String, Fault> {
    let key = std::str::from_utf8(raw).map_err(|_| Fault::value_error("must be UTF-8"))?;
    text::check(key, 1, 255).map_err(text_fault)?;
    if key.chars().any(char::is_control) {
        return Err(Fault::value_error("must not contain control characters"));
    }
    Ok(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn key(raw: &[u8]) -> Result<Option<String>, &'static str> {
        let mut headers = HeaderMap::new();
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_bytes(raw).unwrap());
        headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static("second"));
        idempotency_key(&headers).map_err(|violation| violation.kind)
    }

    #[test]
    fn a_key_is_1_to_255_code_points_and_the_first_one_counts() {
        assert_eq!(idempotency_key(&HeaderMap::new()), Ok(None));
        assert_eq!(key(b"a key"), Ok(Some("a key".into())));
        assert_eq!(key("é".repeat(255).as_bytes()), Ok(Some("é".repeat(255))));
        assert_eq!(key(b""), Err("string_too_short"));
        assert_eq!(key("x".repeat(256).as_bytes()), Err("string_too_long"));
        assert_eq!(key(b"\xff"), Err("value_error"));
        assert_eq!(key(b"a\tb"), Err("value_error"));
        assert_eq!(key("a\u{85}b".as_bytes()), Err("value_error"));
    }
}
