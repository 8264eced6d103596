//! Who calls. Only the form of a credential and its signature or checksum are looked at here; whether its user or key
//! still counts is read together with the data.

use crate::{
    Api,
    middleware::{RequestContext, origin},
    problem::{Code, Problem},
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderMap, HeaderName},
};
use application::{
    error::{Challenge, Error},
    gate::{self, Caller},
    operators::OperatorCaller,
};
use domain::{access::Credential, api_key::KeyId, id::UserId};
use std::future::{Ready, ready};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A signed-in user, for what happens outside all organisations.
pub(crate) struct SignedIn(pub(crate) gate::SignedIn);

/// A signed-in user who acts in an organisation.
pub(crate) struct MemberCaller(pub(crate) Caller);

/// A signed-in user or an API key that acts in an organisation.
pub(crate) struct MemberOrKeyCaller(pub(crate) Caller);

/// A signed-in user who acts in an organisation, or an API key that was granted just that.
pub(crate) struct GrantedCaller(pub(crate) Caller);

/// Somebody with the key of an operator.
pub(crate) struct Operating(pub(crate) OperatorCaller);

/// Who calls, for the log.
pub(crate) enum Principal {
    /// A user, by id.
    User(UserId),
    /// An API key, by its public part.
    ApiKey(KeyId),
    /// An operator, by the public part of the key.
    Operator(KeyId),
}

impl Principal {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey(_) => "api_key",
            Self::Operator(_) => "operator",
        }
    }
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::ApiKey(key) | Self::Operator(key) => f.write_str(key.as_str()),
        }
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = token(request).and_then(|token| {
            let user = Api::of(request).app.auth.authenticate_user(token)?;
            note(request, Principal::User(user));
            let origin = origin(request);
            Ok(Self(gate::SignedIn { user, origin }))
        });
        ready(caller)
    }
}

impl FromRequest for Operating {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = token(request).and_then(|key| {
            let operators = &Api::of(request).app.operators;
            let caller = operators.authenticate(key, origin(request))?;
            if let Some(key) = caller.key_id() {
                note(request, Principal::Operator(key.clone()));
            }
            Ok(Self(caller))
        });
        ready(caller)
    }
}

impl FromRequest for MemberCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller =
            token(request).and_then(|token| authenticate(request, token, Challenge::Token));
        ready(caller.map(Self))
    }
}

impl FromRequest for MemberOrKeyCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(member_or_key(request, Challenge::TokenOrKey).map(Self))
    }
}

impl FromRequest for GrantedCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(member_or_key(request, Challenge::TokenOrGrantedKey).map(Self))
    }
}

fn member_or_key(request: &HttpRequest, challenge: Challenge) -> Result<Caller, Problem> {
    let refuse = || Err(Error::Unauthenticated(challenge).into());
    let key = api_key(request.headers());
    let credential = match (bearer(request.headers()), key) {
        (Some(bearer), Some(key)) if bearer != key => return refuse(),
        (Some(credential), _) | (None, Some(credential)) => credential,
        (None, None) => return Err(Code::AuthenticationRequired.into()),
    };
    let caller = authenticate(request, credential, challenge)?;
    if key.is_some() && matches!(caller.credential, Credential::User(_)) {
        return refuse();
    }
    Ok(caller)
}

fn authenticate(
    request: &HttpRequest,
    bearer: &str,
    challenge: Challenge,
) -> Result<Caller, Problem> {
    let auth = &Api::of(request).app.auth;
    let caller = auth.authenticate(bearer, challenge, origin(request))?;
    let principal = match &caller.credential {
        Credential::User(user) => Principal::User(*user),
        Credential::ApiKey { key_id, .. } => Principal::ApiKey(key_id.clone()),
    };
    note(request, principal);
    Ok(caller)
}

fn note(request: &HttpRequest, principal: Principal) {
    if let Some(context) = request.extensions_mut().get_mut::<RequestContext>() {
        context.principal = Some(principal);
    }
}

fn token(request: &HttpRequest) -> Result<&str, Problem> {
    bearer(request.headers()).ok_or_else(|| Code::AuthenticationRequired.into())
}

/// The bearer credential of the first `Authorization` header (RFC 6750, section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let (scheme, credential) = value.split_once([' ', '\t'])?;
    let credential = credential.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !credential.is_empty()).then_some(credential)
}

fn api_key(headers: &HeaderMap) -> Option<&str> {
    let key = headers.get(X_API_KEY)?.to_str().ok()?.trim();
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn credential(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn the_scheme_is_case_insensitive_and_blanks_are_tolerated() {
        for value in ["Bearer abc", "bearer   abc", "BEARER\tabc ", "  Bearer abc"] {
            assert_eq!(credential(&[value]).as_deref(), Some("abc"), "{value:?}");
        }
        assert_eq!(
            credential(&["Bearer abc", "Bearer def"]).as_deref(),
            Some("abc")
        );
    }

    #[test]
    fn anything_else_is_no_credential() {
        for values in [
            &[][..],
            &["Bearer"],
            &["Bearer  "],
            &["Basic abc"],
            &["abc"],
            &["Basic x", "Bearer y"],
        ] {
            assert_eq!(credential(values), None, "{values:?}");
        }
    }
}
