//! What the things of an organisation are called in requests.

/// A kind of thing that an organisation has and a request can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Organisation,
    Project,
    Resource,
    Role,
    ApiKey,
    Member,
}

impl Kind {
    /// What a parameter, or a member of a body, of this name stands for; `None` when that is not known.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "organisation_id" => Self::Organisation,
            "project_id" | "target_id" => Self::Project,
            "resource_id" => Self::Resource,
            "role" => Self::Role,
            "api_key_id" | "actor_api_key_id" => Self::ApiKey,
            "user_id" | "owner_user_id" | "actor_user_id" => Self::Member,
            _ => return None,
        })
    }
}

/// An organisation with one thing of each kind, or, at random, what nothing is called.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) organisation: String,
    pub(super) project: String,
    pub(super) resource: String,
    pub(super) role: String,
    pub(super) api_key: String,
    pub(super) member: String,
}

impl Names {
    pub(super) fn of(&self, kind: Kind) -> &str {
        match kind {
            Kind::Organisation => &self.organisation,
            Kind::Project => &self.project,
            Kind::Resource => &self.resource,
            Kind::Role => &self.role,
            Kind::ApiKey => &self.api_key,
            Kind::Member => &self.member,
        }
    }

    pub(super) fn all(&self) -> [&str; 6] {
        [
            &self.organisation,
            &self.project,
            &self.resource,
            &self.role,
            &self.api_key,
            &self.member,
        ]
    }
}

/// What a body has to say that names nothing of an organisation: whoever calls. Users belong to the platform, so that
/// somebody else named here would be found, and rightly.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) user: String,
    pub(super) email: String,
    /// Of the caller's organisation. It is taken, so that nothing is founded under it.
    pub(super) slug: String,
}

impl Caller {
    /// What a member of a body of this name is always filled with.
    pub(super) fn fills(&self, member: &str) -> Option<&str> {
        match member {
            "user_id" => Some(&self.user),
            "email" => Some(&self.email),
            "slug" => Some(&self.slug),
            _ => None,
        }
    }
}
