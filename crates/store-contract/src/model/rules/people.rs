//! Members, roles and keys.

use super::{
    super::{
        book::{Home, Key},
        deed::{Act, Refusal, beyond, demand_creation},
    },
    Record,
};
use domain::{
    access::TenantScope,
    api_key::{ApiKey, KeyDead},
    audit::AuditAction,
    membership::{Membership, Roster},
    policy::Policy,
    ports::Unique,
    role::Role,
    role_definition::{RoleDefinition, RoleDenied},
};

impl Home {
    pub(super) fn people(&mut self, scope: &TenantScope, act: Act) -> Record {
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
                let member = members
                    .find(|member| member.user == user)
                    .ok_or(Refusal::NoSuch)?;
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

    pub(super) fn roles(&mut self, scope: &TenantScope, act: Act) -> Record {
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

    pub(super) fn keys(&mut self, scope: &TenantScope, act: Act) -> Record {
        match act {
            Act::IssueKey(id, terms, secret) => {
                let terms = terms.within(scope.policy(), None, scope.at())?;
                let by = scope.actor().user().ok_or(Refusal::NoSuch)?;
                let row = ApiKey::issue(id, scope.tenant(), terms, &secret, by, scope.at());
                self.keys.push(Key {
                    row,
                    current: secret,
                    previous: None,
                });
                Ok(Some((AuditAction::ApiKeyCreated, id.as_uuid())))
            }
            Act::RotateKey(id, secret, overlap) => {
                let key = self.key(id)?;
                beyond(scope, &key.row)?;
                let rotated = key.row.rotate(&secret, overlap, scope.at());
                rotated.map_err(|KeyDead| Refusal::KeyDead)?;
                let before = std::mem::replace(&mut key.current, secret);
                key.previous = key.row.previous_valid_until.map(|_| before);
                Ok(Some((AuditAction::ApiKeyRotated, id.as_uuid())))
            }
            Act::RevokeKey(id) => {
                let revoked = self.key(id)?.row.revoke(scope.at());
                Ok(revoked.then_some((AuditAction::ApiKeyRevoked, id.as_uuid())))
            }
            _ => unreachable!("it is about keys"),
        }
    }
}
