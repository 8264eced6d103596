//! What makes two requests the same request.

use domain::idempotency::IdempotencyKey;
use serde_json::Value;
use std::time::Duration;

/// Ties a key to an operation and the canonical form of its validated body, defaults filled in. The path is the
/// canonical one, so that another spelling of an id is no other request.
pub(crate) fn bind(key: String, method: &str, path: &str, body: &Value, keep: Duration) -> IdempotencyKey {
    let operation = format!("{method} {path}");
    let mut hasher = blake3::Hasher::new();
    hasher.update(operation.as_bytes()).update(b"\n").update(body.to_string().as_bytes());
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
    fn the_fingerprint_covers_method_path_and_body_but_not_the_key() {
        let bound = |key: &str, method, path, body| {
            bind(key.to_owned(), method, path, &body, Duration::from_secs(60))
        };
        let first = bound("k", "POST", "/orgs", json!({ "name": "Acme", "slug": null }));
        let other_key = bound("l", "POST", "/orgs", json!({ "slug": null, "name": "Acme" }));
        assert_eq!(first.fingerprint, other_key.fingerprint);
        assert_eq!(first.operation, "POST /orgs");
        assert_eq!(first.keep, time::Duration::MINUTE);
        for other in [
            bound("k", "PUT", "/orgs", json!({ "name": "Acme", "slug": null })),
            bound("k", "POST", "/orgs/x", json!({ "name": "Acme", "slug": null })),
            bound("k", "POST", "/orgs", json!({ "name": "Acme", "slug": "acme" })),
        ] {
            assert_ne!(first.fingerprint, other.fingerprint);
        }
    }
}
