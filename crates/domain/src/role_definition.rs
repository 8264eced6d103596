//! What a tenant itself says about a role: its own roles, and built-in ones that it defined anew.

use crate::{
    id::{RoleId, TenantId, UserId},
    permission::PermissionSet,
    policy::{Grants, Policy},
    role::Role,
    text::RoleDescription,
};
use time::OffsetDateTime;

/// A tenant's definition of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDefinition {
    /// The definition's id; in the tenant it is found by the role's name.
    pub id: RoleId,
    /// The tenant.
    pub tenant: TenantId,
    /// The role: a custom one, or a built-in one whose default this replaces.
    pub role: Role,
    /// What it is for, if anyone said.
    pub description: Option<RoleDescription>,
    /// What it grants.
    pub grants: Grants,
    /// Row version, 1 for a new row, one more for each change.
    pub version: i64,
    /// The user who defined it; none when an API key did.
    pub created_by: Option<UserId>,
    /// When it was defined.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// Why a role may not be defined or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleDenied {
    /// The roles `owner` and `admin` are the same everywhere.
    #[error("the roles owner and admin cannot be changed")]
    Immutable,
    /// The role grants, before or afterwards, what whoever acts does not hold.
    #[error("permissions beyond your own cannot be granted")]
    Beyond(PermissionSet),
    /// The tenant has as many roles of its own as it may.
    #[error("an organisation can define at most {} roles", RoleDefinition::MAX)]
    TooMany,
    /// Members or invitations have the role.
    #[error("the role is in use")]
    InUse,
}

impl RoleDefinition {
    /// Most definitions of one tenant.
    pub const MAX: u64 = 50;

    /// A role that a tenant defines now.
    pub fn define(
        id: RoleId,
        tenant: TenantId,
        role: Role,
        (description, grants): (Option<RoleDescription>, Grants),
        by: Option<UserId>,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            tenant,
            role,
            description,
            grants,
            version: 1,
            created_by: by,
            created_at: now,
            updated_at: now,
        }
    }

    /// Replaces what it says; `false` when that changes nothing, and then neither version nor time move.
    pub fn replace(
        &mut self,
        description: Option<RoleDescription>,
        grants: Grants,
        now: OffsetDateTime,
    ) -> bool {
        if self.description == description && self.grants == grants {
            return false;
        }
        (self.description, self.grants, self.updated_at) = (description, grants, now);
        self.version += 1;
        true
    }

    /// Whether whoever holds `actor` may have a role grant `after` where it granted `before`. Neither may go beyond the
    /// actor: widening gives rights away, and narrowing takes them from people who may do more than the actor.
    ///
    /// # Errors
    /// [`RoleDenied::Immutable`], [`RoleDenied::Beyond`].
    pub fn may_replace(
        role: &Role,
        actor: Policy,
        before: Policy,
        after: Policy,
    ) -> Result<(), RoleDenied> {
        if role.is_immutable() {
            return Err(RoleDenied::Immutable);
        }
        let beyond = actor.missing(before).union(actor.missing(after));
        if beyond.is_empty() {
            Ok(())
        } else {
            Err(RoleDenied::Beyond(beyond))
        }
    }

    /// What it grants, compiled.
    pub fn policy(&self) -> Policy {
        Policy::from(&self.grants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::Permission;

    #[test]
    fn neither_widening_nor_narrowing_goes_beyond_whoever_acts() {
        let role = Role::parse("auditor").unwrap();
        let policy = |stored| role.policy(Some(stored));
        let actor = policy("*:roles read:projects");
        let small = policy("read:projects");
        assert_eq!(
            RoleDefinition::may_replace(&role, actor, Policy::NOTHING, small),
            Ok(())
        );
        let wide = policy("read:projects update:projects");
        let beyond = [Permission::UpdateProjects].into_iter().collect();
        for (before, after) in [(small, wide), (wide, small)] {
            let verdict = RoleDefinition::may_replace(&role, actor, before, after);
            assert_eq!(verdict, Err(RoleDenied::Beyond(beyond)));
        }
    }

    #[test]
    fn replacing_it_by_the_same_moves_nothing() {
        let id = |n| uuid::Uuid::from_u128(n);
        let said = |grants| (None, Grants::parse(grants).unwrap());
        let mut role = RoleDefinition::define(
            RoleId::from_uuid(id(1)),
            TenantId::from_uuid(id(2)),
            Role::parse("auditor").unwrap(),
            said("read:projects"),
            None,
            OffsetDateTime::UNIX_EPOCH,
        );
        let (before, later) = (
            role.clone(),
            OffsetDateTime::UNIX_EPOCH + time::Duration::DAY,
        );
        assert!(!role.replace(None, said("read:projects").1, later));
        assert_eq!(role, before);
        assert!(role.replace(None, said("read:*").1, later));
        assert_eq!((role.version, role.updated_at), (2, later));
    }

    #[test]
    fn owner_and_admin_stay_as_they_are_for_everyone() {
        let all = Policy::unconditional(PermissionSet::ALL);
        for role in [Role::Owner, Role::Admin] {
            let verdict = RoleDefinition::may_replace(&role, all, all, Policy::NOTHING);
            assert_eq!(verdict, Err(RoleDenied::Immutable));
        }
    }
}
