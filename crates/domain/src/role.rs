//! Roles and permissions: the whole matrix in one match.

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All values, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The wire and storage form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value of a wire form; anything else is `None`.
            pub fn parse(raw: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == raw)
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// What a member may do in a tenant.
    Role {
        /// Everything, owners included.
        Owner = "owner",
        /// Everything but touching owners.
        Admin = "admin",
        /// Reads the organisation, reads and writes projects.
        Member = "member",
        /// Reads the organisation and its projects.
        Viewer = "viewer",
    }
}

vocabulary! {
    /// Something that can be done in a tenant, as `action:resource`.
    Permission {
        /// See the organisation.
        ReadOrganisation = "read:organisation",
        /// Rename the organisation.
        UpdateOrganisation = "update:organisation",
        /// Decide about the organisation as a whole; reserved to owners.
        ManageOrganisation = "manage:organisation",
        /// List, add, change and remove members.
        ManageMembers = "manage:members",
        /// Create, list and revoke API keys.
        ManageApiKeys = "manage:api_keys",
        /// See projects.
        ReadProjects = "read:projects",
        /// Create, change and delete projects.
        WriteProjects = "write:projects",
        /// Read the audit trail.
        ReadAuditEvents = "read:audit_events",
    }
}

impl Role {
    /// Whether the role holds a permission.
    pub const fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Owner => true,
            Self::Admin => !matches!(permission, P::ManageOrganisation),
            Self::Member => matches!(
                permission,
                P::ReadOrganisation | P::ReadProjects | P::WriteProjects
            ),
            Self::Viewer => matches!(permission, P::ReadOrganisation | P::ReadProjects),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    /// The reviewed table: a change of the rules has to change this file too.
    const MATRIX: &str = include_str!("role_matrix.txt");

    #[test]
    fn the_matrix_is_the_reviewed_one() {
        let mut table = format!("{:<22}", "");
        for role in Role::ALL {
            write!(table, "{:<8}", role.as_str()).unwrap();
        }
        for permission in Permission::ALL {
            write!(table, "\n{:<22}", permission.as_str()).unwrap();
            for role in Role::ALL {
                let cell = if role.allows(*permission) { "yes" } else { "-" };
                write!(table, "{cell:<8}").unwrap();
            }
        }
        let trimmed = |text: &str| {
            text.lines()
                .map(str::trim_end)
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert_eq!(trimmed(&table), trimmed(MATRIX), "\n{table}\n");
    }

    #[test]
    fn every_name_is_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(*role));
        }
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.as_str()), Some(*permission));
        }
        assert_eq!(Role::parse("OWNER"), None);
    }
}
