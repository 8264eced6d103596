//! Memberships: who belongs to a tenant, in which role, and who may change that.

use crate::{
    id::{MembershipId, TenantId, UserId},
    role::Role,
    user::User,
};
use time::OffsetDateTime;

/// A user's place in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The membership's own id.
    pub id: MembershipId,
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// What the user may do there.
    pub role: Role,
    /// When the user joined.
    pub created_at: OffsetDateTime,
    /// When the role last changed.
    pub updated_at: OffsetDateTime,
}

impl Membership {
    /// A user who joins now.
    pub fn join(
        id: MembershipId,
        tenant: TenantId,
        user: UserId,
        role: Role,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            tenant,
            user,
            role,
            created_at: now,
            updated_at: now,
        }
    }

    /// Sets the role; `false` when it was that already.
    pub fn change_role(&mut self, role: Role, now: OffsetDateTime) -> bool {
        if self.role == role {
            return false;
        }
        (self.role, self.updated_at) = (role, now);
        true
    }
}

/// A membership together with the user it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The membership.
    pub membership: Membership,
    /// The user.
    pub user: User,
}

/// What has to be known, with the tenant's roster locked, before a membership is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roster {
    /// The role that the acting user holds now, after the lock: it may have changed since the request was let in.
    pub actor: Option<Role>,
    /// How many owners the tenant has.
    pub owners: u64,
}

/// Why a membership may not be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterDenied {
    /// The acting user may not manage members, or not owners.
    #[error("insufficient permissions for this organisation")]
    Insufficient,
    /// The tenant would be left without an owner.
    #[error("organisation must always have at least one owner")]
    LastOwner,
}

impl Roster {
    /// Whether a user may be added in this role. Only owners make owners.
    ///
    /// # Errors
    /// [`RosterDenied::Insufficient`].
    pub fn may_add(&self, role: Role) -> Result<(), RosterDenied> {
        self.may_touch(&[role])
    }

    /// Whether a member's role may be set from `current` to `next`.
    ///
    /// # Errors
    /// Both kinds, the missing right first.
    pub fn may_change(&self, current: Role, next: Role) -> Result<(), RosterDenied> {
        self.may_touch(&[current, next])?;
        if next == Role::Owner {
            Ok(())
        } else {
            self.keeps_an_owner_without(current)
        }
    }

    /// Whether a member in this role may be removed.
    ///
    /// # Errors
    /// Both kinds, the missing right first.
    pub fn may_remove(&self, current: Role) -> Result<(), RosterDenied> {
        self.may_touch(&[current])?;
        self.keeps_an_owner_without(current)
    }

    fn may_touch(&self, roles: &[Role]) -> Result<(), RosterDenied> {
        match self.actor {
            Some(Role::Owner) => Ok(()),
            Some(Role::Admin) if !roles.contains(&Role::Owner) => Ok(()),
            _ => Err(RosterDenied::Insufficient),
        }
    }

    fn keeps_an_owner_without(&self, leaving: Role) -> Result<(), RosterDenied> {
        if leaving == Role::Owner && self.owners <= 1 {
            return Err(RosterDenied::LastOwner);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, sample::select};

    fn roster(actor: Role, owners: u64) -> Roster {
        Roster {
            actor: Some(actor),
            owners,
        }
    }

    #[test]
    fn an_admin_cannot_touch_owners_in_any_direction() {
        let admin = roster(Role::Admin, 2);
        assert_eq!(admin.may_add(Role::Owner), Err(RosterDenied::Insufficient));
        assert_eq!(
            admin.may_change(Role::Member, Role::Owner),
            Err(RosterDenied::Insufficient)
        );
        assert_eq!(
            admin.may_change(Role::Owner, Role::Member),
            Err(RosterDenied::Insufficient)
        );
        assert_eq!(
            admin.may_remove(Role::Owner),
            Err(RosterDenied::Insufficient)
        );
        assert_eq!(admin.may_change(Role::Admin, Role::Viewer), Ok(()));
    }

    #[test]
    fn the_last_owner_stays_but_may_be_set_to_owner_again() {
        let last = roster(Role::Owner, 1);
        assert_eq!(last.may_remove(Role::Owner), Err(RosterDenied::LastOwner));
        assert_eq!(
            last.may_change(Role::Owner, Role::Admin),
            Err(RosterDenied::LastOwner)
        );
        assert_eq!(last.may_change(Role::Owner, Role::Owner), Ok(()));
        assert_eq!(roster(Role::Owner, 2).may_remove(Role::Owner), Ok(()));
    }

    #[test]
    fn whoever_lost_the_role_meanwhile_is_refused() {
        let gone = Roster {
            actor: None,
            owners: 3,
        };
        assert_eq!(
            gone.may_remove(Role::Viewer),
            Err(RosterDenied::Insufficient)
        );
        assert_eq!(
            roster(Role::Member, 3).may_add(Role::Viewer),
            Err(RosterDenied::Insufficient)
        );
    }

    proptest! {
        /// Whatever is tried in whatever order, a tenant that has an owner keeps one.
        #[test]
        fn no_sequence_of_changes_leaves_a_tenant_without_an_owner(
            mut roles in prop::collection::vec(select(Role::ALL), 1..6),
            steps in prop::collection::vec((0usize..6, 0usize..6, prop::option::of(select(Role::ALL))), 0..40),
        ) {
            roles[0] = Role::Owner;
            for (actor, target, next) in steps {
                let (Some(&actor), Some(&current)) = (roles.get(actor), roles.get(target)) else { continue };
                let owners = roles.iter().filter(|r| **r == Role::Owner).count() as u64;
                let roster = Roster { actor: Some(actor), owners };
                match next {
                    Some(next) if roster.may_change(current, next).is_ok() => roles[target] = next,
                    None if roster.may_remove(current).is_ok() => { roles.remove(target); }
                    _ => {}
                }
                prop_assert!(roles.contains(&Role::Owner));
            }
        }
    }
}
