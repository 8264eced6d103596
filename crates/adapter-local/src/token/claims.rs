//! What a token says.

use super::{Algorithm, TokenSettings};
use domain::id::UserId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Media type of a JWT access token (RFC 9068 §2.1).
const ACCESS_TOKEN_TYPE: &str = "at+jwt";
/// The claim that tells access tokens from any other kind that may be signed with the same key.
const ACCESS: &str = "access";

/// A token's header. Any other member is refused, so that none can name a key (`jku`, `jwk`, `x5u`, `x5c`) or demand
/// processing that does not happen (`crit`), and so are duplicates.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    typ: String,
    alg: String,
    pub(super) kid: String,
}

impl Header {
    pub(super) fn new(algorithm: Algorithm, kid: &str) -> Self {
        Self {
            typ: ACCESS_TOKEN_TYPE.to_owned(),
            alg: algorithm.name().to_owned(),
            kid: kid.to_owned(),
        }
    }

    /// Whether it is an access token's, signed with the algorithm of its key.
    pub(super) fn is_access_token(&self, algorithm: Algorithm) -> bool {
        self.typ == ACCESS_TOKEN_TYPE && self.alg == algorithm.name()
    }
}

/// A token's claims, all required; times are seconds since 1970. Unknown ones are ignored (RFC 7519 §4), duplicates
/// of known ones refused.
#[derive(Serialize, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    token_type: String,
}

impl Claims {
    pub(super) fn new(
        settings: &TokenSettings,
        user: UserId,
        token_id: Uuid,
        now: OffsetDateTime,
    ) -> Self {
        let issued = now.unix_timestamp();
        Self {
            iss: settings.issuer.clone(),
            aud: settings.audience.clone(),
            sub: user.to_string(),
            iat: issued,
            nbf: issued,
            exp: issued.saturating_add(settings.ttl.whole_seconds()),
            jti: token_id.to_string(),
            token_type: ACCESS.to_owned(),
        }
    }

    /// What counts of a token, when it is one of ours; whether it is valid now is for [`Accepted::user_at`].
    pub(super) fn accepted(&self, settings: &TokenSettings) -> Option<Accepted> {
        let ours = self.iss == settings.issuer
            && self.aud == settings.audience
            && self.token_type == ACCESS
            && !self.jti.is_empty();
        let id = Uuid::parse_str(&self.sub).ok()?;
        // Parsing takes braces, URNs and upper case as well; we write one form only.
        let canonical = id.to_string() == self.sub;
        (ours && canonical).then_some(Accepted {
            user: UserId::from_uuid(id),
            iat: self.iat,
            nbf: self.nbf,
            exp: self.exp,
        })
    }
}

/// A token that is ours, whatever the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    user: UserId,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Accepted {
    /// Whose token it is, when it is valid now.
    pub(super) fn user_at(&self, settings: &TokenSettings, now: OffsetDateTime) -> Option<UserId> {
        self.is_timely(settings, now.unix_timestamp())
            .then_some(self.user)
    }

    fn is_timely(&self, settings: &TokenSettings, now: i64) -> bool {
        let leeway = settings.leeway.whole_seconds();
        let (soon, lately) = (now.saturating_add(leeway), now.saturating_sub(leeway));
        let lifetime = self.exp.checked_sub(self.iat);
        self.iat <= soon
            && self.nbf <= soon
            && lately < self.exp
            && lifetime.is_some_and(|s| (1..=settings.ttl.whole_seconds()).contains(&s))
    }

    #[cfg(test)]
    pub(super) fn example() -> Self {
        Self {
            user: UserId::from_uuid(Uuid::nil()),
            iat: 0,
            nbf: 0,
            exp: 900,
        }
    }
}
