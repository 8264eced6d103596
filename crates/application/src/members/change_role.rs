use super::{Members, allowed, held, lock_roster, standing};
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{TenantId, UserId},
    membership::Member,
    permission::Permission,
    role::Role,
};

impl Members {
    /// Sets a member's role. Recorded also when it was that already.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Insufficient`] when an admin touches an owner,
    /// [`Error::LastOwner`].
    pub async fn change_role(
        &self,
        caller: &Caller,
        tenant: TenantId,
        user: UserId,
        role: Role,
    ) -> Result<Member, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::UpdateMembers)
            .await?;
        let roster = lock_roster(&mut work).await?;
        let found = work.tx.members().find(user).await?;
        let mut member = found.ok_or(Error::NotFound(Resource::Membership))?;
        let old = held(&mut work, &member.membership.role).await?;
        let role = standing(&mut work, role).await?;
        let role = role.ok_or(Error::UnknownRole)?;
        let verdict = roster.may_change(&old, &role);
        allowed(&work, &roster, verdict, &[&old, &role])?;

        if member.membership.change_role(role.role, work.scope.at()) {
            work.tx.members().set_role(&member.membership).await?;
        }
        let event = AuditEvent::member_role_changed(&member.membership, &old.role);
        work.commit(AuditTrail::of(event)).await?;
        Ok(member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// Someone who holds `current` is to hold `next`, asked for by someone who holds `actor`.
    fn fixture(actor: Option<Role>, owners: u64, current: Option<Role>) -> Fixture {
        let mut fixture = Fixture::member(Role::Owner);
        let found = current.map(|role| member(other_id(), role));
        expect_roster(&mut fixture.on.members, roster(actor, owners), found);
        expect_roles(
            &mut fixture.on.roles,
            &[role_definition("auditor", AUDITOR)],
        );
        fixture
    }

    async fn set(world: &World, next: Role) -> Result<Member, Error> {
        let members = &world.app.members;
        members
            .change_role(&caller(), tenant_id(), other_id(), next)
            .await
    }

    #[tokio::test]
    async fn the_new_role_is_committed_with_its_event() {
        let mut expected = member(other_id(), Role::Member);
        expected.membership.change_role(Role::Admin, NOW);
        let row = expected.membership.clone();
        let mut fixture = fixture(Some(Role::Owner), 1, Some(Role::Member));
        let set_role = fixture.on.members.expect_set_role().once();
        set_role.withf(move |new| *new == row).returning(|_| Ok(()));
        let world = fixture.start();

        assert_eq!(set(&world, Role::Admin).await.unwrap(), expected);
        let event = AuditEvent::member_role_changed(&expected.membership, &Role::Member);
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted().len(), 1);
    }

    #[tokio::test]
    async fn the_role_that_it_was_is_recorded_without_touching_the_row() {
        let world = fixture(Some(Role::Owner), 1, Some(Role::Owner)).start();
        let unchanged = member(other_id(), Role::Owner);
        assert_eq!(set(&world, Role::Owner).await.unwrap(), unchanged);
        assert_eq!(world.committed(), ["member.role_changed"]);
    }

    #[tokio::test]
    async fn the_last_owner_stays_one() {
        let world = fixture(Some(Role::Owner), 1, Some(Role::Owner)).start();
        let changed = set(&world, Role::Admin).await;
        assert!(matches!(changed, Err(Error::LastOwner)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn an_admin_touches_no_owner_in_either_direction() {
        for (current, next) in [(Role::Owner, Role::Member), (Role::Member, Role::Owner)] {
            let world = fixture(Some(Role::Admin), 2, Some(current.clone())).start();
            let changed = set(&world, next).await;
            assert!(matches!(changed, Err(Error::Insufficient)), "{current:?}");
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn the_role_under_the_lock_beats_the_one_at_the_gate() {
        for demoted in [None, Some(Role::Member)] {
            let world = fixture(demoted.clone(), 2, Some(Role::Viewer)).start();
            let changed = set(&world, Role::Member).await;
            assert!(matches!(changed, Err(Error::Insufficient)), "{demoted:?}");
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn reaching_beyond_ones_own_rights_is_noted_in_either_direction() {
        for (current, next) in [(Role::Owner, Role::Member), (Role::Member, Role::Owner)] {
            let fixture = fixture(Some(Role::Admin), 2, Some(current));
            let world = fixture.with_tenant().start();
            let changed = set(&world, next).await;
            assert!(matches!(changed, Err(Error::Insufficient)));
            assert_escalation_noted(&world, &[Permission::DeleteOrganisation]).await;
        }
    }

    #[tokio::test]
    async fn a_role_that_is_not_defined_can_be_left_but_not_taken() {
        let nonesuch = || Role::parse("nonesuch").unwrap();
        let world = fixture(Some(Role::Admin), 1, Some(Role::Viewer)).start();
        let changed = set(&world, nonesuch()).await;
        assert!(matches!(changed, Err(Error::UnknownRole)));
        world.assert_untouched();

        let mut fixture = fixture(Some(Role::Admin), 1, Some(nonesuch()));
        fixture.on.members.expect_set_role().returning(|_| Ok(()));
        let world = fixture.start();
        assert!(set(&world, Role::parse("auditor").unwrap()).await.is_ok());
        assert_eq!(world.committed(), ["member.role_changed"]);
    }

    #[tokio::test]
    async fn whoever_is_not_a_member_is_not_found() {
        let world = fixture(Some(Role::Owner), 1, None).start();
        let changed = set(&world, Role::Member).await;
        let error = changed.unwrap_err();
        assert!(matches!(error, Error::NotFound(Resource::Membership)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_manage_members_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateMembers, async |app, caller| {
            let members = &app.members;
            members
                .change_role(caller, tenant_id(), other_id(), Role::Viewer)
                .await
        })
        .await;
    }
}
