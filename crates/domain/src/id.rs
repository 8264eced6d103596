//! Typed identifiers: one type for each kind of row, so that two kinds cannot be mixed up.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Wraps an identifier that is known to be of this kind.
            pub const fn from_uuid(value: uuid::Uuid) -> Self {
                Self(value)
            }

            /// The identifier that a text is the usual form of.
            pub fn parse(raw: &str) -> Option<Self> {
                uuid::Uuid::parse_str(raw).ok().map(Self)
            }

            /// The bare identifier.
            pub const fn as_uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+ };
}

ids!(
    /// A tenant; on the wire `organisation_id`.
    TenantId,
    /// A user of the platform.
    UserId,
    /// A user's membership in one tenant.
    MembershipId,
    /// A project.
    ProjectId,
    /// An API key's row (not the public part of the key itself, which is [`crate::api_key::KeyId`]).
    ApiKeyId,
    /// An audit event.
    AuditEventId,
    /// A resource.
    ResourceId,
    /// A tenant's definition of a role.
    RoleId,
    /// An operator of the platform.
    OperatorId,
);
