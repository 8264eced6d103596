//! API keys: what is stored of them. The raw key is seen once, by the person who created it.

use crate::{
    id::{ApiKeyId, TenantId, UserId},
    network::AddressList,
    permission::{Pattern, Permission, PermissionSet},
    policy::Policy,
    text::{ApiKeyDescription, ApiKeyName},
};
use std::net::IpAddr;
use time::{Duration, OffsetDateTime};

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

/// What its creator decides about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTerms {
    /// What people call it.
    pub name: ApiKeyName,
    /// What it is for, if anyone said.
    pub description: Option<ApiKeyDescription>,
    /// What the key may do; at use it is cut to what its creator still may do.
    pub scopes: PermissionSet,
    /// When it stops counting.
    pub expires_at: Option<OffsetDateTime>,
    /// Where it may be used from; anywhere without a list.
    pub allowed_from: Option<AddressList>,
}

/// Why a key may not be issued on these terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsDenied {
    /// The key could do what no key may.
    #[error("an API key cannot be granted {0}")]
    Withheld(PermissionSet),
    /// The key could do more than its creator.
    #[error("permissions beyond your own cannot be granted")]
    BeyondCreator(PermissionSet),
    /// The key would be expired at once.
    #[error("must be in the future")]
    AlreadyExpired,
    /// The key would live longer than the organisation allows.
    #[error("must be at most {max_days} days from now")]
    TooLong {
        /// The organisation's bound.
        max_days: u16,
    },
}

impl KeyTerms {
    /// What a key gets when its creator names no scopes.
    pub const DEFAULT_SCOPES: [Permission; 4] = [
        Permission::CreateProjects,
        Permission::ReadProjects,
        Permission::UpdateProjects,
        Permission::DeleteProjects,
    ];

    /// The permissions that a pattern gives a key.
    ///
    /// # Errors
    /// [`TermsDenied::Withheld`]: nobody's key decides who belongs to a tenant, what roles and other keys may do, or
    /// what becomes of the tenant itself.
    pub fn scope(pattern: Pattern) -> Result<PermissionSet, TermsDenied> {
        permitted(pattern.permissions())
    }

    /// What the key could do beyond somebody who holds this policy.
    pub const fn beyond(&self, policy: Policy) -> PermissionSet {
        policy.missing(Policy::unconditional(self.scopes))
    }

    /// Holds the terms against what any key may do, against what the creator may do for everything in the tenant, and
    /// against the longest life that the organisation allows, which is also the life of a key whose terms name none.
    ///
    /// # Errors
    /// The first of them that is exceeded.
    pub fn within(
        mut self,
        creator: Policy,
        max_days: Option<u16>,
        now: OffsetDateTime,
    ) -> Result<Self, TermsDenied> {
        permitted(self.scopes)?;
        let beyond = self.beyond(creator);
        if !beyond.is_empty() {
            return Err(TermsDenied::BeyondCreator(beyond));
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            return Err(TermsDenied::AlreadyExpired);
        }
        if let Some(max_days) = max_days {
            let latest = now + Duration::days(max_days.into());
            if self.expires_at.is_some_and(|at| latest < at) {
                return Err(TermsDenied::TooLong { max_days });
            }
            self.expires_at = self.expires_at.or(Some(latest));
        }
        Ok(self)
    }
}

fn permitted(scopes: PermissionSet) -> Result<PermissionSet, TermsDenied> {
    let withheld: PermissionSet = scopes.iter().filter(|one| is_withheld(*one)).collect();
    if withheld.is_empty() {
        Ok(scopes)
    } else {
        Err(TermsDenied::Withheld(withheld))
    }
}

const fn is_withheld(scope: Permission) -> bool {
    use Permission as P;
    matches!(
        scope,
        P::UpdateOrganisation
            | P::DeleteOrganisation
            | P::CreateMembers
            | P::UpdateMembers
            | P::DeleteMembers
            | P::CreateRoles
            | P::UpdateRoles
            | P::DeleteRoles
            | P::CreateApiKeys
            | P::UpdateApiKeys
            | P::DeleteApiKeys
    )
}

