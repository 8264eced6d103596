use super::{Code, Fault, Problem, Violation};
use crate::extract::{document_fault, unknown_role};
use application::error::{Challenge, Error, Resource};
use domain::{api_key::TermsDenied, permission::Permission, ports::Unique, tenant::TenantStatus};

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated(Challenge::Token | Challenge::TokenOrGrantedKey) => {
                Code::InvalidToken.into()
            }
            Error::Unauthenticated(Challenge::TokenOrKey) => Code::InvalidCredential.into(),
            Error::OperatorKey => Code::InvalidOperatorKey.into(),
            Error::BootstrapToken => Code::InvalidBootstrapToken.into(),
            Error::InvalidLogin => Code::InvalidLogin.into(),
            Error::Stranger => Code::OrganisationAccessDenied.into(),
            Error::Insufficient => Code::InsufficientPermissions.into(),
            Error::AddressNotAllowed => Code::AddressNotAllowed.into(),
            Error::Closed(TenantStatus::Provisioning) => Code::TenantNotReady.into(),
            Error::Closed(TenantStatus::Suspended) => Code::TenantSuspended.into(),
            Error::Closed(_) => Code::TenantDeleting.into(),
            Error::Escalation(permissions) => {
                let beyond: Vec<_> = permissions.iter().map(Permission::as_str).collect();
                let beyond = beyond.join(", ");
                let detail = format!("permissions beyond your own cannot be granted: {beyond}");
                Self::saying(Code::PrivilegeEscalation, detail)
            }
            Error::UnknownRole => Self::invalid(vec![body_fault("role", unknown_role())]),
            Error::ImmutableRole => Code::ImmutableRole.into(),
            Error::RoleInUse => Code::RoleInUse.into(),
            Error::TooManyRoles => Code::TooManyRoles.into(),
            Error::KeyTerms(denied) => {
                let field = match denied {
                    TermsDenied::Withheld(_) | TermsDenied::BeyondCreator(_) => "scopes",
                    TermsDenied::AlreadyExpired | TermsDenied::TooLong { .. } => "expires_at",
                };
                let fault = Fault::value_error(&denied.to_string());
                Self::invalid(vec![body_fault(field, fault)])
            }
            Error::KeyDead => Code::ApiKeyDead.into(),
            Error::Transition(denied) => {
                Self::saying(Code::TenantStatusConflict, denied.to_string())
            }
            Error::NotFound(Resource::Role) => Code::RoleNotFound.into(),
            Error::NotFound(Resource::Resource) => Code::ResourceNotFound.into(),
            Error::NotFound(Resource::Organisation) => Code::OrganisationNotFound.into(),
            Error::NotFound(Resource::Operator) => Code::OperatorNotFound.into(),
            Error::NotFound(Resource::User) => Code::UserNotFound.into(),
            Error::NotFound(Resource::Membership) => Code::MembershipNotFound.into(),
            Error::NotFound(Resource::Project) => Code::ProjectNotFound.into(),
            Error::NotFound(Resource::ApiKey) => Code::ApiKeyNotFound.into(),
            Error::Taken(Unique::Email) => Code::EmailTaken.into(),
            Error::Taken(Unique::Slug) => Code::SlugTaken.into(),
            Error::Taken(Unique::Membership) => Code::AlreadyMember.into(),
            Error::Taken(Unique::Role) => Code::RoleNameTaken.into(),
            Error::Taken(Unique::Operator) => Code::OperatorNameTaken.into(),
            denied @ Error::TierForbidsPlace => refused("tier", &denied),
            denied @ Error::SiloUnsupported => refused("isolation", &denied),
            denied @ Error::UnknownDatabase => refused("database", &denied),
            Error::LastOwner => Code::LastOwner.into(),
            Error::Document(why) => Self::invalid(vec![body_fault("data", document_fault(why))]),
            Error::WeakPassword(why) => Self::saying(Code::WeakPassword, why.to_string()),
            Error::IdempotencyMismatch => Code::IdempotencyKeyReused.into(),
            Error::IdempotencyInProgress => Code::IdempotencyInProgress.into(),
            Error::PreconditionFailed => Code::PreconditionFailed.into(),
            Error::HashingAtCapacity => Code::HashingAtCapacity.into(),
            Error::Unavailable(source) => {
                tracing::warn!(error = %chain(&source), "storage is unavailable");
                Code::StorageUnavailable.into()
            }
            Error::Internal(source) => {
                tracing::error!(error = %chain(&*source), "request failed");
                Code::InternalError.into()
            }
        }
    }
}

/// A value that is well-formed, and not possible here.
fn refused(field: &'static str, denied: &Error) -> Problem {
    let fault = Fault::value_error(&denied.to_string());
    Problem::invalid(vec![body_fault(field, fault)])
}

fn body_fault(field: &'static str, fault: Fault) -> Violation {
    fault.at(vec!["body".into(), field.into()])
}

/// An error with everything that led to it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{password::WeakPassword, ports::StoreError};

    #[test]
    fn every_error_is_answered_in_the_words_of_the_contract() {
        let gone = || StoreError::Unavailable("connection refused".into());
        let table = [
            (
                Error::Unauthenticated(Challenge::Token),
                401,
                "invalid or expired access token",
            ),
            (
                Error::Unauthenticated(Challenge::TokenOrKey),
                401,
                "invalid or expired access token or API key",
            ),
            (Error::InvalidLogin, 401, "invalid email or password"),
            (Error::Stranger, 403, "organisation access denied"),
            (
                Error::Insufficient,
                403,
                "insufficient permissions for this organisation",
            ),
            (Error::NotFound(Resource::User), 404, "user was not found"),
            (
                Error::NotFound(Resource::Membership),
                404,
                "membership was not found",
            ),
            (
                Error::NotFound(Resource::Project),
                404,
                "project was not found",
            ),
            (
                Error::NotFound(Resource::ApiKey),
                404,
                "api key was not found",
            ),
            (
                Error::Taken(Unique::Email),
                409,
                "email is already registered",
            ),
            (
                Error::Taken(Unique::Slug),
                409,
                "organisation slug is already in use",
            ),
            (
                Error::Taken(Unique::Membership),
                409,
                "user is already a member of this organisation",
            ),
            (
                Error::LastOwner,
                409,
                "organisation must always have at least one owner",
            ),
            (
                Error::IdempotencyMismatch,
                409,
                "idempotency key was already used with a different request body",
            ),
            (Error::PreconditionFailed, 412, "the resource has changed"),
            (
                Error::WeakPassword(WeakPassword::TooShort { min: 14 }),
                422,
                "password must be at least 14 characters",
            ),
            (
                Error::WeakPassword(WeakPassword::Blank),
                422,
                "password must contain at least one non-whitespace character",
            ),
            (
                Error::Internal("disk on fire".into()),
                500,
                "Internal Server Error",
            ),
            (Error::Unavailable(gone()), 503, "storage is unavailable"),
            (
                Error::HashingAtCapacity,
                503,
                "password hashing is at capacity",
            ),
        ];
        for (error, status, detail) in table {
            let problem = Problem::from(error);
            assert_eq!(problem.code.status().as_u16(), status, "{problem}");
            assert_eq!(
                problem.detail.as_deref().unwrap_or(problem.code.detail()),
                detail
            );
        }
    }

    #[test]
    fn the_log_has_the_whole_chain_of_causes() {
        let error = StoreError::Unavailable("connection refused".into());
        assert_eq!(chain(&error), "storage is unavailable: connection refused");
    }
}
