use super::AccessQueries;
use crate::{
    error::{Error, Resource},
    gate::{Caller, Work},
};
use domain::{
    access::{Actor, Credential},
    id::{TenantId, UserId},
    membership::Member,
    permission::Permission,
    policy::{Condition, Grant, Grants, Policy, Reach},
    role::Role,
};

impl AccessQueries {
    /// Lets whoever asks about themselves in, and whoever asks about somebody else when they may see members.
    pub(super) async fn enter(
        &self,
        caller: &Caller,
        tenant: TenantId,
        about: Option<UserId>,
    ) -> Result<Work, Error> {
        let own = match (&caller.credential, about) {
            (_, None) => true,
            (Credential::User(user), Some(about)) => *user == about,
            (Credential::ApiKey { .. }, Some(_)) => false,
        };
        if own {
            self.gate.belonging(caller, tenant).await
        } else {
            self.gate
                .read(caller, tenant, Permission::ReadMembers)
                .await
        }
    }
}

/// A member, by user.
pub(super) async fn member(work: &mut Work, user: UserId) -> Result<Member, Error> {
    let found = work.tx.members().find(user).await?;
    found.ok_or(Error::NotFound(Resource::Membership))
}

/// What a role grants at this moment; `None` when that cannot be told.
pub(super) async fn grants_of(work: &mut Work, role: &Role) -> Result<Option<Grants>, Error> {
    let definition = if role.is_immutable() {
        None
    } else {
        work.tx.roles().find(role).await?
    };
    let default = || role.default_grants().cloned();
    Ok(definition
        .map(|definition| definition.grants)
        .or_else(default))
}

/// Grants that come to the same as a policy.
pub(super) fn written_out(policy: Policy) -> Option<Grants> {
    let grant = |(permission, reach): (Permission, Reach)| {
        let condition = (reach == Reach::Own).then_some(Condition::Owner);
        Grant::new(permission.into(), condition)
    };
    let grants: Result<Vec<_>, _> = policy.iter().map(grant).collect();
    Grants::new(grants.ok()?).ok()
}

/// The user that whoever asks is; an API key is none.
pub(super) const fn asking_user(work: &Work) -> Option<UserId> {
    match work.scope.actor() {
        Actor::User(user) => Some(user),
        Actor::ApiKey(_) | Actor::Operator(_) => None,
    }
}
