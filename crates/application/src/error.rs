//! Everything that can go wrong in a use case, in one closed list.

use domain::{
    access::AccessDenied,
    membership::RosterDenied,
    password::WeakPassword,
    ports::{HashingUnavailable, StoreError, Unique},
};

/// Why a use case did not do as asked. Each variant is answered in one way.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No valid credential of the kind that was asked for.
    #[error("the caller is not authenticated")]
    Unauthenticated(Challenge),
    /// E-mail and password do not belong to an active user.
    #[error("invalid email or password")]
    InvalidLogin,
    /// The caller has no place in the organisation, or there is none.
    #[error("organisation access denied")]
    Stranger,
    /// The caller may not do this in the organisation.
    #[error("insufficient permissions for this organisation")]
    Insufficient,
    /// There is no such thing in the organisation.
    #[error("{0} was not found")]
    NotFound(Resource),
    /// A value that has to be unique is taken.
    #[error("already taken: {0:?}")]
    Taken(Unique),
    /// The organisation would be left without an owner.
    #[error("organisation must always have at least one owner")]
    LastOwner,
    /// The new password breaks the policy.
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
    /// The idempotency key was used for another body.
    #[error("idempotency key was already used with a different request body")]
    IdempotencyMismatch,
    /// The first request with this idempotency key has not ended yet.
    #[error("a request with this idempotency key is still in progress")]
    IdempotencyInProgress,
    /// The representation is not the one that the caller named.
    #[error("the resource has changed")]
    PreconditionFailed,
    /// Password hashing is at capacity; try again.
    #[error("password hashing is at capacity")]
    HashingAtCapacity,
    /// The database cannot be reached or is at capacity; try again.
    #[error("storage is unavailable")]
    Unavailable(#[source] StoreError),
    /// A fault of ours.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Which credentials would have been accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// An access token.
    Token,
    /// An access token or an API key.
    TokenOrKey,
}

/// A kind of thing that can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A user.
    User,
    /// A membership.
    Membership,
    /// A project.
    Project,
    /// An API key.
    ApiKey,
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Membership => "membership",
            Self::Project => "project",
            Self::ApiKey => "api key",
        })
    }
}

impl Error {
    /// The answer to a refusal at the gate, which depends on what the caller was asked for.
    pub(crate) fn refused(denied: AccessDenied, challenge: Challenge) -> Self {
        match denied {
            AccessDenied::Unauthenticated => Self::Unauthenticated(challenge),
            AccessDenied::Stranger => Self::Stranger,
            AccessDenied::Missing(_) => Self::Insufficient,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(unique) => Self::Taken(unique),
            // Rows are locked before they are changed, so `Stale` means a lock was lost: the caller may try again.
            StoreError::Stale | StoreError::Contended(_) | StoreError::Unavailable(_) => {
                Self::Unavailable(error)
            }
            StoreError::Corrupt(_) | StoreError::Failed(_) => Self::Internal(Box::new(error)),
        }
    }
}

impl From<HashingUnavailable> for Error {
    fn from(_: HashingUnavailable) -> Self {
        Self::HashingAtCapacity
    }
}

impl From<RosterDenied> for Error {
    fn from(denied: RosterDenied) -> Self {
        match denied {
            RosterDenied::Insufficient => Self::Insufficient,
            RosterDenied::LastOwner => Self::LastOwner,
        }
    }
}
