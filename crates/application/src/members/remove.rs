use super::{Members, allowed, held, lock_roster};
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{TenantId, UserId},
    permission::Permission,
};

impl Members {
    /// Removes a member.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Insufficient`] when an admin touches an owner,
    /// [`Error::LastOwner`].
    pub async fn remove(
        &self,
        caller: &Caller,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::DeleteMembers)
            .await?;
        let roster = lock_roster(&mut work).await?;
        let found = work.tx.members().find(user).await?;
        let member = found
            .ok_or(Error::NotFound(Resource::Membership))?
            .membership;
        let standing = held(&mut work, &member.role).await?;
        let verdict = roster.may_remove(&standing);
        allowed(&work, &roster, verdict, &[&standing])?;

        work.tx.members().remove(user, &member.role).await?;
        work.commit(AuditTrail::of(AuditEvent::member_removed(&member)))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::role::Role;

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

    async fn remove(world: &World) -> Result<(), Error> {
        let members = &world.app.members;
        members.remove(&caller(), tenant_id(), other_id()).await
    }

    #[tokio::test]
    async fn the_removal_is_committed_with_its_event() {
        let mut fixture = fixture(Some(Role::Owner), 2, Some(Role::Owner));
        let remove_row = fixture.on.members.expect_remove().once();
        remove_row
            .withf(|user, role| (*user, role) == (other_id(), &Role::Owner))
            .returning(|_, _| Ok(()));
        let world = fixture.start();

        remove(&world).await.unwrap();
        let gone = membership(other_id(), Role::Owner);
        let trail = AuditTrail::of(AuditEvent::member_removed(&gone));
        assert_eq!(world.commits()[0].trail, trail);
        assert_eq!(world.counted().len(), 1);
    }

    #[tokio::test]
    async fn the_last_owner_stays() {
        let world = fixture(Some(Role::Owner), 1, Some(Role::Owner)).start();
        assert!(matches!(remove(&world).await, Err(Error::LastOwner)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn an_admin_removes_no_owner() {
        let world = fixture(Some(Role::Admin), 2, Some(Role::Owner)).start();
        assert!(matches!(remove(&world).await, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn the_role_under_the_lock_beats_the_one_at_the_gate() {
        for demoted in [None, Some(Role::Viewer)] {
            let world = fixture(demoted.clone(), 2, Some(Role::Viewer)).start();
            let removed = remove(&world).await;
            assert!(matches!(removed, Err(Error::Insufficient)), "{demoted:?}");
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn reaching_beyond_ones_own_rights_is_noted() {
        let fixture = fixture(Some(Role::Admin), 2, Some(Role::Owner));
        let world = fixture.with_tenant().start();
        assert!(matches!(remove(&world).await, Err(Error::Insufficient)));
        assert_escalation_noted(&world, &[Permission::DeleteOrganisation]).await;
    }

    #[tokio::test]
    async fn whoever_holds_a_role_that_is_not_defined_can_be_removed() {
        let nonesuch = Role::parse("nonesuch").unwrap();
        let mut fixture = fixture(Some(Role::Admin), 1, Some(nonesuch));
        fixture.on.members.expect_remove().returning(|_, _| Ok(()));
        let world = fixture.start();
        remove(&world).await.unwrap();
        assert_eq!(world.committed(), ["member.removed"]);
    }

    #[tokio::test]
    async fn whoever_is_not_a_member_is_not_found() {
        let world = fixture(Some(Role::Owner), 1, None).start();
        let error = remove(&world).await.unwrap_err();
        assert!(matches!(error, Error::NotFound(Resource::Membership)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_manage_members_is_refused_before_anything_is_read() {
        assert_refused(Permission::DeleteMembers, async |app, caller| {
            app.members.remove(caller, tenant_id(), other_id()).await
        })
        .await;
    }
}
