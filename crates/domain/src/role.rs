//! Roles: six that every tenant has, and those that it defines itself.

use crate::policy::{Grants, Policy};
use std::sync::LazyLock;

/// What a member is in a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything, owners included.
    Owner,
    /// Everything but the organisation's existence and its owners.
    Admin,
    /// Works on projects and resources, submits jobs and sees usage.
    Developer,
    /// Works on projects and resources.
    Member,
    /// Sees projects and resources.
    Viewer,
    /// Sees projects, resources, members, roles, jobs and usage.
    ReadOnly,
    /// Whatever the tenant's own policy of that name grants.
    Custom(RoleName),
}

impl Role {
    /// The roles that every tenant has.
    pub const BUILT_IN: [Self; 6] = [
        Self::Owner,
        Self::Admin,
        Self::Developer,
        Self::Member,
        Self::Viewer,
        Self::ReadOnly,
    ];

    /// Its name: the wire and storage form.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Developer => "developer",
            Self::Member => "member",
            Self::Viewer => "viewer",
            Self::ReadOnly => "read_only",
            Self::Custom(name) => name.as_str(),
        }
    }

    /// The role of a name, whether or not the tenant defines it; `None` when nothing can be called that.
    pub fn parse(raw: &str) -> Option<Self> {
        let built_in = Self::BUILT_IN.into_iter().find(|role| role.as_str() == raw);
        built_in.or_else(|| RoleName::parse(raw).map(Self::Custom))
    }

    /// Whether every tenant has it.
    pub const fn is_built_in(&self) -> bool {
        !matches!(self, Self::Custom(_))
    }

    /// Whether a tenant may not define it anew: somebody has to be able to repair the others.
    pub const fn is_immutable(&self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// What it grants where the tenant says nothing else; `None` for a custom role.
    pub fn default_grants(&self) -> Option<&'static Grants> {
        let index = Self::BUILT_IN.iter().position(|role| role == self)?;
        Some(&DEFAULTS[index].0)
    }

    /// What it grants, given the tenant's own definition of it in its stored form, if there is one. A definition that
    /// cannot be read, and a custom role without one, grant nothing (`None`).
    pub fn grants(&self, definition: Option<&str>) -> Option<Grants> {
        match definition {
            Some(stored) if !self.is_immutable() => Grants::parse(stored),
            _ => self.default_grants().cloned(),
        }
    }

    /// The compiled form of [`Self::grants`].
    pub fn policy(&self, definition: Option<&str>) -> Policy {
        match definition {
            Some(stored) if !self.is_immutable() => {
                Grants::parse(stored).map_or(Policy::NOTHING, |grants| Policy::from(&grants))
            }
            _ => {
                let index = Self::BUILT_IN.iter().position(|role| role == self);
                index.map_or(Policy::NOTHING, |index| DEFAULTS[index].1)
            }
        }
    }
}

/// What the built-in roles grant, in the order of [`Role::BUILT_IN`].
static DEFAULTS: LazyLock<[(Grants, Policy); 6]> = LazyLock::new(|| {
    let texts = [
        "*:*",
        "create:* read:* update:* delete:members delete:roles delete:api_keys delete:projects delete:resources \
         delete:jobs",
        "read:organisation *:projects *:resources create:jobs read:jobs read:usage",
        "read:organisation *:projects *:resources",
        "read:organisation read:projects read:resources",
        "read:organisation read:projects read:resources read:members read:roles read:jobs read:usage",
    ];
    texts.map(|text| {
        let grants = Grants::parse(text).expect("the built-in roles are written in the grammar");
        let policy = Policy::from(&grants);
        (grants, policy)
    })
});

/// What a tenant calls a role of its own: 2 to 40 lower-case letters, digits, `_` and `-`, beginning with a letter;
/// unique in the tenant, and none of the built-in names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleName(String);

impl RoleName {
    /// The form, as a regular expression.
    pub const PATTERN: &'static str = "^[a-z][a-z0-9_-]{1,39}$";

    /// Takes a name; `None` when it has another form or belongs to a built-in role.
    pub fn parse(raw: &str) -> Option<Self> {
        let formed = (2..=40).contains(&raw.len())
            && raw.starts_with(|c: char| c.is_ascii_lowercase())
            && raw
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        let built_in = Role::BUILT_IN.iter().any(|role| role.as_str() == raw);
        (formed && !built_in).then(|| Self(raw.to_owned()))
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{permission::Permission, policy::Reach};
    use std::fmt::Write;

    /// The reviewed table: a change of the rules has to change this file too.
    const MATRIX: &str = include_str!("role_matrix.txt");

    #[test]
    fn the_matrix_is_the_reviewed_one() {
        let mut table = format!("{:<22}", "");
        for role in Role::BUILT_IN {
            write!(table, "{:<11}", role.as_str()).unwrap();
        }
        for permission in Permission::ALL {
            write!(table, "\n{:<22}", permission.as_str()).unwrap();
            for role in Role::BUILT_IN {
                let cell = match role.policy(None).reach(*permission) {
                    Reach::Everything => "yes",
                    Reach::Own => "own",
                    Reach::Nothing => "-",
                };
                write!(table, "{cell:<11}").unwrap();
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
    fn every_name_is_read_back_and_the_rest_is_none() {
        for role in Role::BUILT_IN {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        let auditor = Role::parse("auditor-2").unwrap();
        assert!(!auditor.is_built_in() && auditor.as_str() == "auditor-2");
        for raw in ["", "a", "Owner", "1st", "a b", "é", &"a".repeat(41)] {
            assert_eq!(Role::parse(raw), None, "{raw:?}");
        }
        assert_eq!(RoleName::parse("viewer"), None);
    }

    #[test]
    fn a_definition_replaces_the_default_but_for_owner_and_admin() {
        let narrowed = Role::Developer.policy(Some("read:projects"));
        assert_eq!(narrowed.reach(Permission::UpdateProjects), Reach::Nothing);
        let owner = Role::Owner.policy(Some(""));
        assert_eq!(
            owner.reach(Permission::DeleteOrganisation),
            Reach::Everything
        );
    }

    #[test]
    fn a_role_whose_definition_is_missing_or_unreadable_grants_nothing() {
        let custom = Role::parse("auditor").unwrap();
        assert_eq!(custom.policy(None), Policy::NOTHING);
        assert_eq!(custom.grants(None), None);
        // A narrowed role must not fall back to the wide default.
        assert_eq!(
            Role::Developer.policy(Some("read:projects !")),
            Policy::NOTHING
        );
        assert_eq!(Role::Developer.grants(Some("read:projects !")), None);
    }
}
