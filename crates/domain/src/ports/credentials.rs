//! Passwords, tokens and keys: the ports whose implementations hold secrets.

use crate::{
    api_key::{KeyDigest, KeyId, NewKey},
    id::UserId,
    password::{Password, PasswordHash},
};
use async_trait::async_trait;
use time::{Duration, OffsetDateTime};

/// Hashes passwords on a bounded number of threads.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a new password with the current parameters.
    ///
    /// # Errors
    /// When the queue of waiting hashes is full.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashingUnavailable>;

    /// Compares a password with a stored hash, or, where there is none, does the same work for nothing, so that an
    /// unknown user cannot be told from a wrong password by the time it takes.
    ///
    /// # Errors
    /// When the queue of waiting hashes is full.
    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashingUnavailable>;
}

/// The answer to a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the user's password.
    Match {
        /// Whether its stored hash was made with other parameters than the current ones.
        outdated: bool,
    },
    /// It is not, or there is no such user.
    Mismatch,
}

/// The hashing queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password hashing is at capacity")]
pub struct HashingUnavailable;

/// A signed access token and its lifetime.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Compact serialisation (RFC 7515).
    pub token: String,
    /// How long it is valid from now on.
    pub expires_in: Duration,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Signs access tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait TokenIssuer: Send + Sync {
    /// An access token for a user, valid from `now` on. It never says what the user may do.
    fn issue(&self, user: UserId, now: OffsetDateTime) -> AccessToken;
}

/// Verifies access tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait TokenVerifier: Send + Sync {
    /// The user that a token was issued to; `None` for anything that is not a valid access token of ours at `now`.
    fn verify(&self, token: &str, now: OffsetDateTime) -> Option<UserId>;
}

/// Makes and recognises raw API keys.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait KeyMint: Send + Sync {
    /// A new key from the operating system's randomness.
    fn mint(&self) -> NewKey;

    /// Key id and digest of a raw key; `None` when its form or its checksum is wrong, which costs no database work.
    fn recognise(&self, raw: &str) -> Option<(KeyId, KeyDigest)>;
}
