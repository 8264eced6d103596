//! Request ids: the client's own, when it is one that may be repeated in headers and logs, or a new one.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use domain::ports::IdGenerator;
use uuid::Uuid;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(super) const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// A request id: 1 to 128 characters of `[A-Za-z0-9._:-]`.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The id that the client sent, or a new one.
    pub(super) fn of(headers: &HeaderMap, ids: &dyn IdGenerator) -> Self {
        let sent = headers
            .get(X_REQUEST_ID)
            .and_then(|value| accepted(value.as_bytes()));
        Self(sent.unwrap_or_else(|| fresh(ids.uuid())))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn accepted(raw: &[u8]) -> Option<HeaderValue> {
    let raw = raw.trim_ascii();
    let legal = |b: &u8| b.is_ascii_alphanumeric() || b"._:-".contains(b);
    let valid = (1..=128).contains(&raw.len()) && raw.iter().all(legal);
    valid.then(|| HeaderValue::from_bytes(raw).ok()).flatten()
}

fn fresh(id: Uuid) -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    HeaderValue::from_str(id.hyphenated().encode_lower(&mut text))
        .unwrap_or_else(|_| HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl IdGenerator for Fixed {
        fn uuid(&self) -> Uuid {
            Uuid::from_u128(7)
        }
    }

    fn id(raw: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        headers.append(X_REQUEST_ID, HeaderValue::from_bytes(raw).unwrap());
        RequestId::of(&headers, &Fixed).as_str().to_owned()
    }

    #[test]
    fn a_legal_id_is_kept_and_any_other_is_replaced() {
        let new = "00000000-0000-0000-0000-000000000007";
        assert_eq!(id(b"  Trace_1.a:2-4 "), "Trace_1.a:2-4");
        assert_eq!(id(&[b'a'; 128]), "a".repeat(128));
        for raw in [
            &b""[..],
            b"   ",
            &[b'a'; 129],
            b"a b",
            b"a/b",
            b"\xc3\xa9",
            b"a\"b",
        ] {
            assert_eq!(id(raw), new);
        }
        assert_eq!(RequestId::of(&HeaderMap::new(), &Fixed).as_str(), new);
    }
}
