//! What can be done in a tenant: a closed vocabulary of `action:resource`, and patterns over it.

use crate::vocabulary::vocabulary;
use std::sync::LazyLock;

vocabulary! {
    /// What is done.
    Action {
        /// Make a new one.
        Create = "create",
        /// See it.
        Read = "read",
        /// Change it.
        Update = "update",
        /// Remove it.
        Delete = "delete",
    }
}

vocabulary! {
    /// The kind of thing that it is done to.
    ResourceKind {
        /// The organisation itself.
        Organisation = "organisation",
        /// Its members.
        Members = "members",
        /// Its roles and their policies.
        Roles = "roles",
        /// Its API keys.
        ApiKeys = "api_keys",
        /// Its projects.
        Projects = "projects",
        /// Its resources: named JSON documents.
        Resources = "resources",
        /// Its audit trail.
        AuditEvents = "audit_events",
        /// Its background jobs.
        Jobs = "jobs",
        /// Its usage figures.
        Usage = "usage",
    }
}

vocabulary! {
    /// Something that can be done in a tenant. Nothing else can be granted, asked for or checked.
    Permission {
        /// See the organisation.
        ReadOrganisation = "read:organisation",
        /// Change the organisation's name, slug and settings.
        UpdateOrganisation = "update:organisation",
        /// Decide about the organisation's existence, and about its owners.
        DeleteOrganisation = "delete:organisation",
        /// Add members.
        CreateMembers = "create:members",
        /// See members and what they may do.
        ReadMembers = "read:members",
        /// Change members' roles.
        UpdateMembers = "update:members",
        /// Remove members.
        DeleteMembers = "delete:members",
        /// Define roles.
        CreateRoles = "create:roles",
        /// See roles and what they grant.
        ReadRoles = "read:roles",
        /// Replace what roles grant.
        UpdateRoles = "update:roles",
        /// Delete roles.
        DeleteRoles = "delete:roles",
        /// Issue API keys.
        CreateApiKeys = "create:api_keys",
        /// See API keys, never their secrets.
        ReadApiKeys = "read:api_keys",
        /// Rename and rotate API keys.
        UpdateApiKeys = "update:api_keys",
        /// Revoke API keys.
        DeleteApiKeys = "delete:api_keys",
        /// Create projects.
        CreateProjects = "create:projects",
        /// See projects.
        ReadProjects = "read:projects",
        /// Change and restore projects.
        UpdateProjects = "update:projects",
        /// Delete projects.
        DeleteProjects = "delete:projects",
        /// Create resources.
        CreateResources = "create:resources",
        /// See resources.
        ReadResources = "read:resources",
        /// Change and restore resources.
        UpdateResources = "update:resources",
        /// Delete resources.
        DeleteResources = "delete:resources",
        /// Read the audit trail.
        ReadAuditEvents = "read:audit_events",
        /// Submit background jobs.
        CreateJobs = "create:jobs",
        /// See background jobs.
        ReadJobs = "read:jobs",
        /// Change background jobs.
        UpdateJobs = "update:jobs",
        /// Cancel background jobs.
        DeleteJobs = "delete:jobs",
        /// See usage figures.
        ReadUsage = "read:usage",
    }
}

impl Permission {
    /// The permission to do this to that, if there is such a thing.
    pub fn of(action: Action, resource: ResourceKind) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|permission| permission.parts() == (action.as_str(), resource.as_str()))
    }

    /// Whether it is about a single thing that somebody owns, so that it can be granted for one's own only.
    pub const fn has_owner(self) -> bool {
        matches!(
            self,
            Self::ReadProjects
                | Self::UpdateProjects
                | Self::DeleteProjects
                | Self::ReadResources
                | Self::UpdateResources
                | Self::DeleteResources
        )
    }

    fn parts(self) -> (&'static str, &'static str) {
        self.as_str()
            .split_once(':')
            .expect("the vocabulary has the form action:resource")
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PermissionSet(u32);

impl PermissionSet {
    /// None at all.
    pub const EMPTY: Self = Self(0);
    /// The whole vocabulary.
    pub const ALL: Self = Self((1 << Permission::ALL.len()) - 1);

    /// What has an owner ([`Permission::has_owner`]).
    pub const OWNED: Self = {
        let (mut bits, mut n) = (0, 0);
        while n < Permission::ALL.len() {
            if Permission::ALL[n].has_owner() {
                bits |= 1 << Permission::ALL[n] as u32;
            }
            n += 1;
        }
        Self(bits)
    };

    /// Whether the set has the permission.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is nothing in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The permissions, in the order of the vocabulary.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.contains(*permission))
    }
}

