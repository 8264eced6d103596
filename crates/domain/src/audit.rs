//! What every change leaves behind.
//!
//! A use case says what happened; the adapter stamps who, where and when from the transaction's scope, so an event
//! cannot be forged. Metadata is built by the constructors below and nowhere else: nothing secret fits into it.

use crate::{
    api_key::ApiKey,
    id::{ApiKeyId, AuditEventId, TenantId, UserId},
    membership::Membership,
    project::Project,
    role::Role,
    tenant::Tenant,
};
use time::OffsetDateTime;
use uuid::Uuid;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal on $target:literal),+ $(,)?) => {
        /// What can happen. The text is the wire and storage form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditAction { $($(#[$doc])* $name),+ }

        impl AuditAction {
            /// All actions.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The action's stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The kind of thing that the action is done to.
            pub const fn target_type(self) -> &'static str {
                match self { $(Self::$name => $target),+ }
            }

            /// The action of a stable name.
            pub fn parse(raw: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.as_str() == raw)
            }
        }
    };
}

actions! {
    /// A user registered.
    UserRegistered = "user.registered" on "user",
    /// A user logged in.
    UserLoggedIn = "user.logged_in" on "user",
    /// An organisation was created.
    OrganisationCreated = "organisation.created" on "organisation",
    /// An organisation's name or slug was set.
    OrganisationUpdated = "organisation.updated" on "organisation",
    /// A user became a member.
    MemberAdded = "member.added" on "membership",
    /// A member's role was set.
    MemberRoleChanged = "member.role_changed" on "membership",
    /// A member was removed.
    MemberRemoved = "member.removed" on "membership",
    /// A project was created.
    ProjectCreated = "project.created" on "project",
    /// A project was changed.
    ProjectUpdated = "project.updated" on "project",
    /// A project was deleted.
    ProjectDeleted = "project.deleted" on "project",
    /// An API key was created.
    ApiKeyCreated = "api_key.created" on "api_key",
    /// An API key was revoked.
    ApiKeyRevoked = "api_key.revoked" on "api_key",
}

/// One value of an event's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<&'static str>),
}

/// An event that is about to be committed with its change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    action: AuditAction,
    target: Uuid,
    metadata: Vec<(&'static str, Fact)>,
}

impl AuditEvent {
    fn new(action: AuditAction, target: Uuid, metadata: Vec<(&'static str, Fact)>) -> Self {
        Self {
            action,
            target,
            metadata,
        }
    }

    /// What happened.
    pub const fn action(&self) -> AuditAction {
        self.action
    }

    /// The row it happened to.
    pub const fn target(&self) -> Uuid {
        self.target
    }

    /// What else is worth knowing, in wire order.
    pub fn metadata(&self) -> &[(&'static str, Fact)] {
        &self.metadata
    }

    /// A user registered.
    pub fn user_registered(user: UserId) -> Self {
        Self::new(AuditAction::UserRegistered, user.as_uuid(), vec![])
    }

    /// A user logged in.
    pub fn user_logged_in(user: UserId) -> Self {
        Self::new(AuditAction::UserLoggedIn, user.as_uuid(), vec![])
    }

    /// An organisation was created.
    pub fn organisation_created(tenant: &Tenant) -> Self {
        Self::new(
            AuditAction::OrganisationCreated,
            tenant.id().as_uuid(),
            vec![],
        )
    }

    /// An organisation was changed; `fields` are those that were sent.
    pub fn organisation_updated(tenant: &Tenant, fields: Vec<&'static str>) -> Self {
        let metadata = vec![("changed_fields", Fact::List(fields))];
        Self::new(
            AuditAction::OrganisationUpdated,
            tenant.id().as_uuid(),
            metadata,
        )
    }

    /// A member was added.
    pub fn member_added(member: &Membership) -> Self {
        Self::new(
            AuditAction::MemberAdded,
            member.id.as_uuid(),
            user_and_role(member),
        )
    }

    /// A member's role was set from `old` to the one that it has now.
    pub fn member_role_changed(member: &Membership, old: Role) -> Self {
        let metadata = vec![
            ("user_id", Fact::Text(member.user.to_string())),
            ("old_role", Fact::Text(old.as_str().to_owned())),
            ("new_role", Fact::Text(member.role.as_str().to_owned())),
        ];
        Self::new(
            AuditAction::MemberRoleChanged,
            member.id.as_uuid(),
            metadata,
        )
    }

    /// A member was removed.
    pub fn member_removed(member: &Membership) -> Self {
        Self::new(
            AuditAction::MemberRemoved,
            member.id.as_uuid(),
            user_and_role(member),
        )
    }

    /// A project was created.
    pub fn project_created(project: &Project) -> Self {
        let metadata = vec![
            (
                "project_name",
                Fact::Text(project.name().as_str().to_owned()),
            ),
            ("status", Fact::Text(project.status().as_str().to_owned())),
        ];
        Self::new(
            AuditAction::ProjectCreated,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A project was changed; `fields` are those that were sent.
    pub fn project_updated(project: &Project, fields: Vec<&'static str>) -> Self {
        let metadata = vec![("changed_fields", Fact::List(fields))];
        Self::new(
            AuditAction::ProjectUpdated,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A project was deleted.
    pub fn project_deleted(project: &Project) -> Self {
        let metadata = vec![(
            "project_name",
            Fact::Text(project.name().as_str().to_owned()),
        )];
        Self::new(
            AuditAction::ProjectDeleted,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// An API key was created.
    pub fn api_key_created(key: &ApiKey) -> Self {
        Self::new(
            AuditAction::ApiKeyCreated,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
    }

    /// An API key was revoked.
    pub fn api_key_revoked(key: &ApiKey) -> Self {
        Self::new(
            AuditAction::ApiKeyRevoked,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
    }
}

fn user_and_role(member: &Membership) -> Vec<(&'static str, Fact)> {
    vec![
        ("user_id", Fact::Text(member.user.to_string())),
        ("role", Fact::Text(member.role.as_str().to_owned())),
    ]
}

fn name_and_prefix(key: &ApiKey) -> Vec<(&'static str, Fact)> {
    vec![
        ("api_key_name", Fact::Text(key.name.as_str().to_owned())),
        ("key_prefix", Fact::Text(key.prefix.clone())),
    ]
}

/// The decision about auditing that every commit demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditTrail(Vec<AuditEvent>);

impl AuditTrail {
    /// One event.
    pub fn of(event: AuditEvent) -> Self {
        Self(vec![event])
    }

    /// Nothing to record, and why. The reason is for whoever reads or searches the code.
    pub fn exempt(_why: &'static str) -> Self {
        Self(Vec::new())
    }

    /// The events, in order.
    pub fn events(&self) -> &[AuditEvent] {
        &self.0
    }
}

/// An event as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The event's id.
    pub id: AuditEventId,
    /// Whose event it is.
    pub tenant: TenantId,
    /// The user who acted, unless a key did.
    pub actor_user: Option<UserId>,
    /// The API key that acted, unless a user did.
    pub actor_api_key: Option<ApiKeyId>,
    /// What happened.
    pub action: AuditAction,
    /// The row it happened to.
    pub target: Uuid,
    /// What else was recorded, as a JSON object.
    pub metadata: String,
    /// When it happened.
    pub created_at: OffsetDateTime,
}
