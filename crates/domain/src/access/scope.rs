use super::facts::{AccessFacts, CallerFacts, Credential, KeyFacts};
use crate::{
    id::{ApiKeyId, OperatorId, TenantId, UserId},
    permission::{Permission, PermissionSet},
    policy::{Policy, Reach},
    tenant::TenantStatus,
    text::{OperatorName, Reason},
};
use std::{net::IpAddr, sync::Arc};
use time::OffsetDateTime;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A user.
    User(UserId),
    /// An API key.
    ApiKey(ApiKeyId),
    /// An operator of the platform.
    Operator(OperatorId),
}

impl Actor {
    /// The user, unless something else acts.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::ApiKey(_) | Self::Operator(_) => None,
        }
    }

    /// The row of whoever acts.
    pub const fn as_uuid(self) -> uuid::Uuid {
        match self {
            Self::User(user) => user.as_uuid(),
            Self::ApiKey(key) => key.as_uuid(),
            Self::Operator(operator) => operator.as_uuid(),
        }
    }
}

/// When a request came and from where; its changes and events carry this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// When it was let in.
    pub at: OffsetDateTime,
    /// The client's address, as far as proxies can be trusted.
    pub address: Option<IpAddr>,
    /// What the client says it is, cut to 256 characters.
    pub user_agent: Option<Arc<str>>,
    /// The request's id.
    pub request_id: Option<Arc<str>>,
}

impl From<OffsetDateTime> for Origin {
    /// Something that happens without a request.
    fn from(at: OffsetDateTime) -> Self {
        Self {
            at,
            address: None,
            user_agent: None,
            request_id: None,
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
    /// The key may not be used from this address.
    #[error("the API key may not be used from this address")]
    Address,
    /// The caller belongs there, but the tenant is closed or not set up yet.
    #[error("the organisation is {}", .0.as_str())]
    Closed(TenantStatus),
    /// The caller belongs there but may not do this.
    #[error("insufficient permissions for this organisation")]
    Missing {
        /// What it may not do.
        need: Permission,
        /// Who it is.
        actor: Actor,
    },
}

/// Proof that a caller may act in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantScope {
    tenant: TenantId,
    actor: Actor,
    subject: Option<UserId>,
    policy: Policy,
    reach: Reach,
    operator: Option<(OperatorName, Reason)>,
    origin: Origin,
}

impl TenantScope {
    /// The rule. Order: is the credential good, does the caller belong to the tenant, may it come from there, is the
    /// tenant open, does the permission that the caller holds go `far` enough. Nobody is asked to hold it who need not
    /// go anywhere.
    ///
    /// # Errors
    /// The first of these that fails.
    pub fn authorize(
        credential: &Credential,
        facts: &AccessFacts,
        tenant: TenantId,
        need: Permission,
        far: Reach,
        origin: Origin,
    ) -> Result<Self, AccessDenied> {
        let (actor, subject, policy) = match (credential, &facts.caller) {
            (Credential::User(user), CallerFacts::User(Some(facts))) if facts.is_active => {
                let standing = facts.standing.as_ref().ok_or(AccessDenied::Stranger)?;
                (Actor::User(*user), *user, standing.policy)
            }
            (Credential::ApiKey { digest, .. }, CallerFacts::ApiKey(Some(key)))
                if key.digest == *digest && key.counts_at(origin.at) =>
            {
                if key.tenant != tenant {
                    return Err(AccessDenied::Stranger);
                }
                if !key.may_come_from(origin.address) {
                    return Err(AccessDenied::Address);
                }
                (Actor::ApiKey(key.id), key.creator, key.policy())
            }
            _ => return Err(AccessDenied::Unauthenticated),
        };
        match facts.status {
            None | Some(TenantStatus::Deleted) => return Err(AccessDenied::Stranger),
            Some(status) if !status.admits(need) => return Err(AccessDenied::Closed(status)),
            Some(_) => {}
        }
        let reach = policy.reach(need);
        if reach < far {
            return Err(AccessDenied::Missing { need, actor });
        }
        Ok(Self {
            tenant,
            actor,
            subject: Some(subject),
            policy,
            reach,
            operator: None,
            origin,
        })
    }

    /// The scope of a user in the tenant that is being founded for that user.
    pub fn founder(tenant: TenantId, user: UserId, origin: impl Into<Origin>) -> Self {
        Self {
            tenant,
            actor: Actor::User(user),
            subject: Some(user),
            policy: Policy::unconditional(PermissionSet::ALL),
            reach: Reach::Everything,
            operator: None,
            origin: origin.into(),
        }
    }

    /// The scope of an operator, who gives a reason, whatever the tenant's status.
    pub fn operator(
        tenant: TenantId,
        operator: (OperatorId, OperatorName),
        reason: Reason,
        origin: impl Into<Origin>,
    ) -> Self {
        let (id, name) = operator;
        Self {
            tenant,
            actor: Actor::Operator(id),
            subject: None,
            policy: Policy::NOTHING,
            reach: Reach::Everything,
            operator: Some((name, reason)),
            origin: origin.into(),
        }
    }

    /// The scope of somebody who was refused: good for recording that, and for nothing else.
    pub fn witness(tenant: TenantId, actor: Actor, origin: Origin) -> Self {
        Self {
            tenant,
            actor,
            subject: None,
            policy: Policy::NOTHING,
            reach: Reach::Nothing,
            operator: None,
            origin,
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

    /// The user whose things are one's own: whoever acts, or the creator of the key that acts.
    pub const fn subject(&self) -> Option<UserId> {
        self.subject
    }

    /// What whoever acts may do here, which is the most that they can give away.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// How far the permission goes that the scope was opened with, at least to one's own.
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether something of this owner is within [`Self::reach`].
    pub fn reaches(&self, owner: Option<UserId>) -> bool {
        match self.reach {
            Reach::Nothing => false,
            Reach::Own => owner.is_some() && owner == self.subject,
            Reach::Everything => true,
        }
    }

    /// The user to whose things a list has to be cut; none when it shows everything.
    pub fn only_of(&self) -> Option<UserId> {
        self.subject.filter(|_| self.reach == Reach::Own)
    }

    /// The operator who acts and the reason that was given, unless somebody else acts.
    pub const fn operated(&self) -> Option<&(OperatorName, Reason)> {
        self.operator.as_ref()
    }

    /// When the request was let in; its changes and events carry this instant.
    pub const fn at(&self) -> OffsetDateTime {
        self.origin.at
    }

    /// When the request came, and from where.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl KeyFacts {
    fn counts_at(&self, now: OffsetDateTime) -> bool {
        !self.revoked && self.valid_until.is_none_or(|until| now < until)
    }

    fn may_come_from(&self, address: Option<IpAddr>) -> bool {
        match (&self.allowed_from, address) {
            (None, _) => true,
            (Some(list), Some(address)) => list.contains(address),
            (Some(_), None) => false,
        }
    }

    fn policy(&self) -> Policy {
        let standing = self.standing.as_ref();
        let creator = standing.map_or(Policy::NOTHING, |standing| standing.policy);
        Policy::unconditional(self.scopes).intersection(creator)
    }
}
