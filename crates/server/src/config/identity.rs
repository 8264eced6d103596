//! Tokens, passwords, API keys and the secrets under them.

use super::{
    Secret,
    error::{ConfigError, not_blank, require, within},
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The section `tokens`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenSettings {
    /// `iss` of issued tokens, and the only one accepted.
    pub issuer: String,
    /// `aud` of issued tokens, and the only one accepted.
    pub audience: String,
    /// Life of an access token, in seconds.
    pub access_ttl_seconds: u64,
    /// Clock difference that is forgiven, in seconds.
    pub leeway_seconds: u64,
    /// Signs with HS256. Unset: `key_file`, else a key generated once in `secrets.data_dir`.
    pub secret: Option<Secret>,
    /// PEM file of the private signing key; its kind chooses `EdDSA`, RS256 or ES256.
    pub key_file: Option<PathBuf>,
    /// PEM files of earlier keys, accepted until their tokens have expired.
    pub previous_key_files: Vec<PathBuf>,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self {
            issuer: "multi-tenant-saas-api-local".to_owned(),
            audience: "saas-api".to_owned(),
            access_ttl_seconds: 900,
            leeway_seconds: 5,
            secret: None,
            key_file: None,
            previous_key_files: Vec::new(),
        }
    }
}

impl TokenSettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        not_blank("tokens.issuer", &self.issuer)?;
        not_blank("tokens.audience", &self.audience)?;
        within(
            "tokens.access_ttl_seconds",
            self.access_ttl_seconds,
            1..=31_536_000,
        )?;
        within("tokens.leeway_seconds", self.leeway_seconds, 0..=3600)?;
        if let Some(secret) = &self.secret {
            not_blank("tokens.secret", secret.expose())?;
        }
        require(
            self.secret.is_none() || self.key_file.is_none(),
            "tokens.key_file",
            "must not be set together with tokens.secret",
        )
    }
}

/// The section `passwords`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordSettings {
    /// Shortest accepted password, in characters.
    pub min_length: u16,
    /// Cost of a hash.
    pub argon2: Argon2Settings,
    /// Threads that hash; unset means one a core.
    pub hashing_threads: Option<u16>,
    /// Requests that may wait for a hashing thread; one more is refused with 503.
    pub queue: u32,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            min_length: 12,
            argon2: Argon2Settings::default(),
            hashing_threads: None,
            queue: 64,
        }
    }
}

impl PasswordSettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        within("passwords.min_length", self.min_length, 1..=256)?;
        self.argon2.validate()?;
        if let Some(threads) = self.hashing_threads {
            within("passwords.hashing_threads", threads, 1..=1024)?;
        }
        within("passwords.queue", self.queue, 1..=100_000)
    }
}

/// The section `passwords.argon2`: cost of Argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Argon2Settings {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for Argon2Settings {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

impl Argon2Settings {
    fn validate(self) -> Result<(), ConfigError> {
        within("passwords.argon2.parallelism", self.parallelism, 1..=64)?;
        within("passwords.argon2.iterations", self.iterations, 1..=64)?;
        within(
            "passwords.argon2.memory_kib",
            self.memory_kib,
            8 * self.parallelism..=131_072,
        )
    }
}

/// The section `api_keys`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiKeySettings {
    /// First part of every key, so that leaks can be searched for.
    pub brand: String,
}

impl Default for ApiKeySettings {
    fn default() -> Self {
        Self {
            brand: "saas".to_owned(),
        }
    }
}

impl ApiKeySettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let letters = self
            .brand
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        require(
            letters && (1..=12).contains(&self.brand.len()),
            "api_keys.brand",
            "must be 1 to 12 lower-case letters and digits",
        )
    }
}

/// The section `secrets`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretSettings {
    /// What the keys for API-key hashes and cursors are derived from. Unset: a file generated once in
    /// `data_dir`.
    pub root_secret: Option<Secret>,
    /// Directory of generated secrets.
    pub data_dir: PathBuf,
}

impl Default for SecretSettings {
    fn default() -> Self {
        Self {
            root_secret: None,
            data_dir: PathBuf::from("data"),
        }
    }
}

impl SecretSettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if let Some(secret) = &self.root_secret {
            not_blank("secrets.root_secret", secret.expose())?;
        }
        require(
            !self.data_dir.as_os_str().is_empty(),
            "secrets.data_dir",
            "must not be blank",
        )
    }
}
