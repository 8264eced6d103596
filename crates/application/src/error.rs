//! Everything that can go wrong in a use case, in one closed list.

use domain::{
    access::AccessDenied,
    api_key::TermsDenied,
    document::DocumentError,
    membership::RosterDenied,
    password::WeakPassword,
    permission::PermissionSet,
    ports::{HashingUnavailable, Reference, StoreError, Unique},
    role_definition::RoleDenied,
    tenant::{TenantStatus, TransitionError},
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
    /// The key may not be used from the caller's address.
    #[error("the API key may not be used from this address")]
    AddressNotAllowed,
    /// The organisation is not open.
    #[error("the organisation is {}", .0.as_str())]
    Closed(TenantStatus),
    /// The caller would give away what it does not hold.
    #[error("permissions beyond your own cannot be granted")]
    Escalation(PermissionSet),
    /// There is no such role in the organisation.
    #[error("the role is not defined in this organisation")]
    UnknownRole,
    /// The role is the same everywhere.
    #[error("the roles owner and admin cannot be changed")]
    ImmutableRole,
    /// Members have the role.
    #[error("the role is in use")]
    RoleInUse,
    /// The organisation has as many roles of its own as it may.
    #[error("the organisation has too many roles")]
    TooManyRoles,
    /// The terms of an API key are not possible.
    #[error("the API key cannot be issued: {0}")]
    KeyTerms(TermsDenied),
    /// The key is revoked or expired, for good.
    #[error("the API key is revoked or expired")]
    KeyDead,
    /// The organisation's status does not allow it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// There is no such thing in the organisation.
    #[error("{0} was not found")]
    NotFound(Resource),
    /// A value that has to be unique is taken.
    #[error("already taken: {0:?}")]
    Taken(Unique),
    /// The organisation would be left without an owner.
    #[error("organisation must always have at least one owner")]
    LastOwner,
    /// The tier does not come with a place of one's own.
    #[error("a place of its own needs the tier pro or enterprise")]
    TierForbidsPlace,
    /// The database keeps all organisations in shared tables.
    #[error("this database has shared tables only")]
    SiloUnsupported,
    /// There is no such database.
    #[error("no database of this name is configured")]
    UnknownDatabase,
    /// The operator key is not known or was taken away.
    #[error("the operator key is not valid")]
    OperatorKey,
    /// The bootstrap token is not known, was used or has expired.
    #[error("the bootstrap token is not valid")]
    BootstrapToken,
    /// A patched document would be none.
    #[error("the patched document {0}")]
    Document(#[from] DocumentError),
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
    /// An access token, or an API key that was granted just this; any other key counts for nothing here.
    TokenOrGrantedKey,
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
    /// A role.
    Role,
    /// A resource.
    Resource,
    /// An organisation, for an operator.
    Organisation,
    /// An operator.
    Operator,
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Membership => "membership",
            Self::Project => "project",
            Self::ApiKey => "api key",
            Self::Role => "role",
            Self::Resource => "resource",
            Self::Organisation => "organisation",
            Self::Operator => "operator",
        })
    }
}

impl Error {
    /// The answer to a refusal at the gate, which depends on what the caller was asked for.
    pub(crate) fn refused(denied: AccessDenied, challenge: Challenge) -> Self {
        match denied {
            AccessDenied::Unauthenticated => Self::Unauthenticated(challenge),
            AccessDenied::Stranger => Self::Stranger,
            AccessDenied::Address => Self::AddressNotAllowed,
            AccessDenied::Closed(status) => Self::Closed(status),
            AccessDenied::Missing { .. } => Self::Insufficient,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(unique) => Self::Taken(unique),
            StoreError::Missing(Reference::Project) => Self::NotFound(Resource::Project),
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

impl From<RoleDenied> for Error {
    fn from(denied: RoleDenied) -> Self {
        match denied {
            RoleDenied::Immutable => Self::ImmutableRole,
            RoleDenied::Beyond(permissions) => Self::Escalation(permissions),
            RoleDenied::TooMany => Self::TooManyRoles,
            RoleDenied::InUse => Self::RoleInUse,
        }
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
