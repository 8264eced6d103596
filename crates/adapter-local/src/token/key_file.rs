//! Signing keys in PKCS#8 PEM files.

use super::{Algorithm, KeyError, SigningKey};
use crate::secret_file::{self, Loaded, SecretFileError};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair},
};
use std::path::Path;
use zeroize::Zeroizing;

/// A new private key, as a PKCS#8 PEM document; RSA keys have 2,048 bits.
///
/// # Errors
/// When the algorithm has no key pairs, or the cryptographic library fails.
pub fn generate(algorithm: Algorithm) -> Result<Zeroizing<String>, KeyError> {
    let der = match algorithm {
        Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
            .map(|document| document.as_ref().to_vec()),
        Algorithm::Es256 => {
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map(|document| document.as_ref().to_vec())
        }
        Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048)
            .and_then(|pair| AsDer::<Pkcs8V1Der>::as_der(&pair))
            .map(|der| der.as_ref().to_vec()),
        Algorithm::Hs256 => return Err(KeyError::NoKeyPair),
    };
    let der = der.map_err(|_| KeyError::Generation)?;
    Ok(Zeroizing::new(pem::encode(&pem::Pem::new(
        "PRIVATE KEY",
        der,
    ))))
}

/// Reads the signing key from a PKCS#8 PEM file; writes a new Ed25519 key, for its owner only, where there is none.
/// See [`secret_file::load_or_create`].
///
/// # Errors
/// When the file cannot be read or written, or holds no usable key.
pub fn load_or_create(path: &Path) -> Result<Loaded<SigningKey>, SecretFileError> {
    secret_file::load_or_create(path, || generate(Algorithm::EdDsa))?
        .try_map(path, |pem| SigningKey::from_pem(&pem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_back_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signing.pem");
        let made = load_or_create(&path).unwrap();
        assert!(made.created && !made.exposed);
        let read = load_or_create(&path).unwrap();
        assert!(!read.created);
        assert_eq!(read.value.verification_key().algorithm(), Algorithm::EdDsa);
        assert_eq!(
            read.value.verification_key().kid(),
            made.value.verification_key().kid()
        );
    }

    #[test]
    fn a_file_with_a_key_of_another_algorithm_is_taken_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signing.pem");
        std::fs::write(&path, generate(Algorithm::Es256).unwrap().as_str()).unwrap();
        let loaded = load_or_create(&path).unwrap();
        assert_eq!(
            loaded.value.verification_key().algorithm(),
            Algorithm::Es256
        );
    }

    #[test]
    fn a_file_without_a_key_is_an_error_that_does_not_show_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signing.pem");
        std::fs::write(&path, "canary").unwrap();
        let error = load_or_create(&path).unwrap_err();
        assert!(matches!(error, SecretFileError::Content { .. }));
        assert!(!format!("{error:?} {error}").contains("canary"));
    }

    #[test]
    fn symmetric_keys_are_not_generated() {
        assert_eq!(generate(Algorithm::Hs256).err(), Some(KeyError::NoKeyPair));
    }
}