/// An API key of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The row's id.
    pub id: ApiKeyId,
    /// The tenant whose data the key opens.
    pub tenant: TenantId,
    /// What its creator decided.
    pub terms: KeyTerms,
    /// First 16 characters of the raw key.
    pub prefix: String,
    /// Who created it.
    pub created_by: UserId,
    /// Until when the secret before the current one still counts, after a rotation.
    pub previous_valid_until: Option<OffsetDateTime>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<OffsetDateTime>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<OffsetDateTime>,
    /// From where it was last used.
    pub last_used_from: Option<IpAddr>,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When its row last changed.
    pub updated_at: OffsetDateTime,
}

/// The key is revoked or expired, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the API key is revoked or expired")]
pub struct KeyDead;

impl ApiKey {
    /// The longest that the secret before a rotation goes on counting.
    pub const MAX_OVERLAP: Duration = Duration::days(7);

    /// A key that has just been made.
    pub fn issue(
        id: ApiKeyId,
        tenant: TenantId,
        terms: KeyTerms,
        key: &NewKey,
        created_by: UserId,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            tenant,
            terms,
            prefix: key.prefix(),
            created_by,
            previous_valid_until: None,
            revoked_at: None,
            last_used_at: None,
            last_used_from: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Sets what people call it and what it is for; `false` when it was that already.
    pub fn rename(
        &mut self,
        name: Option<ApiKeyName>,
        description: Option<Option<ApiKeyDescription>>,
        now: OffsetDateTime,
    ) -> bool {
        let before = self.terms.clone();
        self.terms.name = name.unwrap_or(before.name.clone());
        self.terms.description = description.unwrap_or(before.description.clone());
        let changed = self.terms != before;
        if changed {
            self.updated_at = now;
        }
        changed
    }

    /// Gives it a new secret. The one before goes on counting for the overlap, at most [`Self::MAX_OVERLAP`]; without an
    /// overlap, and always for one from an earlier rotation, it stops at once.
    ///
    /// # Errors
    /// [`KeyDead`].
    pub fn rotate(
        &mut self,
        key: &NewKey,
        overlap: Duration,
        now: OffsetDateTime,
    ) -> Result<(), KeyDead> {
        let expired = self.terms.expires_at.is_some_and(|at| at <= now);
        if self.revoked_at.is_some() || expired {
            return Err(KeyDead);
        }
        self.prefix = key.prefix();
        let overlap = overlap.min(Self::MAX_OVERLAP);
        self.previous_valid_until = overlap.is_positive().then(|| now + overlap);
        self.updated_at = now;
        Ok(())
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
    use uuid::Uuid;

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

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn terms(scopes: &[Permission], expires_at: Option<OffsetDateTime>) -> KeyTerms {
        KeyTerms {
            name: ApiKeyName::parse("ci").unwrap(),
            description: None,
            scopes: scopes.iter().copied().collect(),
            expires_at,
            allowed_from: None,
        }
    }

    fn new_key(prefix: char) -> NewKey {
        NewKey {
            raw: prefix.to_string().repeat(70),
            key_id: KeyId::parse(&prefix.to_string().repeat(22)).unwrap(),
            digest: KeyDigest::new([9; 32]),
        }
    }

    fn key() -> ApiKey {
        let (id, tenant) = (
            ApiKeyId::from_uuid(Uuid::nil()),
            TenantId::from_uuid(Uuid::nil()),
        );
        let creator = UserId::from_uuid(Uuid::nil());
        ApiKey::issue(id, tenant, terms(&[], None), &new_key('a'), creator, NOW)
    }

    #[test]
    fn a_key_gets_no_more_than_its_creator_holds_for_everything() {
        let creator =
            crate::role::Role::Viewer.policy(Some("read:projects update:projects[owner]"));
        let read = terms(&[Permission::ReadProjects], None);
        assert!(read.within(creator, None, NOW).is_ok());
        let write = terms(
            &[Permission::ReadProjects, Permission::UpdateProjects],
            None,
        );
        let beyond = [Permission::UpdateProjects].into_iter().collect();
        assert_eq!(
            write.within(creator, None, NOW),
            Err(TermsDenied::BeyondCreator(beyond))
        );
    }

    #[test]
    fn no_key_is_granted_what_decides_about_people_roles_keys_or_the_organisation() {
        let granted = |raw: &str| KeyTerms::scope(Pattern::parse(raw).unwrap());
        for resource in ["members", "roles", "api_keys"] {
            for action in ["create", "update", "delete"] {
                let raw = format!("{action}:{resource}");
                let withheld = [Permission::parse(&raw).unwrap()].into_iter().collect();
                assert_eq!(granted(&raw), Err(TermsDenied::Withheld(withheld)));
            }
        }
        for raw in [
            "update:organisation",
            "delete:organisation",
            "*:*",
            "create:*",
        ] {
            assert!(
                matches!(granted(raw), Err(TermsDenied::Withheld(_))),
                "{raw}"
            );
        }
        for raw in ["read:*", "*:projects", "*:resources", "read:audit_events"] {
            let all = Pattern::parse(raw).unwrap().permissions();
            assert_eq!(granted(raw), Ok(all), "{raw}");
        }
    }

    #[test]
    fn not_even_an_owner_gives_a_key_what_no_key_gets() {
        let owner = crate::role::Role::Owner.policy(None);
        let wanted = [Permission::ReadProjects, Permission::CreateApiKeys];
        let withheld = [Permission::CreateApiKeys].into_iter().collect();
        let verdict = terms(&wanted, None).within(owner, None, NOW);
        assert_eq!(verdict, Err(TermsDenied::Withheld(withheld)));
        let said = verdict.unwrap_err().to_string();
        assert_eq!(said, "an API key cannot be granted create:api_keys");
    }

    #[test]
    fn the_longest_life_bounds_a_key_and_is_the_life_of_one_that_names_none() {
        let day = Duration::days(1);
        let within = |expires_at| terms(&[], expires_at).within(Policy::NOTHING, Some(2), NOW);
        assert_eq!(within(None).unwrap().expires_at, Some(NOW + 2 * day));
        assert_eq!(within(Some(NOW + day)).unwrap().expires_at, Some(NOW + day));
        assert_eq!(
            within(Some(NOW + 3 * day)),
            Err(TermsDenied::TooLong { max_days: 2 })
        );
        assert_eq!(within(Some(NOW)), Err(TermsDenied::AlreadyExpired));
        let unbounded = terms(&[], None).within(Policy::NOTHING, None, NOW).unwrap();
        assert_eq!(unbounded.expires_at, None);
    }

    #[test]
    fn a_rotation_overlaps_a_week_at_most_and_a_dead_key_is_not_rotated() {
        let mut rotated = key();
        rotated
            .rotate(&new_key('b'), Duration::days(100), NOW)
            .unwrap();
        assert_eq!(
            rotated.previous_valid_until,
            Some(NOW + ApiKey::MAX_OVERLAP)
        );
        assert!(rotated.prefix.starts_with('b'));
        rotated.rotate(&new_key('c'), Duration::ZERO, NOW).unwrap();
        assert_eq!(rotated.previous_valid_until, None);
        assert!(rotated.revoke(NOW) && !rotated.revoke(NOW));
        assert_eq!(
            rotated.rotate(&new_key('c'), Duration::ZERO, NOW),
            Err(KeyDead)
        );
        let mut expired = key();
        expired.terms.expires_at = Some(NOW);
        assert_eq!(
            expired.rotate(&new_key('c'), Duration::ZERO, NOW),
            Err(KeyDead)
        );
    }
}
