//! The only door to a tenant's data.
//!
//! A caller comes with a [`Credential`]. Storage answers with what it knows about that caller in that tenant
//! ([`AccessFacts`]) and, from the same snapshot, with the data, [`Sealed`]. A seal opens only through
//! [`TenantScope::authorize`], the one pure rule about who may do what.

use crate::{
    api_key::{KeyDigest, KeyId},
    id::{ApiKeyId, TenantId, UserId},
    role::{Permission, Role},
};
use time::OffsetDateTime;

/// What a caller proved before any tenant was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A valid access token of this user. Whether the user still exists and is active is a fact to be read.
    User(UserId),
    /// A well-formed API key. Whether it exists, matches and is not revoked are facts to be read.
    ApiKey {
        /// The public part, by which it is found.
        key_id: KeyId,
        /// The keyed hash of what was presented.
        digest: KeyDigest,
    },
}

/// What storage knows about a caller in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessFacts {
    /// About a user; `None` when there is no such user.
    User(Option<UserFacts>),
    /// About an API key; `None` when there is no such key.
    ApiKey(Option<KeyFacts>),
}

/// A user, seen from a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserFacts {
    /// Whether the user may sign in.
    pub is_active: bool,
    /// The user's role; none when the user is not a member or there is no such tenant.
    pub role: Option<Role>,
}

/// An API key, wherever it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// The key's row.
    pub id: ApiKeyId,
    /// The tenant whose key it is.
    pub tenant: TenantId,
    /// The stored keyed hash.
    pub digest: KeyDigest,
    /// Whether it has been revoked.
    pub revoked: bool,
    /// What it was granted.
    pub scopes: Vec<Permission>,
    /// The role that its creator holds now; none when the creator left or was deactivated. A key never exceeds it.
    pub creator: Option<Role>,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A user.
    User(UserId),
    /// An API key.
    ApiKey(ApiKeyId),
}

impl Actor {
    /// The user, unless a key acts.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::ApiKey(_) => None,
        }
    }

    /// The row of the user or the key.
    pub const fn as_uuid(self) -> uuid::Uuid {
        match self {
            Self::User(user) => user.as_uuid(),
            Self::ApiKey(key) => key.as_uuid(),
        }
    }
}

/// Why a caller is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessDenied {
    /// The credential is not worth anything (any more).
    #[error("the credential is not valid")]
    Unauthenticated,
    /// The caller has no place in the tenant, or there is no such tenant: nobody outside can tell which.
    #[error("organisation access denied")]
    Stranger,
    /// The caller belongs there but may not do this.
    #[error("insufficient permissions for this organisation")]
    Missing(Permission),
}

/// Proof that a caller may act in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantScope {
    tenant: TenantId,
    actor: Actor,
    at: OffsetDateTime,
}

impl TenantScope {
    /// The rule. Order: is the credential good, does the caller belong to the tenant, does it hold the permission.
    ///
    /// # Errors
    /// The first of these that fails.
    pub fn authorize(
        credential: &Credential,
        facts: &AccessFacts,
        tenant: TenantId,
        need: Permission,
        now: OffsetDateTime,
    ) -> Result<Self, AccessDenied> {
        let (actor, allowed) = match (credential, facts) {
            (Credential::User(user), AccessFacts::User(Some(facts))) if facts.is_active => {
                let role = facts.role.ok_or(AccessDenied::Stranger)?;
                (Actor::User(*user), role.allows(need))
            }
            (Credential::ApiKey { digest, .. }, AccessFacts::ApiKey(Some(key)))
                if key.digest == *digest && !key.revoked =>
            {
                if key.tenant != tenant {
                    return Err(AccessDenied::Stranger);
                }
                let creator_allows = key.creator.is_some_and(|role| role.allows(need));
                (
                    Actor::ApiKey(key.id),
                    key.scopes.contains(&need) && creator_allows,
                )
            }
            _ => return Err(AccessDenied::Unauthenticated),
        };
        if allowed {
            Ok(Self {
                tenant,
                actor,
                at: now,
            })
        } else {
            Err(AccessDenied::Missing(need))
        }
    }

    /// The scope of a user in the tenant that this very transaction founds.
    pub const fn founder(tenant: TenantId, user: UserId, now: OffsetDateTime) -> Self {
        Self {
            tenant,
            actor: Actor::User(user),
            at: now,
        }
    }

    /// The tenant that everything done under this scope belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// When the request was let in; its changes and events carry this instant.
    pub const fn at(&self) -> OffsetDateTime {
        self.at
    }
}

/// A value together with what decides who may see it. Without passing the rule there is no way to the value.
#[derive(Debug)]
pub struct Sealed<T> {
    credential: Credential,
    tenant: TenantId,
    facts: AccessFacts,
    value: T,
}

impl<T> Sealed<T> {
    /// Seals a value with the facts of the same snapshot.
    pub const fn new(
        credential: Credential,
        tenant: TenantId,
        facts: AccessFacts,
        value: T,
    ) -> Self {
        Self {
            credential,
            tenant,
            facts,
            value,
        }
    }

