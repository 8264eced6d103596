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
    /// Somebody gave a wrong password for a user.
    UserLoginFailed = "user.login_failed" on "user",
    /// A user tried to enter an organisation without being a member.
    UserAccessDenied = "user.access_denied" on "organisation",
    /// An organisation was created.
    OrganisationCreated = "organisation.created" on "organisation",
    /// An organisation's name, slug or settings were set.
    OrganisationUpdated = "organisation.updated" on "organisation",
    /// An operator closed an organisation.
    OrganisationSuspended = "organisation.suspended" on "organisation",
    /// An operator opened an organisation again.
    OrganisationReactivated = "organisation.reactivated" on "organisation",
    /// An operator set what an organisation is entitled to.
    OrganisationTierChanged = "organisation.tier_changed" on "organisation",
    /// An operator closed an organisation, to be purged later.
    OrganisationDeleted = "organisation.deleted" on "organisation",
    /// A user became a member.
    MemberAdded = "member.added" on "membership",
    /// A member's role was set.
    MemberRoleChanged = "member.role_changed" on "membership",
    /// A member was removed.
    MemberRemoved = "member.removed" on "membership",
    /// A role was defined.
    RoleCreated = "role.created" on "role",
    /// What a role grants was replaced.
    RoleUpdated = "role.updated" on "role",
    /// A role was deleted, or a built-in one set back to its default.
    RoleDeleted = "role.deleted" on "role",
    /// A project was created.
    ProjectCreated = "project.created" on "project",
    /// A project was changed.
    ProjectUpdated = "project.updated" on "project",
    /// A project was deleted.
    ProjectDeleted = "project.deleted" on "project",
    /// A deleted project was brought back.
    ProjectRestored = "project.restored" on "project",
    /// A resource was created.
    ResourceCreated = "resource.created" on "resource",
    /// A resource was changed.
    ResourceUpdated = "resource.updated" on "resource",
    /// A resource was deleted.
    ResourceDeleted = "resource.deleted" on "resource",
    /// A deleted resource was brought back.
    ResourceRestored = "resource.restored" on "resource",
    /// An API key was created.
    ApiKeyCreated = "api_key.created" on "api_key",
    /// An API key's name or description was set.
    ApiKeyUpdated = "api_key.updated" on "api_key",
    /// An API key got a new secret.
    ApiKeyRotated = "api_key.rotated" on "api_key",
    /// An API key was revoked.
    ApiKeyRevoked = "api_key.revoked" on "api_key",
    /// Somebody who belongs to the organisation tried what they may not do.
    AccessDenied = "access.denied" on "organisation",
    /// Somebody tried to give away what they do not hold.
    EscalationDenied = "access.escalation_denied" on "organisation",
}
