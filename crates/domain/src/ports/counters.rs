//! Business metrics, counted by use cases after their effect is committed.

use crate::audit::AuditAction;

/// Counts what happened.
pub trait Counters: Send + Sync {
    /// Counts one occurrence.
    fn count(&self, what: Counted);
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// A registration or a login, and whether it succeeded.
    AuthAttempt(AuthOperation, bool),
    /// An organisation was created.
    OrganisationCreated,
    /// A project was created.
    ProjectCreated,
    /// An API key was created.
    ApiKeyCreated,
    /// An API key was revoked for the first time.
    ApiKeyRevoked,
    /// An audit event was committed.
    AuditEventRecorded(AuditAction),
    /// A stored outcome was returned for a repeated idempotency key.
    IdempotencyReplay,
    /// An idempotency key came with another body.
    IdempotencyConflict,
}

/// An attempt to become known to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthOperation {
    /// `POST /auth/register`.
    Register,
    /// `POST /auth/login`.
    Login,
}
