//! Idempotency: the same request, sent twice, happens once.

use time::Duration;

/// Identifies one request of one principal; the principal and its tenant come from the transaction's scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// What the client chose, 1 to 255 code points.
    pub key: String,
    /// Method and canonical path.
    pub operation: String,
    /// Hash of the canonical, validated body.
    pub fingerprint: [u8; 32],
    /// How long the outcome is kept.
    pub keep: Duration,
}

/// What came of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it: go on, and complete it in the same transaction.
    Fresh,
    /// The request was carried out already, with this outcome.
    Replay(StoredOutcome),
    /// The key was used for another body.
    Mismatch,
}

/// A use case's answer, as opaque text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOutcome(pub String);
