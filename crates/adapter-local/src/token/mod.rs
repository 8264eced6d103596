//! Access tokens: signed JWTs (RFC 7519) in the profile of RFC 9068, verified by the rules of RFC 8725.
//!
//! A [`KeySet`] holds one key that signs and any number that only verify, so that keys can be replaced with overlap:
//! publish the new key as a verifying one, then sign with it, then drop the old one after a token's lifetime. Each key
//! is used with one algorithm, whatever a token's header says.

mod algorithm;
mod claims;
mod compact;
mod jwt;
mod key;
mod key_file;
mod key_set;
#[cfg(test)]
mod tests;
mod verified;

pub use algorithm::Algorithm;
pub use jwt::{JwtTokens, TokenSettings};
pub use key::{KeyError, SigningKey, VerificationKey};
pub use key_file::{generate, load_or_create};
pub use key_set::KeySet;
