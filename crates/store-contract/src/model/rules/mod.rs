//! What a deed does to a book.

mod people;
mod things;

use super::{
    book::{Book, Home},
    deed::{Act, Deed, Outcome, Refusal, within},
};
use domain::{
    access::TenantScope, audit::AuditAction, id::TenantId, membership::Membership, ports::Unique,
    role::Role, tenant::TenantStatus,
};
use time::OffsetDateTime;
use uuid::Uuid;

impl Book {
    /// Does it, if it may be done.
    pub(super) fn apply(&mut self, deed: Deed, at: OffsetDateTime) -> Outcome {
        match deed {
            Deed::Register(account) => {
                if self
                    .users
                    .iter()
                    .any(|user| user.email == account.user.email)
                {
                    return Err(Refusal::Taken(Unique::Email));
                }
                self.users.push(account.user);
            }
            Deed::Found(mut tenant, owner, membership) => {
                let id = tenant.id();
                if self
                    .homes
                    .values()
                    .any(|home| home.tenant.slug() == tenant.slug())
                {
                    return Err(Refusal::Taken(Unique::Slug));
                }
                if tenant.status() == TenantStatus::Provisioning {
                    tenant.activate(at)?;
                }
                let mut home = Home::new(tenant);
                let owner = Membership::join(membership, id, owner, Role::Owner, at);
                let event = (AuditAction::OrganisationCreated, id.as_uuid());
                home.events
                    .push((event.0, event.1, Some(owner.user.as_uuid())));
                home.members.push(owner);
                self.homes.insert(id, home);
            }
            Deed::Act(caller, tenant, act) => {
                let scope = self.scope(&caller, tenant, act.need(), at)?;
                let home = self.homes.get_mut(&tenant).ok_or(Refusal::NoSuch)?;
                if let Some((action, target)) = home.act(&scope, act)? {
                    home.events
                        .push((action, target, Some(scope.actor().as_uuid())));
                }
            }
            Deed::Operate(tenant, operation) => {
                let home = self.homes.get_mut(&tenant).ok_or(Refusal::NoSuch)?;
                operation.on(&mut home.tenant, at)?;
                if let Some(action) = operation.action() {
                    home.events.push((action, tenant.as_uuid(), None));
                }
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

/// What is recorded of a change, if it is.
type Record = Result<Option<(AuditAction, Uuid)>, Refusal>;

impl Home {
    fn act(&mut self, scope: &TenantScope, act: Act) -> Record {
        match act {
            Act::Look(id) => {
                let project = self.live_project(id)?;
                within(scope, project.state().created_by)?;
                Ok(None)
            }
            Act::AddMember(..) | Act::SetRole(..) | Act::RemoveMember(_) => self.people(scope, act),
            Act::PutRole(..) | Act::DeleteRole(_) => self.roles(scope, act),
            Act::IssueKey(..) | Act::RotateKey(..) | Act::RevokeKey(_) => self.keys(scope, act),
            Act::CreateProject(..)
            | Act::RenameProject(..)
            | Act::DeleteProject(_)
            | Act::RestoreProject(_) => self.projects(scope, act),
            Act::CreateResource(..)
            | Act::MoveResource(..)
            | Act::DeleteResource(_)
            | Act::RestoreResource(_) => self.resources(scope, act),
        }
    }
}
