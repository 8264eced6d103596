//! Roles of an organisation: the built-in ones, as they are or defined anew, and those of its own.
//!
//! Every change happens with the roster locked, before the role's own row: nobody can be given a role while it is being
//! deleted, and what whoever acts may do is what they may do after the lock.

mod create;
mod delete;
mod get;
mod list;
mod preview;
mod replace;
mod stored;

pub use create::CreateRole;
pub use preview::{RoleImpact, RolePreview};
pub use replace::{ReplaceRole, Replaced};

use crate::{
    Ports,
    error::Error,
    gate::{Gate, Work},
};
use domain::{
    policy::{Grants, Policy},
    role::Role,
    role_definition::{RoleDefinition, RoleDenied},
};

/// Use cases about roles.
pub struct Roles {
    gate: Gate,
    ports: Ports,
}

impl Roles {
    pub(crate) const fn new(gate: Gate, ports: Ports) -> Self {
        Self { gate, ports }
    }
}

/// A role as the organisation has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownRole {
    /// A built-in role about which the organisation says nothing.
    Default(Role),
    /// A role that the organisation defines.
    Defined(RoleDefinition),
}

impl KnownRole {
    /// The role of a definition, or its default; none where there is neither.
    fn of(role: Role, definition: Option<RoleDefinition>) -> Option<Self> {
        let default = || role.is_built_in().then_some(Self::Default(role));
        definition.map(Self::Defined).or_else(default)
    }

    /// The role.
    pub const fn role(&self) -> &Role {
        match self {
            Self::Default(role) => role,
            Self::Defined(definition) => &definition.role,
        }
    }

    /// What the organisation says about it, if anything.
    pub const fn definition(&self) -> Option<&RoleDefinition> {
        match self {
            Self::Default(_) => None,
            Self::Defined(definition) => Some(definition),
        }
    }

    /// What it grants.
    pub fn grants(&self) -> Grants {
        match self {
            Self::Default(role) => role.default_grants().cloned().unwrap_or_default(),
            Self::Defined(definition) => definition.grants.clone(),
        }
    }

    /// The version of its definition, 0 for a default.
    pub fn version(&self) -> i64 {
        self.definition().map_or(0, |definition| definition.version)
    }

    fn policy(&self) -> Policy {
        match self {
            Self::Default(role) => role.policy(None),
            Self::Defined(definition) => definition.policy(),
        }
    }
}

/// Holds a change of what a role grants against what whoever acts may do; reaching beyond that is noted.
fn allowed(
    work: &Work,
    role: &Role,
    actor: Policy,
    (before, after): (Policy, Policy),
) -> Result<(), Error> {
    RoleDefinition::may_replace(role, actor, before, after).map_err(|denied| match denied {
        RoleDenied::Beyond(permissions) => work.escalation(permissions),
        other => other.into(),
    })
}

/// Whether the organisation may define one role more.
async fn has_room(work: &mut Work) -> Result<(), Error> {
    let defined = work.tx.roles().all().await?.len() as u64;
    if defined < RoleDefinition::MAX {
        Ok(())
    } else {
        Err(RoleDenied::TooMany.into())
    }
}
