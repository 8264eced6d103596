//! What everything should come to: the domain's rules on plain collections.

use super::deed::Refusal;
use domain::{
    access::{
        AccessDenied, AccessFacts, CallerFacts, Credential, KeyFacts, TenantScope, UserFacts,
    },
    api_key::{ApiKey, NewKey},
    audit::AuditAction,
    id::{ProjectId, TenantId, UserId},
    membership::{Membership, Standing},
    permission::Permission,
    policy::Reach,
    project::Project,
    resource::Resource,
    role::Role,
    role_definition::RoleDefinition,
    tenant::Tenant,
    user::User,
};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// All that there is.
#[derive(Clone, Default)]
pub(super) struct Book {
    /// In the order of registration.
    pub(super) users: Vec<User>,
    pub(super) homes: BTreeMap<TenantId, Home>,
}

/// An organisation with everything in it, each list in the order in which things were added.
#[derive(Clone)]
pub(super) struct Home {
    pub(super) tenant: Tenant,
    pub(super) members: Vec<Membership>,
    pub(super) roles: BTreeMap<String, RoleDefinition>,
    pub(super) keys: Vec<Key>,
    pub(super) projects: Vec<Kept>,
    pub(super) resources: Vec<Resource>,
    pub(super) events: Vec<(AuditAction, Uuid, Option<Uuid>)>,
}

/// A key with the secrets that it is found by.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) row: ApiKey,
    pub(super) current: NewKey,
    /// While there is one.
    pub(super) previous: Option<NewKey>,
}

/// A project, live or deleted.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) project: Project,
    pub(super) is_live: bool,
}

impl Home {
    pub(super) const fn new(tenant: Tenant) -> Self {
        Self {
            tenant,
            members: Vec::new(),
            roles: BTreeMap::new(),
            keys: Vec::new(),
            projects: Vec::new(),
            resources: Vec::new(),
            events: Vec::new(),
        }
    }

    /// How many rows there are, the organisation's own included.
    pub(super) fn rows(&self) -> usize {
        let (access, things) = (
            self.members.len() + self.roles.len() + self.keys.len(),
            self.projects.len() + self.resources.len(),
        );
        1 + access + things + self.events.len()
    }

    pub(super) fn member(&self, user: UserId) -> Result<&Membership, Refusal> {
        let mut members = self.members.iter();
        members
            .find(|member| member.user == user)
            .ok_or(Refusal::NoSuch)
    }

    pub(super) fn owners(&self) -> u64 {
        let owners = self
            .members
            .iter()
            .filter(|member| member.role == Role::Owner);
        owners.count() as u64
    }

    /// What a role grants here; none where there is no such role.
    pub(super) fn standing(&self, role: &Role) -> Option<Standing> {
        let defined = self.roles.get(role.as_str());
        if defined.is_none() && !role.is_built_in() {
            return None;
        }
        Some(self.held(role))
    }

    /// What a role grants to whoever has it, whether or not there is one.
    pub(super) fn held(&self, role: &Role) -> Standing {
        let defined = self.roles.get(role.as_str());
        let policy = match defined {
            Some(definition) => definition.policy(),
            None => role.policy(None),
        };
        Standing {
            role: role.clone(),
            policy,
        }
    }

    fn standing_of(&self, user: UserId) -> Option<Standing> {
        let member = self.member(user).ok()?;
        Some(self.held(&member.role))
    }

    pub(super) fn key(&mut self, id: domain::id::ApiKeyId) -> Result<&mut Key, Refusal> {
        let mut keys = self.keys.iter_mut();
        keys.find(|key| key.row.id == id).ok_or(Refusal::NoSuch)
    }

    /// A project, live or deleted.
    pub(super) fn project(&mut self, id: ProjectId) -> Result<&mut Kept, Refusal> {
        let mut projects = self.projects.iter_mut();
        projects
            .find(|kept| kept.project.id() == id)
            .ok_or(Refusal::NoSuch)
    }

    /// A resource, live or deleted.
    pub(super) fn resource(
        &mut self,
        id: domain::id::ResourceId,
    ) -> Result<&mut Resource, Refusal> {
        let mut resources = self.resources.iter_mut();
        resources
            .find(|resource| resource.id() == id)
            .ok_or(Refusal::NoSuch)
    }

    fn facts_about(&self, key: &Key, secret: &NewKey) -> KeyFacts {
        let ApiKey {
            terms,
            previous_valid_until,
            ..
        } = &key.row;
        let valid_until = if *secret == key.current {
            terms.expires_at
        } else {
            [*previous_valid_until, terms.expires_at]
                .into_iter()
                .flatten()
                .min()
        };
        KeyFacts {
            id: key.row.id,
            tenant: key.row.tenant,
            digest: secret.digest,
            revoked: key.row.revoked_at.is_some(),
            valid_until,
            scopes: terms.scopes,
            allowed_from: terms.allowed_from.clone(),
            creator: key.row.created_by,
            standing: self.standing_of(key.row.created_by),
        }
    }
}

impl Book {
    /// What the rule says about a caller, whose standing is looked up here.
    pub(super) fn scope(
        &self,
        caller: &Credential,
        tenant: TenantId,
        (need, far): (Permission, Reach),
        at: OffsetDateTime,
    ) -> Result<TenantScope, AccessDenied> {
        let facts = match caller {
            Credential::User(user) => self.about_user(*user, tenant),
            Credential::ApiKey { key_id, .. } => self.about_key(|secret| secret.key_id == *key_id),
        };
        TenantScope::authorize(caller, &facts, tenant, need, far, at.into())
    }

    fn about_user(&self, user: UserId, tenant: TenantId) -> AccessFacts {
        let home = self.homes.get(&tenant);
        let known = self.users.iter().find(|known| known.id == user);
        let facts = known.map(|known| UserFacts {
            is_active: known.is_active,
            standing: home.and_then(|home| home.standing_of(user)),
        });
        AccessFacts {
            status: home.map(|home| home.tenant.status()),
            caller: CallerFacts::User(facts),
        }
    }

    fn about_key(&self, is_meant: impl Fn(&NewKey) -> bool) -> AccessFacts {
        for home in self.homes.values() {
            for key in &home.keys {
                let secrets = [Some(&key.current), key.previous.as_ref()];
                if let Some(secret) = secrets.into_iter().flatten().find(|one| is_meant(one)) {
                    let facts = home.facts_about(key, secret);
                    return AccessFacts {
                        status: Some(home.tenant.status()),
                        caller: CallerFacts::ApiKey(Some(facts)),
                    };
                }
            }
        }
        AccessFacts {
            status: None,
            caller: CallerFacts::ApiKey(None),
        }
    }
}
