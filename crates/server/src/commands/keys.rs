//! `keys generate`.

use adapter_local::token::{Algorithm, generate as new_key};
use clap::ValueEnum;
use std::process::ExitCode;

/// What a token can be signed with by a key file.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KeyAlgorithm {
    /// Ed25519 (RFC 8037).
    Eddsa,
    /// RSA 2048 with SHA-256 (RFC 7518).
    Rs256,
    /// ECDSA P-256 with SHA-256 (RFC 7518).
    Es256,
}

/// Prints a new private key on standard output, for `tokens.key_file`.
///
/// # Errors
/// When the cryptographic library fails.
pub fn generate(algorithm: KeyAlgorithm) -> anyhow::Result<ExitCode> {
    let algorithm = match algorithm {
        KeyAlgorithm::Eddsa => Algorithm::EdDsa,
        KeyAlgorithm::Rs256 => Algorithm::Rs256,
        KeyAlgorithm::Es256 => Algorithm::Es256,
    };
    print!("{}", *new_key(algorithm)?);
    Ok(ExitCode::SUCCESS)
}
