//! What needs no other process: the time, identifiers, password hashing, access tokens and API keys.
//!
//! | module | domain port |
//! | --- | --- |
//! | [`ambient`] | [`domain::ports::Clock`], [`domain::ports::IdGenerator`] |
//! | [`password`] | [`domain::ports::PasswordHasher`] |
//! | [`token`] | [`domain::ports::TokenIssuer`], [`domain::ports::TokenVerifier`] |
//! | [`api_key`] | [`domain::ports::KeyMint`] |
//!
//! [`root_secret`] holds the one secret that all symmetric keys are derived from; [`secret_file`] keeps secrets on disk.

pub mod ambient;
pub mod api_key;
pub mod password;
pub mod root_secret;
pub mod secret_file;
pub mod token;