impl std::fmt::Display for PermissionSet {
    /// The names, with commas between them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, permission) in self.iter().enumerate() {
            let gap = if n == 0 { "" } else { ", " };
            write!(f, "{gap}{}", permission.as_str())?;
        }
        Ok(())
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let bits = permissions.into_iter().map(|one| 1 << one as u32);
        Self(bits.fold(0, std::ops::BitOr::bitor))
    }
}

/// Permissions by action and resource, either of which may be `*`. Never matches outside the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    action: Option<Action>,
    resource: Option<ResourceKind>,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// There is no colon between action and resource.
    #[error("must have the form action:resource")]
    Form,
    /// The action is none of the vocabulary.
    #[error("has an unknown action")]
    Action,
    /// The resource is none of the vocabulary.
    #[error("has an unknown resource")]
    Resource,
    /// Both are known, but that cannot be done to it.
    #[error("is nothing that can be done")]
    Nothing,
}

impl Pattern {
    /// Everything.
    pub const ANY: Self = Self {
        action: None,
        resource: None,
    };

    /// Reads `action:resource`.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(raw: &str) -> Result<Self, PatternError> {
        let (action, resource) = raw.split_once(':').ok_or(PatternError::Form)?;
        let action = match action {
            "*" => None,
            known => Some(Action::parse(known).ok_or(PatternError::Action)?),
        };
        let resource = match resource {
            "*" => None,
            known => Some(ResourceKind::parse(known).ok_or(PatternError::Resource)?),
        };
        let pattern = Self { action, resource };
        if pattern.permissions().is_empty() {
            return Err(PatternError::Nothing);
        }
        Ok(pattern)
    }

    /// Every permission that it stands for.
    pub fn permissions(self) -> PermissionSet {
        let (actions, resources) = &*MATCHING;
        let action = self
            .action
            .map_or(PermissionSet::ALL, |one| actions[one as usize]);
        let resource = self
            .resource
            .map_or(PermissionSet::ALL, |one| resources[one as usize]);
        action.intersection(resource)
    }
}

type ByAction = [PermissionSet; Action::ALL.len()];
type ByResource = [PermissionSet; ResourceKind::ALL.len()];

/// The permissions of each action and those of each resource. Patterns are matched for every request of a custom role.
static MATCHING: LazyLock<(ByAction, ByResource)> = LazyLock::new(|| {
    let with = |fits: &dyn Fn((&str, &str)) -> bool| {
        let permissions = Permission::ALL.iter().copied();
        permissions.filter(|one| fits(one.parts())).collect()
    };
    let action = |n: usize| with(&|(action, _)| action == Action::ALL[n].as_str());
    let resource = |n: usize| with(&|(_, resource)| resource == ResourceKind::ALL[n].as_str());
    (std::array::from_fn(action), std::array::from_fn(resource))
});

impl From<Permission> for Pattern {
    fn from(permission: Permission) -> Self {
        Self::parse(permission.as_str()).expect("a permission is a pattern of its own")
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let action = self.action.map_or("*", Action::as_str);
        let resource = self.resource.map_or("*", ResourceKind::as_str);
        write!(f, "{action}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_an_action_on_a_resource() {
        for permission in Permission::ALL {
            let (action, resource) = permission.parts();
            let action = Action::parse(action).unwrap();
            let of = Permission::of(action, ResourceKind::parse(resource).unwrap());
            assert_eq!(of, Some(*permission));
            let pattern = Pattern::from(*permission);
            assert_eq!(pattern.permissions(), [*permission].into_iter().collect());
            assert_eq!(pattern.to_string(), permission.as_str());
        }
    }

    #[test]
    fn a_star_stands_for_what_there_is_and_nothing_else() {
        assert_eq!(Pattern::ANY.permissions(), PermissionSet::ALL);
        let read = Pattern::parse("read:*").unwrap().permissions();
        assert_eq!(read.iter().count(), ResourceKind::ALL.len());
        let audit = Pattern::parse("*:audit_events").unwrap().permissions();
        assert!(audit.iter().eq([Permission::ReadAuditEvents]));
    }

    #[test]
    fn what_is_outside_the_vocabulary_is_no_pattern() {
        let cases = [
            ("", PatternError::Form),
            ("read", PatternError::Form),
            ("manage:projects", PatternError::Action),
            ("Read:projects", PatternError::Action),
            ("read:project", PatternError::Resource),
            ("read:projects:x", PatternError::Resource),
            ("read:", PatternError::Resource),
            (":", PatternError::Action),
            ("re*:projects", PatternError::Action),
            ("delete:audit_events", PatternError::Nothing),
        ];
        for (raw, expected) in cases {
            assert_eq!(Pattern::parse(raw), Err(expected), "{raw:?}");
        }
    }
}
