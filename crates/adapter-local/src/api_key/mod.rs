//! Raw API keys: `{brand}_{key id}_{secret}{checksum}`.
//!
//! | part | characters | |
//! | --- | --- | --- |
//! | brand | 1 to 12, lower-case letters and digits | tells scanners and people whose key it is |
//! | key id | 22 base62 | public, 130 bits, what the key is found by |
//! | secret | 43 base62 | 256 bits |
//! | checksum | 6 base62 | CRC-32 of everything before it: mistyped keys cost no database work |
//!
//! Only a keyed BLAKE3 hash of the whole raw key is stored. A fast hash is right: the secret cannot be guessed.

mod base62;
mod brand;
#[cfg(test)]
mod tests;

pub use brand::{Brand, InvalidBrand};

use crate::root_secret::{API_KEY_DIGEST, derive};
use domain::{
    api_key::{KeyDigest, KeyId, NewKey},
    ports::KeyMint,
};
use zeroize::Zeroizing;

const SECRET_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;
const KEY_CHARS_AFTER_BRAND: usize = 2 + KeyId::CHARS + SECRET_CHARS + CHECKSUM_CHARS;

/// Makes and recognises the keys of one brand and one root secret.
pub struct ApiKeyMint {
    brand: Brand,
    digest_key: Zeroizing<[u8; 32]>,
}

impl ApiKeyMint {
    /// A mint whose digests are keyed by what [`API_KEY_DIGEST`] derives from the secret; with another secret, no
    /// stored digest matches any more.
    pub fn new(brand: Brand, root_secret: &[u8]) -> Self {
        Self {
            brand,
            digest_key: Zeroizing::new(derive(API_KEY_DIGEST, root_secret)),
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
