//! Raw API keys: `{brand}_{key id}_{secret}{checksum}`.
//!
//! | part | characters | |
//! | --- | --- | --- |
//! | brand | 1 to 12, lower-case letters and digits | tells scanners and people whose key it is |
//! | key id | 22 base62 | public, 130 bits, what the key is found by |
//! | secret | 43 base62 | 256 bits |
//! | checksum | 6 base62 | CRC-32 of everything before it: mistyped keys cost no database work |
//!
//! Keys of operators and the tokens that make operators have the same form, with `op` and `boot` after the brand, and
//! digest keys of their own: none of the three can be used in place of another.
//!
//! Only a keyed BLAKE3 hash of the whole raw key is stored. A fast hash is right: the secret cannot be guessed.

mod base62;
mod brand;
#[cfg(test)]
mod tests;

pub use brand::{Brand, InvalidBrand};

use crate::root_secret::{API_KEY_DIGEST, BOOTSTRAP_TOKEN_DIGEST, OPERATOR_KEY_DIGEST, derive};
use domain::{
    api_key::{KeyDigest, KeyId, NewKey},
    ports::KeyMint,
};
use zeroize::Zeroizing;

const SECRET_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;
const KEY_CHARS_AFTER_BRAND: usize = 2 + KeyId::CHARS + SECRET_CHARS + CHECKSUM_CHARS;

/// Makes and recognises the keys of one kind, one brand and one root secret.
pub struct ApiKeyMint {
    brand: Brand,
    kind: &'static str,
    digest_key: Zeroizing<[u8; 32]>,
}

impl ApiKeyMint {
    /// A mint whose digests are keyed by what [`API_KEY_DIGEST`] derives from the secret; with another secret, no
    /// stored digest matches any more.
    pub fn new(brand: Brand, root_secret: &[u8]) -> Self {
        Self::of_kind("", API_KEY_DIGEST, brand, root_secret)
    }

    /// The same for keys of operators.
    pub fn of_operators(brand: Brand, root_secret: &[u8]) -> Self {
        Self::of_kind("op", OPERATOR_KEY_DIGEST, brand, root_secret)
    }

    /// The same for the tokens that make operators.
    pub fn of_bootstrap_tokens(brand: Brand, root_secret: &[u8]) -> Self {
        Self::of_kind("boot", BOOTSTRAP_TOKEN_DIGEST, brand, root_secret)
    }

    fn of_kind(kind: &'static str, label: &'static str, brand: Brand, root_secret: &[u8]) -> Self {
        Self {
            brand,
            kind,
            digest_key: Zeroizing::new(derive(label, root_secret)),
        }
    }

    fn digest(&self, raw: &str) -> KeyDigest {
        KeyDigest::new(*blake3::keyed_hash(&self.digest_key, raw.as_bytes()).as_bytes())
    }
}

impl KeyMint for ApiKeyMint {
    fn mint(&self) -> NewKey {
        let id = base62::random::<{ KeyId::CHARS }>();
        let secret = base62::random::<SECRET_CHARS>();
        let mut raw = String::with_capacity(Brand::MAX_CHARS + KEY_CHARS_AFTER_BRAND);
        raw.push_str(self.brand.as_str());
        raw.push_str(self.kind);
        raw.push('_');
        raw.extend(id.map(char::from));
        raw.push('_');
        raw.extend(secret.map(char::from));
        raw.extend(
            base62::digits::<CHECKSUM_CHARS>(crc32fast::hash(raw.as_bytes())).map(char::from),
        );
        let (key_id, digest) = self
            .recognise(&raw)
            .expect("a key in its own form is recognised");
        NewKey {
            raw,
            key_id,
            digest,
        }
    }

    fn recognise(&self, raw: &str) -> Option<(KeyId, KeyDigest)> {
        let (id, sealed) = raw
            .strip_prefix(self.brand.as_str())?
            .strip_prefix(self.kind)?
            .strip_prefix('_')?
            .split_once('_')?;
        let key_id = KeyId::parse(id)?;
        if sealed.len() != SECRET_CHARS + CHECKSUM_CHARS || !base62::is_base62(sealed) {
            return None;
        }
        let (signed, checksum) = raw.split_at(raw.len() - CHECKSUM_CHARS);
        let expected = base62::digits::<CHECKSUM_CHARS>(crc32fast::hash(signed.as_bytes()));
        (checksum.as_bytes() == expected).then(|| (key_id, self.digest(raw)))
    }
}

impl std::fmt::Debug for ApiKeyMint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeyMint")
            .field("brand", &self.brand)
            .finish_non_exhaustive()
    }
}