    /// Opens the seal.
    ///
    /// # Errors
    /// What [`TenantScope::authorize`] says.
    pub fn open(
        self,
        need: Permission,
        now: OffsetDateTime,
    ) -> Result<(TenantScope, T), AccessDenied> {
        let scope = TenantScope::authorize(&self.credential, &self.facts, self.tenant, need, now)?;
        Ok((scope, self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_key::ApiKey;
    use proptest::{prelude::*, sample::select};
    use uuid::Uuid;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn tenant(n: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(n))
    }

    fn user_facts(is_active: bool, role: Option<Role>) -> AccessFacts {
        AccessFacts::User(Some(UserFacts { is_active, role }))
    }

    fn key_facts(creator: Option<Role>) -> KeyFacts {
        KeyFacts {
            id: ApiKeyId::from_uuid(Uuid::from_u128(5)),
            tenant: tenant(1),
            digest: KeyDigest::new([1; 32]),
            revoked: false,
            scopes: ApiKey::DEFAULT_SCOPES.to_vec(),
            creator,
        }
    }

    fn key_credential(byte: u8) -> Credential {
        let key_id = KeyId::parse(&"k".repeat(22)).unwrap();
        Credential::ApiKey {
            key_id,
            digest: KeyDigest::new([byte; 32]),
        }
    }

    fn as_user(facts: &AccessFacts, need: Permission) -> Result<TenantScope, AccessDenied> {
        let user = Credential::User(UserId::from_uuid(Uuid::from_u128(9)));
        TenantScope::authorize(&user, facts, tenant(1), need, NOW)
    }

    fn with_key(facts: KeyFacts, byte: u8, need: Permission) -> Result<TenantScope, AccessDenied> {
        let facts = AccessFacts::ApiKey(Some(facts));
        TenantScope::authorize(&key_credential(byte), &facts, tenant(1), need, NOW)
    }

    #[test]
    fn an_unknown_or_inactive_user_is_nobody_even_as_an_owner() {
        let need = Permission::ReadOrganisation;
        assert_eq!(
            as_user(&AccessFacts::User(None), need),
            Err(AccessDenied::Unauthenticated)
        );
        let inactive = user_facts(false, Some(Role::Owner));
        assert_eq!(as_user(&inactive, need), Err(AccessDenied::Unauthenticated));
        assert_eq!(
            as_user(&user_facts(true, None), need),
            Err(AccessDenied::Stranger)
        );
    }

    #[test]
    fn a_key_opens_its_own_tenant_within_its_scopes_and_its_creators_role() {
        let (read, write) = (Permission::ReadProjects, Permission::WriteProjects);
        assert!(with_key(key_facts(Some(Role::Member)), 1, write).is_ok());
        assert_eq!(
            with_key(key_facts(Some(Role::Owner)), 1, Permission::ReadAuditEvents),
            Err(AccessDenied::Missing(Permission::ReadAuditEvents))
        );
        assert!(with_key(key_facts(Some(Role::Viewer)), 1, read).is_ok());
        assert_eq!(
            with_key(key_facts(Some(Role::Viewer)), 1, write),
            Err(AccessDenied::Missing(write))
        );
        assert_eq!(
            with_key(key_facts(None), 1, read),
            Err(AccessDenied::Missing(read))
        );
        let elsewhere = KeyFacts {
            tenant: tenant(2),
            ..key_facts(Some(Role::Owner))
        };
        assert_eq!(with_key(elsewhere, 1, read), Err(AccessDenied::Stranger));
    }

    #[test]
    fn a_revoked_key_or_a_wrong_secret_is_nobody_even_in_a_foreign_tenant() {
        let read = Permission::ReadProjects;
        let revoked = KeyFacts {
            revoked: true,
            tenant: tenant(2),
            ..key_facts(Some(Role::Owner))
        };
        assert_eq!(
            with_key(revoked, 1, read),
            Err(AccessDenied::Unauthenticated)
        );
        let facts = key_facts(Some(Role::Owner));
        assert_eq!(with_key(facts, 2, read), Err(AccessDenied::Unauthenticated));
    }

    proptest! {
        /// Facts about one kind of caller never open anything for the other kind.
        #[test]
        fn kinds_of_callers_do_not_mix(role in select(Role::ALL), need in select(Permission::ALL)) {
            let facts = user_facts(true, Some(role));
            let verdict = TenantScope::authorize(&key_credential(1), &facts, tenant(1), need, NOW);
            prop_assert_eq!(verdict, Err(AccessDenied::Unauthenticated));
        }

        #[test]
        fn a_member_is_let_in_exactly_when_the_role_allows_it(
            role in select(Role::ALL),
            need in select(Permission::ALL),
        ) {
            prop_assert_eq!(as_user(&user_facts(true, Some(role)), need).is_ok(), role.allows(need));
        }

        #[test]
        fn a_key_never_exceeds_its_creator(
            creator in prop::option::of(select(Role::ALL)),
            need in select(Permission::ALL),
        ) {
            let let_in = with_key(key_facts(creator), 1, need).is_ok();
            prop_assert!(!let_in || creator.is_some_and(|role| role.allows(need)));
        }
    }
}
