use super::{Roles, allowed, has_room};
use crate::{
    error::Error,
    gate::Caller,
    members::lock_roster,
    outcome::{Outcome, remember, replay},
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{RoleId, TenantId},
    idempotency::IdempotencyKey,
    permission::Permission,
    policy::{Grants, Policy},
    role::{Role, RoleName},
    role_definition::RoleDefinition,
    text::RoleDescription,
};

/// Define a role of the organisation's own.
#[derive(Clone, Debug)]
pub struct CreateRole {
    /// What to call it.
    pub name: RoleName,
    /// What it is for.
    pub description: Option<RoleDescription>,
    /// What it grants.
    pub grants: Grants,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl Roles {
    /// Defines a role.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::Escalation`], [`Error::TooManyRoles`], [`Error::Taken`], the idempotency
    /// conflicts.
    pub async fn create(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: CreateRole,
    ) -> Result<Outcome<RoleDefinition>, Error> {
        let need = Permission::CreateRoles;
        let mut work = self.gate.write(caller, tenant, need).await?;
        let (actor, now) = (work.scope.actor(), work.scope.at());
        let (counters, key) = (&*self.ports.counters, command.key.as_ref());
        let records = work.tx.idempotency();
        if let Some(role) = replay(records, actor.as_uuid(), key, now, counters).await? {
            return Ok(Outcome::Replayed(role));
        }
        let holds = lock_roster(&mut work).await?.actor;
        work.demand(holds, need)?;
        let id = RoleId::from_uuid(self.ports.ids.uuid());
        let name = Role::Custom(command.name);
        let said = (command.description, command.grants);
        let role = RoleDefinition::define(id, tenant, name, said, actor.user(), now);
        allowed(&work, &role.role, holds, (Policy::NOTHING, role.policy()))?;
        has_room(&mut work).await?;

        work.tx.roles().insert(&role).await?;
        remember(work.tx.idempotency(), actor.as_uuid(), key, &role).await?;
        work.commit(AuditTrail::of(AuditEvent::role_created(&role)))
            .await?;
        Ok(Outcome::Fresh(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Challenge, testing::*};
    use domain::{
        idempotency::Claim,
        membership::Roster,
        ports::{StoreError, Unique},
    };

    fn command(grants: &str) -> CreateRole {
        CreateRole {
            name: RoleName::parse("auditor").unwrap(),
            description: Some(RoleDescription::parse("looks").unwrap()),
            grants: Grants::parse(grants).unwrap(),
            key: None,
        }
    }

    fn created(grants: &str) -> RoleDefinition {
        let said = (command("").description, Grants::parse(grants).unwrap());
        let (id, role) = (
            RoleId::from_uuid(made_id(1)),
            Role::parse("auditor").unwrap(),
        );
        RoleDefinition::define(id, tenant_id(), role, said, Some(user_id()), NOW)
    }

    /// Somebody who holds this under the lock, in an organisation that defines so many roles.
    fn fixture(holds: Policy, defined: usize) -> Fixture {
        let mut fixture = Fixture::member(Role::Owner).with_tenant();
        let roster = Roster {
            actor: holds,
            owners: 1,
        };
        let lock = fixture.on.members.expect_lock_roster().once();
        lock.withf(|actor| *actor == user_id())
            .returning(move |_| Ok(roster));
        let all = fixture.on.roles.expect_all();
        all.returning(move || Ok(vec![role_definition("other", ""); defined]));
        fixture
    }

    fn owner() -> Policy {
        Role::Owner.policy(None)
    }

    async fn create(world: &World, command: CreateRole) -> Result<Outcome<RoleDefinition>, Error> {
        let roles = &world.app.roles;
        roles.create(&caller(), tenant_id(), command).await
    }

    #[tokio::test]
    async fn the_role_is_committed_with_its_event() {
        let mut fixture = fixture(owner(), 49);
        let insert = fixture.on.roles.expect_insert().once();
        insert
            .withf(|new| *new == created(AUDITOR))
            .returning(|_| Ok(()));
        let world = fixture.start();

        let outcome = create(&world, command(AUDITOR)).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(created(AUDITOR)));
        let trail = AuditTrail::of(AuditEvent::role_created(&created(AUDITOR)));
        assert_eq!(world.commits()[0].trail, trail);
        assert_eq!(world.counted().len(), 1);
    }

    #[tokio::test]
    async fn the_outcome_is_stored_and_replayed_without_defining_anything() {
        let mut fixture = fixture(owner(), 0);
        fixture.on.roles.expect_insert().returning(|_| Ok(()));
        let records = &mut fixture.on.idempotency;
        records.expect_claim().returning(|_, _, _| Ok(Claim::Fresh));
        let complete = records.expect_complete().once();
        complete
            .withf(|actor, _, outcome| {
                let stored = crate::stored::decode::<RoleDefinition>(outcome).unwrap();
                (*actor, stored) == (user_id().as_uuid(), created(AUDITOR))
            })
            .returning(|_, _, _| Ok(()));
        let keyed = || CreateRole {
            key: Some(idempotency_key()),
            ..command(AUDITOR)
        };
        assert!(create(&fixture.start(), keyed()).await.is_ok());

        let mut fixture = Fixture::member(Role::Owner);
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&created(AUDITOR)).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();
        let outcome = create(&world, keyed()).await;
        assert_eq!(outcome.unwrap(), Outcome::Replayed(created(AUDITOR)));
        assert_eq!(world.commits(), []);
    }

    #[tokio::test]
    async fn nobody_defines_a_role_that_grants_more_than_they_hold() {
        let holds = granted(
            "keeper",
            "create:roles read:projects update:projects[owner]",
        )
        .policy;
        for (grants, beyond) in [
            ("update:projects", Permission::UpdateProjects),
            (
                "read:projects delete:projects[owner]",
                Permission::DeleteProjects,
            ),
            ("update:projects[owner] read:usage", Permission::ReadUsage),
        ] {
            let world = fixture(holds, 0).start();
            let refused = create(&world, command(grants)).await.unwrap_err();
            let expected = [beyond].into_iter().collect();
            assert!(matches!(refused, Error::Escalation(found) if found == expected));
            assert_escalation_noted(&world, &[beyond]).await;
        }
        let mut fixture = fixture(holds, 0);
        fixture.on.roles.expect_insert().returning(|_| Ok(()));
        let outcome = create(&fixture.start(), command("update:projects[owner]")).await;
        assert!(outcome.is_ok());
    }

    #[tokio::test]
    async fn what_is_held_under_the_lock_beats_what_was_held_at_the_gate() {
        let world = fixture(Role::Viewer.policy(None), 0).start();
        let refused = create(&world, command("read:projects")).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn there_is_no_room_for_a_fifty_first_role() {
        let world = fixture(owner(), 50).start();
        let refused = create(&world, command(AUDITOR)).await;
        assert!(matches!(refused, Err(Error::TooManyRoles)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_name_is_taken_once() {
        let mut fixture = fixture(owner(), 1);
        let insert = fixture.on.roles.expect_insert();
        insert.returning(|_| Err(StoreError::Taken(Unique::Role)));
        let world = fixture.start();
        let refused = create(&world, command(AUDITOR)).await;
        assert!(matches!(refused, Err(Error::Taken(Unique::Role))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_key_defines_no_roles_whatever_it_was_granted() {
        let world = Fixture::with(almighty_key()).start();
        let (roles, command) = (&world.app.roles, command(AUDITOR));
        let outcome = roles.create(&key_caller(), tenant_id(), command).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_create_roles_is_refused_before_anything_is_read() {
        assert_refused(Permission::CreateRoles, async |app, caller| {
            app.roles
                .create(caller, tenant_id(), command(AUDITOR))
                .await
        })
        .await;
    }
}
