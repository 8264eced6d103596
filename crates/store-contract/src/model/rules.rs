//! What a deed does to a book.

use super::{
    book::{Book, Home, Kept, Key},
    deed::{Act, Deed, Operation, Outcome, Refusal},
};
use domain::{
    access::TenantScope,
    api_key::{ApiKey, KeyDead},
    audit::AuditAction,
    id::TenantId,
    membership::{Membership, Roster},
    policy::Policy,
    ports::{Reference, Unique},
    project::{Project, ProjectChange, ProjectStatus},
    resource::{Resource, ResourceChange},
    role::Role,
    role_definition::{RoleDefinition, RoleDenied},
    tenant::{Tenant, TenantStatus},
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

impl Book {
    /// Does it, if it may be done.
    pub(super) fn apply(&mut self, deed: Deed, at: OffsetDateTime) -> Outcome {
        match deed {
            Deed::Register(account) => {
                if self.users.iter().any(|user| user.email == account.user.email) {
                    return Err(Refusal::Taken(Unique::Email));
                }
                self.users.push(account.user);
            }
            Deed::Found(mut tenant, owner, membership) => {
                let id = tenant.id();
                if self.homes.values().any(|home| home.tenant.slug() == tenant.slug()) {
                    return Err(Refusal::Taken(Unique::Slug));
                }
                if tenant.status() == TenantStatus::Provisioning {
                    tenant.activate(at)?;
                }
                let mut home = Home::new(tenant);
                let owner = Membership::join(membership, id, owner, Role::Owner, at);
                let event = (AuditAction::OrganisationCreated, id.as_uuid());
                home.events.push((event.0, event.1, Some(owner.user.as_uuid())));
                home.members.push(owner);
                self.homes.insert(id, home);
            }
            Deed::Act(caller, tenant, act) => {
                let scope = self.scope(&caller, tenant, act.need(), at)?;
                let home = self.homes.get_mut(&tenant).ok_or(Refusal::NoSuch)?;
                if let Some((action, target)) = home.act(&scope, act)? {
                    home.events.push((action, target, Some(scope.actor().as_uuid())));
                }
            }
            Deed::Operate(tenant, operation) => {
                let home = self.homes.get_mut(&tenant).ok_or(Refusal::NoSuch)?;
                let action = operation.on(&mut home.tenant, at)?;
                home.events.push((action, tenant.as_uuid(), None));
            }
            Deed::Purge(tenant) => return self.purge(tenant),
        }
        Ok(0)
    }

    fn purge(&mut self, tenant: TenantId) -> Outcome {
        match self.homes.get(&tenant) {
            None => Ok(0),
            Some(home) if home.tenant.status() == TenantStatus::Deleted => {
                let rows = home.rows() as u64;
                self.homes.remove(&tenant);
                Ok(rows)
            }
            Some(_) => Err(Refusal::Failed),
        }
    }
}

impl Operation {
    /// Changes an organisation, and says how the trail calls that.
    pub(super) fn on(
        self,
        tenant: &mut Tenant,
        at: OffsetDateTime,
    ) -> Result<AuditAction, Refusal> {
        match self {
            Self::Suspend => tenant.suspend(at).map(|()| AuditAction::OrganisationSuspended)?,
            Self::Reactivate => tenant.activate(at).map(|()| AuditAction::OrganisationReactivated)?,
            Self::Close => {
                tenant.delete(Duration::ZERO, at).map(|()| AuditAction::OrganisationDeleted)?
            }
            Self::GiveUp => tenant.give_up(true, at).map(|()| AuditAction::OrganisationDeleted)?,
        };
        todo!()
    }
}
