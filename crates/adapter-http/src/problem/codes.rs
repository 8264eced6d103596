//! The closed list of error codes.

use actix_web::http::StatusCode;

macro_rules! codes {
    ($($variant:ident = $code:literal $status:literal $title:literal, $detail:literal, $meaning:literal;)+) => {
        /// A stable name of one way in which a request can fail.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $(#[doc = $meaning] $variant),+ }

        /// Every code with its HTTP status and its meaning, in the order of the status.
        pub const CODES: &[(&str, u16, &str)] = &[$(($code, $status, $meaning)),+];

        impl Code {
            /// All codes, in the order of [`CODES`].
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// A short summary of the kind of problem; never changes for a code.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// What is said about one occurrence, unless the occurrence knows better.
            pub const fn detail(self) -> &'static str {
                match self { $(Self::$variant => $detail),+ }
            }

            const fn number(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }
        }
    };
}

codes! {
    BadRequest = "BAD_REQUEST" 400 "Broken request", "Bad Request",
        "The request ended early or is not HTTP.";
    AuthenticationRequired = "AUTHENTICATION_REQUIRED" 401 "Authentication required", "authentication required",
        "No usable bearer credential was sent.";
    InvalidToken = "INVALID_TOKEN" 401 "Invalid access token", "invalid or expired access token",
        "The access token is not valid (any more), or its user is gone or inactive; an API key is no access token.";
    InvalidCredential = "INVALID_CREDENTIAL" 401 "Invalid credential", "invalid or expired access token or API key",
        "Neither a valid access token nor an active API key, or two different credentials at once.";
    InvalidOperatorKey = "INVALID_OPERATOR_KEY" 401 "Invalid operator key", "invalid or revoked operator key",
        "The operator key is not known, or was taken away.";
    InvalidBootstrapToken = "INVALID_BOOTSTRAP_TOKEN" 401 "Invalid bootstrap token",
        "unknown, used or expired bootstrap token",
        "The bootstrap token is not known, was used, or is more than 15 minutes old.";
    InvalidLogin = "INVALID_LOGIN" 401 "Login failed", "invalid email or password",
        "E-mail and password do not belong to an active user; which of them is wrong is not said.";
    OrganisationAccessDenied = "ORGANISATION_ACCESS_DENIED" 403 "No access", "organisation access denied",
        "The caller does not belong to the organisation, or there is no such organisation.";
    InsufficientPermissions = "INSUFFICIENT_PERMISSIONS" 403 "Not permitted",
        "insufficient permissions for this organisation",
        "The caller belongs to the organisation but may not do this, or an admin touches an owner.";
    PrivilegeEscalation = "PRIVILEGE_ESCALATION" 403 "More than your own",
        "permissions beyond your own cannot be granted",
        "A role, a member or an API key would get permissions that the caller does not hold; the attempt is audited.";
    ImmutableRole = "IMMUTABLE_ROLE" 403 "Role cannot be changed", "the roles owner and admin cannot be changed",
        "The roles `owner` and `admin` are the same in every organisation.";
    AddressNotAllowed = "ADDRESS_NOT_ALLOWED" 403 "Address not allowed",
        "the API key may not be used from this address",
        "The API key has an allow-list, and the client's address is not on it.";
    TenantSuspended = "TENANT_SUSPENDED" 403 "Organisation suspended", "the organisation is suspended",
        "An operator closed the organisation; its data is kept.";
    TenantDeleting = "TENANT_DELETING" 403 "Organisation being deleted", "the organisation is being deleted",
        "An operator closed the organisation; its data will be removed when the grace period is over.";
    NotFound = "NOT_FOUND" 404 "No such route", "Not Found", "There is no such route.";
    UserNotFound = "USER_NOT_FOUND" 404 "User not found", "user was not found",
        "There is no user with the id that is to become a member.";
    MembershipNotFound = "MEMBERSHIP_NOT_FOUND" 404 "Member not found", "membership was not found",
        "The user is not a member of the organisation.";
    ProjectNotFound = "PROJECT_NOT_FOUND" 404 "Project not found", "project was not found",
        "The organisation has no such project (any more).";
    ApiKeyNotFound = "API_KEY_NOT_FOUND" 404 "API key not found", "api key was not found",
        "The organisation has no such API key.";
    RoleNotFound = "ROLE_NOT_FOUND" 404 "Role not found", "role was not found",
        "The organisation defines no such role, and it is not a built-in one.";
    ResourceNotFound = "RESOURCE_NOT_FOUND" 404 "Resource not found", "resource was not found",
        "The organisation has no such resource (any more).";
    OrganisationNotFound = "ORGANISATION_NOT_FOUND" 404 "Organisation not found", "organisation was not found",
        "There is no such organisation; only operators are told so.";
    OperatorNotFound = "OPERATOR_NOT_FOUND" 404 "Operator not found", "operator was not found",
        "There is no such operator.";
    MethodNotAllowed = "METHOD_NOT_ALLOWED" 405 "Method not allowed", "Method Not Allowed",
        "The route exists, but not with this method; `Allow` lists those it has.";
    RequestTimeout = "REQUEST_TIMEOUT" 408 "Request too slow", "the request body did not arrive in time",
        "The body was not complete within the deadline.";
    EmailTaken = "EMAIL_TAKEN" 409 "E-mail taken", "email is already registered",
        "A user with this address exists already.";
    SlugTaken = "SLUG_TAKEN" 409 "Slug taken", "organisation slug is already in use",
        "Another organisation has this slug, or the one derived from the name.";
    AlreadyMember = "ALREADY_MEMBER" 409 "Already a member", "user is already a member of this organisation",
        "The user is a member already.";
    RoleNameTaken = "ROLE_NAME_TAKEN" 409 "Role name taken", "the role is already defined",
        "The organisation defines a role of this name already.";
    OperatorNameTaken = "OPERATOR_NAME_TAKEN" 409 "Operator name taken", "the name is taken or reserved",
        "Another operator has or had this name, or it is reserved.";
    RoleInUse = "ROLE_IN_USE" 409 "Role in use", "the role is in use",
        "Members have the role; give them another one first.";
    TooManyRoles = "TOO_MANY_ROLES" 409 "Too many roles", "an organisation can define at most 50 roles",
        "The organisation defines as many roles as it may.";
    ApiKeyDead = "API_KEY_DEAD" 409 "API key dead", "the API key is revoked or expired",
        "A revoked or expired API key cannot be rotated.";
    TenantNotReady = "TENANT_NOT_READY" 409 "Organisation not ready", "the organisation is being set up",
        "The organisation is still being provisioned; try again after `Retry-After`.";
    TenantStatusConflict = "TENANT_STATUS_CONFLICT" 409 "Status does not allow it",
        "the organisation's status does not allow it",
        "The organisation is not in a status from which this is possible; `detail` says which.";
    LastOwner = "LAST_OWNER" 409 "Last owner", "organisation must always have at least one owner",
        "The organisation would be left without an owner.";
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED" 409 "Idempotency key reused",
        "idempotency key was already used with a different request body",
        "The idempotency key belongs to another request body.";
    IdempotencyInProgress = "IDEMPOTENCY_IN_PROGRESS" 409 "Request in progress",
        "a request with this idempotency key is still in progress",
        "The first request with this idempotency key has not ended yet; try again after `Retry-After`.";
    PreconditionFailed = "PRECONDITION_FAILED" 412 "Precondition failed", "the resource has changed",
        "`If-Match` does not name the current version.";
    PayloadTooLarge = "PAYLOAD_TOO_LARGE" 413 "Body too large", "the request body is too large",
        "The body is larger than this route accepts.";
    UriTooLong = "URI_TOO_LONG" 414 "URI too long", "the request target is too long",
        "The request target is longer than 8 KiB.";
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE" 415 "Unsupported media type",
        "the request body must be UTF-8 JSON without a content encoding",
        "The body is not sent as `application/json` or `application/*+json`, or it is compressed.";
    ValidationFailed = "VALIDATION_FAILED" 422 "Validation failed", "request validation failed",
        "Path, query, headers or body are not as described; `errors` lists every problem.";
    WeakPassword = "WEAK_PASSWORD" 422 "Password refused",
        "password must contain at least one non-whitespace character",
        "The new password breaks the password policy; `detail` says how.";
    HeaderFieldsTooLarge = "HEADER_FIELDS_TOO_LARGE" 431 "Headers too large", "the request headers are too large",
        "A header is longer than 8 KiB, or all of them are longer than 64 KiB.";
    InternalError = "INTERNAL_ERROR" 500 "Internal error", "Internal Server Error",
        "A fault of the server; quote `request_id` when you report it.";
    HashingAtCapacity = "HASHING_AT_CAPACITY" 503 "Busy", "password hashing is at capacity",
        "Too many logins and registrations at once; try again after `Retry-After`.";
    StorageUnavailable = "STORAGE_UNAVAILABLE" 503 "Storage unavailable", "storage is unavailable",
        "The database cannot be reached or is at capacity; try again after `Retry-After`.";
    HandlerTimeout = "HANDLER_TIMEOUT" 503 "Deadline exceeded", "the request took too long",
        "The request was not carried out within the deadline; whether it still takes effect is open, so repeat it with its idempotency key.";
}

