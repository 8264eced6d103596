//! What a deed does to a book.

use super::{
    book::{Book, Home, Kept, Key},
    deed::{Act, Deed, Outcome, Refusal, beyond, demand_creation, moved, renamed, within},
};
use crate::world::document;
use domain::{
    access::TenantScope,
    api_key::{ApiKey, KeyDead},
    audit::AuditAction,
    id::{ProjectId, ResourceId, TenantId},
    membership::{Membership, Roster},
    policy::Policy,
    ports::Unique,
    project::{Project, ProjectState, ProjectStatus},
    resource::Resource,
    role::Role,
    role_definition::{RoleDefinition, RoleDenied},
    tenant::TenantStatus,
};
use time::OffsetDateTime;
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

    fn people(&mut self, scope: &TenantScope, act: Act) -> Record {
        let roster = Roster {
            actor: scope.policy(),
            owners: self.owners(),
        };
        match act {
            Act::AddMember(id, user, role) => {
                roster.may_add(&self.standing(&role).ok_or(Refusal::UnknownRole)?)?;
                if self.member(user).is_ok() {
                    return Err(Refusal::Taken(Unique::Membership));
                }
                let member = Membership::join(id, scope.tenant(), user, role, scope.at());
                self.members.push(member);
                Ok(Some((AuditAction::MemberAdded, id.as_uuid())))
            }
            Act::SetRole(user, role) => {
                let old = self.held(&self.member(user)?.role);
                let new = self.standing(&role).ok_or(Refusal::UnknownRole)?;
                roster.may_change(&old, &new)?;
                let mut members = self.members.iter_mut();
                let member = members.find(|member| member.user == user).ok_or(Refusal::NoSuch)?;
                member.change_role(role, scope.at());
                Ok(Some((AuditAction::MemberRoleChanged, member.id.as_uuid())))
            }
            Act::RemoveMember(user) => {
                let member = self.member(user)?.clone();
                roster.may_remove(&self.held(&member.role))?;
                self.members.retain(|one| one.id != member.id);
                Ok(Some((AuditAction::MemberRemoved, member.id.as_uuid())))
            }
            _ => unreachable!("it is about members"),
        }
    }

    fn roles(&mut self, scope: &TenantScope, act: Act) -> Record {
        let may = |role: &Role, before: Policy, after: Policy| {
            RoleDefinition::may_replace(role, scope.policy(), before, after)
        };
        match act {
            Act::PutRole(id, role, text, grants) => {
                let before = self.standing(&role);
                if before.is_none() {
                    demand_creation(scope)?;
                }
                let before = before.map_or(Policy::NOTHING, |standing| standing.policy);
                may(&role, before, Policy::from(&grants))?;
                let (text, name) = (Some(text), role.as_str().to_owned());
                if let Some(defined) = self.roles.get_mut(&name) {
                    defined.replace(text, grants, scope.at());
                    return Ok(Some((AuditAction::RoleUpdated, defined.id.as_uuid())));
                }
                let (tenant, by) = (scope.tenant(), scope.actor().user());
                let said = (text, grants);
                let defined = RoleDefinition::define(id, tenant, role, said, by, scope.at());
                self.roles.insert(name, defined);
                Ok(Some((AuditAction::RoleCreated, id.as_uuid())))
            }
            Act::DeleteRole(role) => {
                let before = self.standing(&role).ok_or(Refusal::NoSuch)?;
                may(&role, before.policy, role.policy(None))?;
                let in_use = self.members.iter().any(|member| member.role == role);
                if !role.is_built_in() && in_use {
                    return Err(Refusal::Role(RoleDenied::InUse));
                }
                let removed = self.roles.remove(role.as_str());
                Ok(removed.map(|role| (AuditAction::RoleDeleted, role.id.as_uuid())))
            }
            _ => unreachable!("it is about roles"),
        }
    }

    fn keys(&mut self, scope: &TenantScope, act: Act) -> Record {
        match act {
            Act::IssueKey(id, terms, secret) => {
                let terms = terms.within(scope.policy(), None, scope.at())?;
                let by = scope.actor().user().ok_or(Refusal::NoSuch)?;
                let key = ApiKey::issue(id, scope.tenant(), terms, &secret, by, scope.at());
                self.keys.push(Key {
                    key,
                    current: secret,
                    previous: None,
                });
                Ok(Some((AuditAction::ApiKeyCreated, id.as_uuid())))
            }
            Act::RotateKey(id, secret, overlap) => {
                let key = self.key(id)?;
                beyond(scope, &key.key)?;
                let rotated = key.key.rotate(&secret, overlap, scope.at());
                rotated.map_err(|KeyDead| Refusal::KeyDead)?;
                let before = std::mem::replace(&mut key.current, secret);
                key.previous = key.key.previous_valid_until.map(|_| before);
                Ok(Some((AuditAction::ApiKeyRotated, id.as_uuid())))
            }
            Act::RevokeKey(id) => {
                let revoked = self.key(id)?.key.revoke(scope.at());
                Ok(revoked.then_some((AuditAction::ApiKeyRevoked, id.as_uuid())))
            }
            _ => unreachable!("it is about keys"),
        }
    }

    fn live_project(&mut self, id: ProjectId) -> Result<&mut Project, Refusal> {
        let kept = self.project(id)?;
        kept.is_live.then_some(&mut kept.project).ok_or(Refusal::NoSuch)
    }

    fn projects(&mut self, scope: &TenantScope, act: Act) -> Record {
        let (by, at) = (scope.actor().user(), scope.at());
        let (action, id) = match act {
            Act::CreateProject(id, name) => {
                let fields = (name, None, ProjectStatus::Active);
                let project = Project::create(id, scope.tenant(), fields, by, at);
                let is_live = true;
                self.projects.push(Kept { project, is_live });
                (AuditAction::ProjectCreated, id)
            }
            Act::RenameProject(id, name) => {
                let project = self.live_project(id)?;
                within(scope, project.state().created_by)?;
                project.apply(renamed(name), by, at);
                (AuditAction::ProjectUpdated, id)
            }
            Act::DeleteProject(id) => {
                let project = self.live_project(id)?;
                within(scope, project.state().created_by)?;
                // The row moves on as it would with any other change.
                let state = ProjectState {
                    updated_at: at,
                    ..project.state().clone()
                };
                *project = Project::restore(state, project.version() + 1);
                self.project(id)?.is_live = false;
                (AuditAction::ProjectDeleted, id)
            }
            Act::RestoreProject(id) => {
                let kept = self.project(id)?;
                within(scope, kept.project.state().created_by)?;
                if kept.is_live {
                    return Ok(None);
                }
                kept.project.undelete(by, at);
                kept.is_live = true;
                (AuditAction::ProjectRestored, id)
            }
            _ => unreachable!("it is about projects"),
        };
        Ok(Some((action, id.as_uuid())))
    }

    fn resources(&mut self, scope: &TenantScope, act: Act) -> Record {
        let at = scope.at();
        let (action, id) = match act {
            Act::CreateResource(id, name, project) => {
                if let Some(project) = project {
                    self.live_project(project)?;
                }
                let owner = scope.subject().ok_or(Refusal::NoSuch)?;
                let fields = (name, project, document("colour", "blau"));
                let resource = Resource::create(id, scope.tenant(), owner, fields, at);
                self.resources.push(resource);
                (AuditAction::ResourceCreated, id)
            }
            Act::MoveResource(id, project) => {
                self.live_resource(scope, id)?;
                if let Some(project) = project {
                    self.live_project(project)?;
                }
                self.resource(id)?.apply(moved(project), at);
                (AuditAction::ResourceUpdated, id)
            }
            Act::DeleteResource(id) => {
                self.live_resource(scope, id)?.delete(at);
                (AuditAction::ResourceDeleted, id)
            }
            Act::RestoreResource(id) => {
                let resource = self.resource(id)?;
                within(scope, Some(resource.state().owner))?;
                if !resource.undelete(at) {
                    return Ok(None);
                }
                (AuditAction::ResourceRestored, id)
            }
            _ => unreachable!("it is about resources"),
        };
        Ok(Some((action, id.as_uuid())))
    }

    fn live_resource(
        &mut self,
        scope: &TenantScope,
        id: ResourceId,
    ) -> Result<&mut Resource, Refusal> {
        let resource = self.resource(id)?;
        if resource.state().deleted_at.is_some() {
            return Err(Refusal::NoSuch);
        }
        within(scope, Some(resource.state().owner))?;
        Ok(resource)
    }
}
