//! The keys of a deployment.

use super::{SigningKey, VerificationKey};
use jsonwebtoken::jwk::Jwk;
use serde_json::json;

/// One key that signs, and all that verify; the signing one is among them.
#[derive(Clone, Debug)]
pub struct KeySet {
    active: SigningKey,
    others: Vec<VerificationKey>,
}

impl KeySet {
    /// A set of one key.
    pub fn new(active: SigningKey) -> Self {
        Self {
            active,
            others: Vec::new(),
        }
    }

    /// Adds a key that only verifies: the one before, while its tokens live, or the next one, before it signs. A key
    /// that is there already is not added again.
    #[must_use]
    pub fn with_verification_key(mut self, key: VerificationKey) -> Self {
        if self.find(key.kid()).is_none() {
            self.others.push(key);
        }
        self
    }

    /// The key that signs.
    pub fn active(&self) -> &SigningKey {
        &self.active
    }

    /// The key with an id.
    pub fn find(&self, kid: &str) -> Option<&VerificationKey> {
        self.verification_keys().find(|key| key.kid() == kid)
    }

    /// The public keys as a JWK set (RFC 7517 §5), the signing one first. Secrets are left out.
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<&Jwk> = self
            .verification_keys()
            .filter_map(VerificationKey::jwk)
            .collect();
        json!({ "keys": keys })
    }

    fn verification_keys(&self) -> impl Iterator<Item = &VerificationKey> {
        std::iter::once(self.active.verification_key()).chain(&self.others)
    }
}
