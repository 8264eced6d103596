//! Memberships: who belongs to a tenant, in which role, and who may change that.

use crate::{
    id::{MembershipId, TenantId, UserId},
    permission::Permission,
    policy::{Policy, Reach},
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

/// What a member is, and what that grants in the tenant at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The role.
    pub role: Role,
    /// What it grants.
    pub policy: Policy,
}

impl Standing {
    /// A role that grants what it does where the tenant says nothing else.
    pub fn by_default(role: Role) -> Self {
        let policy = role.policy(None);
        Self { role, policy }
    }
}

/// What has to be known, with the tenant's roster locked, before a membership is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roster {
    /// What the acting user may do now, after the lock: it may have changed since the request was let in.
    pub actor: Policy,
    /// How many owners the tenant has.
    pub owners: u64,
}

/// Why a membership may not be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterDenied {
    /// The acting user may not manage members, or not members who may do more than the acting user.
    #[error("insufficient permissions for this organisation")]
    Insufficient,
    /// The tenant would be left without an owner.
    #[error("organisation must always have at least one owner")]
    LastOwner,
}

impl Roster {
    /// Whether a user may be added in this role. Nobody gives away what they do not hold: only owners make owners.
    ///
    /// # Errors
    /// [`RosterDenied::Insufficient`].
    pub fn may_add(&self, role: &Standing) -> Result<(), RosterDenied> {
        self.may_touch(Permission::CreateMembers, &[role])
    }

    /// Whether a member's role may be set from `current` to `next`.
    ///
    /// # Errors
    /// Both kinds, the missing right first.
    pub fn may_change(&self, current: &Standing, next: &Standing) -> Result<(), RosterDenied> {
        self.may_touch(Permission::UpdateMembers, &[current, next])?;
        if next.role == Role::Owner {
            Ok(())
        } else {
            self.keeps_an_owner_without(&current.role)
        }
    }

    /// Whether a member in this role may be removed.
    ///
    /// # Errors
    /// Both kinds, the missing right first.
    pub fn may_remove(&self, current: &Standing) -> Result<(), RosterDenied> {
        self.may_touch(Permission::DeleteMembers, &[current])?;
        self.keeps_an_owner_without(&current.role)
    }

    fn may_touch(&self, need: Permission, roles: &[&Standing]) -> Result<(), RosterDenied> {
        let holds = self.actor.reach(need) == Reach::Everything;
        if holds && roles.iter().all(|role| self.actor.covers(role.policy)) {
            return Ok(());
        }
        Err(RosterDenied::Insufficient)
    }

    fn keeps_an_owner_without(&self, leaving: &Role) -> Result<(), RosterDenied> {
        if *leaving == Role::Owner && self.owners <= 1 {
            return Err(RosterDenied::LastOwner);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, sample::select};

    fn standing(role: Role) -> Standing {
        Standing::by_default(role)
    }

    fn roster(actor: Role, owners: u64) -> Roster {
        Roster {
            actor: standing(actor).policy,
            owners,
        }
    }

    #[test]
    fn an_admin_cannot_touch_owners_in_any_direction() {
        let admin = roster(Role::Admin, 2);
        let (owner, member) = (standing(Role::Owner), standing(Role::Member));
        let refused = Err(RosterDenied::Insufficient);
        assert_eq!(admin.may_add(&owner), refused);
        assert_eq!(admin.may_change(&member, &owner), refused);
        assert_eq!(admin.may_change(&owner, &member), refused);
        assert_eq!(admin.may_remove(&owner), refused);
        let (admins, viewer) = (standing(Role::Admin), standing(Role::Viewer));
        assert_eq!(admin.may_change(&admins, &viewer), Ok(()));
    }

    #[test]
    fn whoever_manages_members_by_a_custom_role_gives_no_more_than_that_role_has() {
        let recruiter = Role::parse("recruiter").unwrap();
        let policy = recruiter.policy(Some("*:members read:projects update:resources[owner]"));
        let roster = Roster {
            actor: policy,
            owners: 1,
        };
        let with = |definition| Standing {
            policy: recruiter.policy(Some(definition)),
            role: recruiter.clone(),
        };
        assert_eq!(roster.may_add(&with("read:projects read:members")), Ok(()));
        let refused = Err(RosterDenied::Insufficient);
        assert_eq!(roster.may_add(&with("update:resources")), refused);
        assert_eq!(roster.may_add(&standing(Role::Viewer)), refused);
        let small = with("read:projects");
        assert_eq!(roster.may_change(&standing(Role::Admin), &small), refused);
    }

    #[test]
    fn the_last_owner_stays_but_may_be_set_to_owner_again() {
        let last = roster(Role::Owner, 1);
        let owner = standing(Role::Owner);
        assert_eq!(last.may_remove(&owner), Err(RosterDenied::LastOwner));
        let demoted = last.may_change(&owner, &standing(Role::Admin));
        assert_eq!(demoted, Err(RosterDenied::LastOwner));
        assert_eq!(last.may_change(&owner, &owner), Ok(()));
        assert_eq!(roster(Role::Owner, 2).may_remove(&owner), Ok(()));
    }

    #[test]
    fn whoever_lost_the_role_meanwhile_is_refused() {
        let gone = Roster {
            actor: Policy::NOTHING,
            owners: 3,
        };
        let viewer = standing(Role::Viewer);
        assert_eq!(gone.may_remove(&viewer), Err(RosterDenied::Insufficient));
        let member = roster(Role::Member, 3);
        assert_eq!(member.may_add(&viewer), Err(RosterDenied::Insufficient));
    }

    proptest! {
        /// Whatever is tried in whatever order, a tenant that has an owner keeps one.
        #[test]
        fn no_sequence_of_changes_leaves_a_tenant_without_an_owner(
            mut roles in prop::collection::vec(select(&Role::BUILT_IN[..]), 1..6),
            steps in prop::collection::vec(
                (0usize..6, 0usize..6, prop::option::of(select(&Role::BUILT_IN[..]))),
                0..40,
            ),
        ) {
            roles[0] = Role::Owner;
            for (actor, target, next) in steps {
                let (Some(actor), Some(current)) = (roles.get(actor), roles.get(target)) else { continue };
                let owners = roles.iter().filter(|r| **r == Role::Owner).count() as u64;
                let (roster, current) = (roster(actor.clone(), owners), standing(current.clone()));
                match next {
                    Some(next) if roster.may_change(&current, &standing(next.clone())).is_ok() => {
                        roles[target] = next;
                    }
                    None if roster.may_remove(&current).is_ok() => { roles.remove(target); }
                    _ => {}
                }
                prop_assert!(roles.contains(&Role::Owner));
            }
        }
    }
}
