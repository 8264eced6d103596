use crate::{
    api_key::{KeyDigest, KeyId},
    id::{ApiKeyId, TenantId, UserId},
    membership::Standing,
    network::AddressList,
    permission::PermissionSet,
    tenant::TenantStatus,
};
use time::OffsetDateTime;

/// What a caller proved before any tenant was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A valid access token of this user. Whether the user still exists and is active is a fact to be read.
    User(UserId),
    /// A well-formed API key. Whether it exists, matches and still counts are facts to be read.
    ApiKey {
        /// The public part, by which it is found.
        key_id: KeyId,
        /// The keyed hash of what was presented.
        digest: KeyDigest,
    },
}

/// What storage knows about a caller in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFacts {
    /// The status of the tenant that the caller belongs to; none when there is no such tenant.
    pub status: Option<TenantStatus>,
    /// About the caller.
    pub caller: CallerFacts,
}

/// What storage knows about a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerFacts {
    /// About a user; `None` when there is no such user.
    User(Option<UserFacts>),
    /// About an API key; `None` when there is no such key.
    ApiKey(Option<KeyFacts>),
}

/// A user, seen from a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFacts {
    /// Whether the user may sign in.
    pub is_active: bool,
    /// What the user is there; none when the user is not a member.
    pub standing: Option<Standing>,
}

/// An API key, wherever it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// The key's row.
    pub id: ApiKeyId,
    /// The tenant whose key it is.
    pub tenant: TenantId,
    /// The stored keyed hash of the secret that was presented, the current or the one before it.
    pub digest: KeyDigest,
    /// Whether it has been revoked.
    pub revoked: bool,
    /// When the key, or the secret that was presented, stops counting.
    pub valid_until: Option<OffsetDateTime>,
    /// What it was granted; nothing where that cannot be read.
    pub scopes: PermissionSet,
    /// Where it may be used from; anywhere without a list.
    pub allowed_from: Option<AddressList>,
    /// Who created it.
    pub creator: UserId,
    /// What its creator is now; none when the creator left or was deactivated. A key never exceeds it.
    pub standing: Option<Standing>,
}
