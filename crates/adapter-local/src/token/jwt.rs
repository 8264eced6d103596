//! Issuing and verifying.

use super::{
    KeySet,
    claims::{Accepted, Claims, Header},
    compact::{self, Compact},
    verified::VerifiedTokens,
};
use domain::{
    id::UserId,
    ports::{AccessToken, IdGenerator, TokenIssuer, TokenVerifier},
};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// What all tokens of a deployment share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSettings {
    /// The claim `iss`.
    pub issuer: String,
    /// The claim `aud`.
    pub audience: String,
    /// Lifetime of a new token in whole seconds; a token that was given a longer one is refused.
    pub ttl: Duration,
    /// How far the clocks of two servers may differ, in whole seconds.
    pub leeway: Duration,
}

impl TokenSettings {
    /// Lifetime unless configured: 15 minutes.
    pub const DEFAULT_TTL: Duration = Duration::minutes(15);
    /// Leeway unless configured: 5 seconds.
    pub const DEFAULT_LEEWAY: Duration = Duration::seconds(5);
}

/// Issues and verifies access tokens with one set of keys.
pub struct JwtTokens {
    keys: KeySet,
    settings: TokenSettings,
    ids: Arc<dyn IdGenerator>,
    verified: VerifiedTokens,
}

impl JwtTokens {
    /// Token ids (`jti`) come from the generator.
    pub fn new(keys: KeySet, settings: TokenSettings, ids: Arc<dyn IdGenerator>) -> Self {
        Self {
            keys,
            settings,
            ids,
            verified: VerifiedTokens::default(),
        }
    }

    /// The public keys as a JWK set (RFC 7517 §5), for `/.well-known/jwks.json`.
    pub fn jwks(&self) -> serde_json::Value {
        self.keys.jwks()
    }
}

impl TokenIssuer for JwtTokens {
    fn issue(&self, user: UserId, now: OffsetDateTime) -> AccessToken {
        let key = self.keys.active();
        let public = key.verification_key();
        let header = Header::new(public.algorithm(), public.kid());
        let claims = Claims::new(&self.settings, user, self.ids.uuid(), now);
        let message = format!("{}.{}", compact::encode(&header), compact::encode(&claims));
        let signature = key.sign(message.as_bytes());
        AccessToken {
            token: format!("{message}.{signature}"),
            expires_in: self.settings.ttl,
        }
    }
}

impl TokenVerifier for JwtTokens {
    fn verify(&self, token: &str, now: OffsetDateTime) -> Option<UserId> {
        let accepted = self.verified.get_or(token, || self.accept(token))?;
        accepted.user_at(&self.settings, now)
    }
}

impl JwtTokens {
    fn accept(&self, token: &str) -> Option<Accepted> {
        let parts = Compact::split(token)?;
        let header: Header = compact::decode(parts.header)?;
        let key = self.keys.find(&header.kid)?;
        let signed = header.is_access_token(key.algorithm())
            && key.accepts(parts.message.as_bytes(), parts.signature);
        if !signed {
            return None;
        }
        compact::decode::<Claims>(parts.claims)?.accepted(&self.settings)
    }
}
