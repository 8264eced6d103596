//! The root secret, and the keys that are derived from it: one for each purpose, none telling anything of another.

use crate::secret_file::{self, Loaded, SecretFileError};
use std::{convert::Infallible, path::Path};
use zeroize::Zeroizing;

/// Label of the key of API key digests.
pub const API_KEY_DIGEST: &str = "saas-api 2026 api-key digest v1";
/// Label of the key of operator key digests.
pub const OPERATOR_KEY_DIGEST: &str = "saas-api 2026 operator key digest v1";
/// Label of the key of bootstrap token digests.
pub const BOOTSTRAP_TOKEN_DIGEST: &str = "saas-api 2026 bootstrap token digest v1";
/// Label of the key that authenticates pagination cursors.
pub const CURSOR: &str = "saas-api 2026 cursor v1";
/// Label of the key that signs access tokens with HS256.
pub const HS256: &str = "saas-api 2026 hs256 v1";

/// Derives a 256-bit key for one purpose (BLAKE3 in key derivation mode); other labels give unrelated keys.
pub fn derive(label: &str, root_secret: &[u8]) -> [u8; 32] {
    blake3::derive_key(label, root_secret)
}

/// The secret that all symmetric keys of a deployment are derived from. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone)]
pub struct RootSecret(Zeroizing<Vec<u8>>);

/// A root secret file holds something other than 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a root secret is 64 hexadecimal digits")]
pub struct MalformedSecret;

impl RootSecret {
    /// Takes a secret of any form, which has to hold at least 128 bits of entropy.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the secret from a file of 64 hexadecimal digits; writes a new one, for its owner only, where there is
    /// none. See [`secret_file::load_or_create`].
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else.
    pub fn load_or_create(path: &Path) -> Result<Loaded<Self>, SecretFileError> {
        let new = || Ok::<_, Infallible>(Zeroizing::new(format!("{}\n", hex(&Self::random()))));
        let loaded = secret_file::load_or_create(path, new)?;
        loaded.try_map(path, |text| Self::from_hex(text.trim_end()))
    }

    /// The secret's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn random() -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).expect("the operating system provides randomness");
        bytes
    }

    fn from_hex(text: &str) -> Result<Self, MalformedSecret> {
        // A BLAKE3 hash is 32 bytes, too, and comes with a hexadecimal form.
        let bytes = blake3::Hash::from_hex(text).map_err(|_| MalformedSecret)?;
        Ok(Self::new(bytes.as_bytes().to_vec()))
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bytes).to_hex().to_string()
}

impl std::fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_labels_and_other_secrets_give_other_keys() {
        let keys = [API_KEY_DIGEST, CURSOR, HS256].map(|label| derive(label, b"root"));
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
        assert_ne!(derive(CURSOR, b"root"), derive(CURSOR, b"roos"));
        assert_eq!(derive(CURSOR, b"root"), keys[1]);
    }

    #[test]
    fn a_secret_is_made_once_and_read_back_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.secret");
        let made = RootSecret::load_or_create(&path).unwrap();
        assert!(made.created && !made.exposed);
        let read = RootSecret::load_or_create(&path).unwrap();
        assert!(!read.created && !read.exposed);
        assert_eq!(made.value.as_bytes(), read.value.as_bytes());
        assert_eq!(read.value.as_bytes().len(), 32);
    }

    #[test]
    fn anything_but_64_hexadecimal_digits_is_refused_without_being_shown() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.secret");
        for text in [
            "",
            "canary",
            &"0".repeat(63),
            &"0".repeat(65),
            &"z".repeat(64),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = RootSecret::load_or_create(&path).unwrap_err();
            assert!(matches!(error, SecretFileError::Content { .. }), "{text:?}");
            assert!(!format!("{error:?} {error}").contains("canary"));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", RootSecret::new(b"canary".to_vec()));
        assert_eq!(shown, "RootSecret([redacted])");
    }
}