impl Code {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The URI that identifies the kind of problem (RFC 9457, section 3.1.1).
    pub fn type_uri(self) -> String {
        let name = self.as_str().to_ascii_lowercase().replace('_', "-");
        format!("urn:saas-api:problem:{name}")
    }

    /// The code for an error that the framework made.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            408 => Self::RequestTimeout,
            413 => Self::PayloadTooLarge,
            414 => Self::UriTooLong,
            415 => Self::UnsupportedMediaType,
            431 => Self::HeaderFieldsTooLarge,
            400..=499 => Self::BadRequest,
            _ => Self::InternalError,
        }
    }

    /// Seconds after which a repeated request may succeed.
    pub(crate) const fn retry_after(self) -> Option<u16> {
        match self {
            Self::IdempotencyInProgress
            | Self::TenantNotReady
            | Self::HashingAtCapacity
            | Self::StorageUnavailable
            | Self::HandlerTimeout => Some(1),
            _ => None,
        }
    }

    /// Whether the answer asks for a bearer credential (RFC 6750, section 3).
    pub(crate) const fn challenges(self) -> bool {
        matches!(
            self,
            Self::AuthenticationRequired
                | Self::InvalidToken
                | Self::InvalidCredential
                | Self::InvalidOperatorKey
        )
    }

    /// Why a request was turned away to protect the rest, as a metric label.
    pub(crate) const fn shed_reason(self) -> Option<&'static str> {
        match self {
            Self::HashingAtCapacity => Some("hashing"),
            Self::StorageUnavailable => Some("storage"),
            Self::HandlerTimeout => Some("deadline"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_documented_once_and_no_other() {
        let page = include_str!("../../../../docs/errors.md");
        let documented: Vec<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
            .filter_map(|(code, rest)| Some((code, rest.split(' ').next()?.parse::<u16>().ok()?)))
            .collect();
        let ours: Vec<_> = CODES
            .iter()
            .map(|(code, status, _)| (*code, *status))
            .collect();
        assert_eq!(
            documented, ours,
            "docs/errors.md lists other codes than Code"
        );
        for (code, _, meaning) in CODES {
            assert!(
                page.contains(meaning),
                "docs/errors.md explains {code} differently"
            );
        }
    }

    #[test]
    fn codes_are_distinct_and_their_statuses_are_errors() {
        let distinct: BTreeSet<_> = Code::ALL.iter().map(|code| code.type_uri()).collect();
        assert_eq!(distinct.len(), CODES.len());
        for (code, (name, status, _)) in Code::ALL.iter().zip(CODES) {
            assert_eq!((code.as_str(), code.status().as_u16()), (*name, *status));
            assert!(*status >= 400);
        }
        assert_eq!(
            Code::EmailTaken.type_uri(),
            "urn:saas-api:problem:email-taken"
        );
    }
}
