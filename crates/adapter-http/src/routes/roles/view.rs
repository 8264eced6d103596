use super::{body::description, grant::GrantView};
use crate::wire::Timestamp;
use application::roles::{KnownRole, RoleImpact};
use domain::{
    membership::Member,
    permission::Permission,
    policy::{Grants, Reach},
    role::Role,
    role_definition::RoleDefinition,
    text::RoleDescription,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A role.
#[derive(Serialize, ToSchema)]
#[schema(as = Role)]
pub(super) struct RoleView<'a> {
    name: &'a str,
    /// Whether every organisation has it.
    built_in: bool,
    /// Whether it is the same in every organisation.
    immutable: bool,
    #[schema(schema_with = description, required = true)]
    description: Option<&'a str>,
    permissions: Vec<GrantView>,
    /// When the organisation defined it; null for a built-in role that is as it is everywhere.
    #[schema(required = true)]
    created_at: Option<Timestamp>,
    /// When the organisation last changed it.
    #[schema(required = true)]
    updated_at: Option<Timestamp>,
}

impl<'a> RoleView<'a> {
    fn new(role: &'a Role, grants: &Grants, defined: Option<&'a RoleDefinition>) -> Self {
        let description = defined.and_then(|role| role.description.as_ref());
        Self {
            name: role.as_str(),
            built_in: role.is_built_in(),
            immutable: role.is_immutable(),
            description: description.map(RoleDescription::as_str),
            permissions: grants.iter().map(GrantView::from).collect(),
            created_at: defined.map(|role| Timestamp(role.created_at)),
            updated_at: defined.map(|role| Timestamp(role.updated_at)),
        }
    }
}

impl<'a> From<&'a RoleDefinition> for RoleView<'a> {
    fn from(role: &'a RoleDefinition) -> Self {
        Self::new(&role.role, &role.grants, Some(role))
    }
}

impl<'a> From<&'a KnownRole> for RoleView<'a> {
    fn from(role: &'a KnownRole) -> Self {
        Self::new(role.role(), &role.grants(), role.definition())
    }
}

/// All roles of an organisation: at most the six built-in ones and 50 of its own.
#[derive(Serialize, ToSchema)]
#[schema(as = Roles)]
pub(super) struct RolesView<'a> {
    items: Vec<RoleView<'a>>,
}

impl<'a> From<&'a [KnownRole]> for RolesView<'a> {
    fn from(roles: &'a [KnownRole]) -> Self {
        Self {
            items: roles.iter().map(RoleView::from).collect(),
        }
    }
}

/// Whom a change of a role would concern, and how.
#[derive(Serialize, ToSchema)]
#[schema(as = RoleImpact)]
pub(super) struct ImpactView<'a> {
    /// What each of the members could do that they cannot do now, or not to everything.
    gained: Vec<GrantView>,
    /// What each of the members could not do any more, or not to everything.
    lost: Vec<GrantView>,
    /// The members concerned, oldest first, at most 1,000.
    members: Vec<ConcernedView<'a>>,
    /// How many members are concerned.
    #[schema(minimum = 0)]
    total: u64,
}

/// A member who has the role.
#[derive(Serialize, ToSchema)]
#[schema(as = ConcernedMember)]
struct ConcernedView<'a> {
    user_id: Uuid,
    email: &'a str,
    display_name: &'a str,
    is_active: bool,
}

impl<'a> From<&'a RoleImpact> for ImpactView<'a> {
    fn from(impact: &'a RoleImpact) -> Self {
        Self {
            gained: each(&impact.gained),
            lost: each(&impact.lost),
            members: impact.members.iter().map(ConcernedView::from).collect(),
            total: impact.total,
        }
    }
}

impl<'a> From<&'a Member> for ConcernedView<'a> {
    fn from(Member { user, .. }: &'a Member) -> Self {
        Self {
            user_id: user.id.as_uuid(),
            email: user.email.as_str(),
            display_name: user.display_name.as_str(),
            is_active: user.is_active,
        }
    }
}

fn each(permissions: &[(Permission, Reach)]) -> Vec<GrantView> {
    permissions
        .iter()
        .copied()
        .map(GrantView::reaching)
        .collect()
}
