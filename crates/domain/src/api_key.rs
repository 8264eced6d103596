//! API keys: what is stored of them. The raw key is seen once, by the person who created it.

use crate::{
    id::{ApiKeyId, TenantId, UserId},
    role::Permission,
    text::ApiKeyName,
};
use time::OffsetDateTime;

/// The public part of a raw key: 22 base62 characters, unique over the whole platform; keys are found by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Characters of a key id.
    pub const CHARS: usize = 22;

    /// Takes a key id; `None` unless it is 22 ASCII letters and digits.
    pub fn parse(raw: &str) -> Option<Self> {
        let valid = raw.len() == Self::CHARS && raw.bytes().all(|b| b.is_ascii_alphanumeric());
        valid.then(|| Self(raw.to_owned()))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Keyed hash of a whole raw key. Equality takes the same time wherever two digests differ; `Debug` shows nothing.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Wraps a hash.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash, to be stored.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for KeyDigest {
    fn eq(&self, other: &Self) -> bool {
        let difference = self
            .0
            .iter()
            .zip(other.0)
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        std::hint::black_box(difference) == 0
    }
}

impl Eq for KeyDigest {}

impl std::fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyDigest([redacted])")
    }
}

/// A freshly made key, before it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The raw key, to be shown once.
    pub raw: String,
    /// Its public part.
    pub key_id: KeyId,
    /// What is stored in place of the raw key.
    pub digest: KeyDigest,
}

impl NewKey {
    /// The first 16 characters, by which people recognise a key in a list.
    pub fn prefix(&self) -> String {
        self.raw.chars().take(16).collect()
    }
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// An API key of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The row's id.
    pub id: ApiKeyId,
    /// The tenant whose data the key opens.
    pub tenant: TenantId,
    /// What people call it.
    pub name: ApiKeyName,
    /// First 16 characters of the raw key.
    pub prefix: String,
    /// What the key was granted; at use it is cut to what its creator still may do.
    pub scopes: Vec<Permission>,
    /// Who created it.
    pub created_by: UserId,
    /// When it was revoked, if it was.
    pub revoked_at: Option<OffsetDateTime>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When its row last changed.
    pub updated_at: OffsetDateTime,
}

impl ApiKey {
    /// What a key gets when its creator names no scopes.
    pub const DEFAULT_SCOPES: [Permission; 2] =
        [Permission::ReadProjects, Permission::WriteProjects];

    /// A key that has just been made.
    pub fn issue(
        id: ApiKeyId,
        tenant: TenantId,
        name: ApiKeyName,
        key: &NewKey,
        created_by: UserId,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            tenant,
            name,
            prefix: key.prefix(),
            scopes: Self::DEFAULT_SCOPES.to_vec(),
            created_by,
            revoked_at: None,
            last_used_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Revokes the key; `false` when it was revoked already, and then nothing changes.
    pub fn revoke(&mut self, now: OffsetDateTime) -> bool {
        if self.revoked_at.is_some() {
            return false;
        }
        self.revoked_at = Some(now);
        self.updated_at = now;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_equal_only_when_every_byte_is() {
        let one = KeyDigest::new([7; 32]);
        for i in 0..32 {
            let mut bytes = [7; 32];
            bytes[i] ^= 1;
            assert_ne!(one, KeyDigest::new(bytes), "byte {i}");
        }
        assert_eq!(one, KeyDigest::new([7; 32]));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let key = NewKey {
            raw: "saas_canary".into(),
            key_id: KeyId::parse(&"a".repeat(22)).unwrap(),
            digest: KeyDigest::new([9; 32]),
        };
        let shown = format!("{key:?} {:?}", key.digest);
        assert!(!shown.contains("canary") && !shown.contains('9'), "{shown}");
    }
}
