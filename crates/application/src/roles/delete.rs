use super::{KnownRole, Roles, allowed};
use crate::{
    error::{Error, Resource},
    gate::Caller,
    members::lock_roster,
    precondition::Precondition,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::TenantId,
    permission::Permission,
    role::Role,
    role_definition::RoleDenied,
};

impl Roles {
    /// Deletes a role that nobody has; a built-in one goes back to its default, and where it is that already nothing
    /// happens.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::ImmutableRole`], [`Error::Escalation`] when the role grants
    /// more than the actor holds, [`Error::PreconditionFailed`], [`Error::RoleInUse`].
    pub async fn delete(
        &self,
        caller: &Caller,
        tenant: TenantId,
        role: Role,
        precondition: Precondition,
    ) -> Result<(), Error> {
        let need = Permission::DeleteRoles;
        let mut work = self.gate.write(caller, tenant, need).await?;
        let holds = lock_roster(&mut work).await?.actor;
        work.demand(holds, need)?;
        let found = work.tx.roles().find(&role).await?;
        let known = KnownRole::of(role, found).ok_or(Error::NotFound(Resource::Role))?;
        let change = (known.policy(), known.role().policy(None));
        allowed(&work, known.role(), holds, change)?;
        precondition.check(known.version())?;
        let KnownRole::Defined(role) = known else {
            return Ok(());
        };
        if !role.role.is_built_in() && work.tx.members().holders(&role.role).await? > 0 {
            return Err(RoleDenied::InUse.into());
        }
        work.tx.roles().delete(&role).await?;
        work.commit(AuditTrail::of(AuditEvent::role_deleted(&role)))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{membership::Roster, policy::Policy};

    /// Somebody who holds this under the lock, where `auditor` and `member` are defined and so many are auditors.
    fn fixture(holds: Policy, holders: u64) -> Fixture {
        let defined = [
            role_definition("auditor", AUDITOR),
            role_definition("member", "read:projects"),
        ];
        let mut fixture = Fixture::member(Role::Owner).with_tenant();
        let roster = Roster {
            actor: holds,
            owners: 1,
        };
        let lock = fixture.on.members.expect_lock_roster().once();
        lock.returning(move |_| Ok(roster));
        expect_roles(&mut fixture.on.roles, &defined);
        let count = fixture.on.members.expect_holders();
        count
            .withf(|role| role.as_str() == "auditor")
            .returning(move |_| Ok(holders));
        fixture
    }

    fn owner() -> Policy {
        Role::Owner.policy(None)
    }

    async fn delete(world: &World, role: &str, seen: Precondition) -> Result<(), Error> {
        let (roles, role) = (&world.app.roles, Role::parse(role).unwrap());
        roles.delete(&caller(), tenant_id(), role, seen).await
    }

    #[tokio::test]
    async fn the_deletion_is_committed_with_its_event() {
        for name in ["auditor", "member"] {
            let mut fixture = fixture(owner(), 0);
            let remove = fixture.on.roles.expect_delete().once();
            remove
                .withf(move |role| (role.role.as_str(), role.version) == (name, 3))
                .returning(|_| Ok(()));
            let world = fixture.start();
            let seen = Precondition::OneOf(vec![3]);
            delete(&world, name, seen).await.unwrap();
            assert_eq!(world.committed(), ["role.deleted"]);
        }
    }

    #[tokio::test]
    async fn a_role_that_somebody_has_stays() {
        let world = fixture(owner(), 1).start();
        let refused = delete(&world, "auditor", Precondition::None).await;
        assert!(matches!(refused, Err(Error::RoleInUse)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_default_goes_back_to_itself_and_nothing_is_recorded() {
        let world = fixture(owner(), 0).start();
        let deleted = delete(&world, "viewer", Precondition::None).await;
        deleted.unwrap();
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_role_that_is_not_there_is_not_found() {
        let world = fixture(owner(), 0).start();
        let refused = delete(&world, "nonesuch", Precondition::None).await;
        assert!(matches!(refused, Err(Error::NotFound(Resource::Role))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn nobody_deletes_a_role_that_grants_more_than_they_hold_before_or_afterwards() {
        let holds = granted(
            "keeper",
            "*:roles read:organisation read:projects read:resources",
        )
        .policy;
        let world = fixture(holds, 0).start();
        let refused = delete(&world, "auditor", Precondition::None).await;
        assert!(matches!(refused, Err(Error::Escalation(_))));
        assert_escalation_noted(&world, &[Permission::ReadAuditEvents]).await;

        // The default of `member` may change projects and resources.
        let world = fixture(holds, 0).start();
        let refused = delete(&world, "member", Precondition::None).await;
        let Err(Error::Escalation(beyond)) = refused else {
            panic!("{refused:?}");
        };
        assert!(beyond.contains(Permission::DeleteResources));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn owner_and_admin_stay() {
        let world = fixture(owner(), 0).start();
        let refused = delete(&world, "admin", Precondition::None).await;
        assert!(matches!(refused, Err(Error::ImmutableRole)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_failed_precondition_leaves_the_role_alone() {
        let world = fixture(owner(), 0).start();
        let stale = delete(&world, "auditor", Precondition::OneOf(vec![2])).await;
        assert!(matches!(stale, Err(Error::PreconditionFailed)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn what_is_held_under_the_lock_beats_what_was_held_at_the_gate() {
        let world = fixture(Role::Viewer.policy(None), 0).start();
        let refused = delete(&world, "auditor", Precondition::None).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_delete_roles_is_refused_before_anything_is_read() {
        assert_refused(Permission::DeleteRoles, async |app, caller| {
            let none = Precondition::None;
            app.roles
                .delete(caller, tenant_id(), Role::Member, none)
                .await
        })
        .await;
    }
}
