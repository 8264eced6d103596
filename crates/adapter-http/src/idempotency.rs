//! What makes two requests the same request.

use domain::idempotency::IdempotencyKey;
use serde_json::Value;
use std::time::Duration;

/// Ties a key to a `POST` on a path and to the canonical form of its validated body, defaults filled in. The path is
/// the canonical one, so that another spelling of an id is no other request.
pub(crate) fn bind(key: String, path: &str, body: &Value, keep: Duration) -> IdempotencyKey {
    let operation = format!("POST {path}");
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(operation.as_bytes())
        .update(b"\n")
        .update(body.to_string().as_bytes());
    IdempotencyKey {
        key,
        operation,
        fingerprint: *hasher.finalize().as_bytes(),
        keep: keep.try_into().unwrap_or(time::Duration::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_fingerprint_covers_path_and_body_but_not_the_key() {
        let bound =
            |key: &str, path, body| bind(key.to_owned(), path, &body, Duration::from_mins(1));
        let first = bound("k", "/orgs", json!({ "name": "Acme", "slug": null }));
        let other_key = bound("l", "/orgs", json!({ "name": "Acme", "slug": null }));
        assert_eq!(first.fingerprint, other_key.fingerprint);
        assert_eq!(first.operation, "POST /orgs");
        assert_eq!(first.keep, time::Duration::MINUTE);
        for other in [
            bound("k", "/orgs/x", json!({ "name": "Acme", "slug": null })),
            bound("k", "/orgs", json!({ "name": "Acme", "slug": "acme" })),
        ] {
            assert_ne!(first.fingerprint, other.fingerprint);
        }
    }
}
