use super::{KnownRole, Roles, allowed, has_room};
use crate::{
    error::Error,
    gate::{Caller, Work},
    members::lock_roster,
    precondition::Precondition,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{RoleId, TenantId},
    permission::Permission,
    policy::{Grants, Policy},
    role::Role,
    role_definition::RoleDefinition,
    text::RoleDescription,
};

/// Say what a role grants from now on, whether or not it was defined before.
#[derive(Clone, Debug)]
pub struct ReplaceRole {
    /// A role of the organisation's own, or a built-in one whose default this replaces.
    pub role: Role,
    /// What it is for.
    pub description: Option<RoleDescription>,
    /// What it grants.
    pub grants: Grants,
    /// What the caller has seen.
    pub precondition: Precondition,
}

/// A role that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// There was no such role before.
    Created(RoleDefinition),
    /// There was.
    Updated(RoleDefinition),
}

impl Roles {
    /// Replaces what a role grants. Recorded also when nothing changed.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::Insufficient`] when a new role would need a permission more,
    /// [`Error::ImmutableRole`], [`Error::Escalation`], [`Error::PreconditionFailed`], [`Error::TooManyRoles`].
    pub async fn replace(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: ReplaceRole,
    ) -> Result<Replaced, Error> {
        let need = Permission::UpdateRoles;
        let mut work = self.gate.write(caller, tenant, need).await?;
        let holds = lock_roster(&mut work).await?.actor;
        work.demand(holds, need)?;
        let found = work.tx.roles().find(&command.role).await?;
        let known = KnownRole::of(command.role.clone(), found);
        if known.is_none() {
            work.demand(holds, Permission::CreateRoles)?;
        }
        let before = known.as_ref().map_or(Policy::NOTHING, KnownRole::policy);
        let after = Policy::from(&command.grants);
        allowed(&work, &command.role, holds, (before, after))?;
        let version = known.as_ref().map(KnownRole::version);
        command.precondition.check_if_any(version)?;

        match known {
            Some(KnownRole::Defined(role)) => update(work, role, command).await,
            Some(KnownRole::Default(_)) => {
                let role = self.define(work, command).await?;
                Ok(Replaced::Updated(role))
            }
            None => Ok(Replaced::Created(self.define(work, command).await?)),
        }
    }

    async fn define(&self, mut work: Work, command: ReplaceRole) -> Result<RoleDefinition, Error> {
        has_room(&mut work).await?;
        let id = RoleId::from_uuid(self.ports.ids.uuid());
        let (tenant, by) = (work.scope.tenant(), work.scope.actor().user());
        let said = (command.description, command.grants);
        let role = RoleDefinition::define(id, tenant, command.role, said, by, work.scope.at());
        work.tx.roles().insert(&role).await?;
        work.commit(AuditTrail::of(AuditEvent::role_created(&role)))
            .await?;
        Ok(role)
    }
}

async fn update(
    mut work: Work,
    mut role: RoleDefinition,
    command: ReplaceRole,
) -> Result<Replaced, Error> {
    let before = role.clone();
    if role.replace(command.description, command.grants, work.scope.at()) {
        work.tx.roles().update(&role).await?;
    }
    let event = AuditEvent::role_updated(&before, &role);
    work.commit(AuditTrail::of(event)).await?;
    Ok(Replaced::Updated(role))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::membership::Roster;

    fn command(role: &str, grants: &str) -> ReplaceRole {
        ReplaceRole {
            role: Role::parse(role).unwrap(),
            description: None,
            grants: Grants::parse(grants).unwrap(),
            precondition: Precondition::None,
        }
    }

    /// Somebody who holds this under the lock, where `auditor` and `member` are defined, among so many more.
    fn fixture(holds: Policy, more: usize) -> Fixture {
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
        let all = fixture.on.roles.expect_all();
        all.returning(move || Ok(vec![role_definition("other", ""); more + 2]));
        fixture
    }

    fn owner() -> Policy {
        Role::Owner.policy(None)
    }

    async fn replace(world: &World, command: ReplaceRole) -> Result<Replaced, Error> {
        let roles = &world.app.roles;
        roles.replace(&caller(), tenant_id(), command).await
    }

    #[tokio::test]
    async fn a_defined_role_is_changed_with_its_event() {
        let before = role_definition("auditor", AUDITOR);
        let mut after = before.clone();
        assert!(after.replace(None, Grants::parse("read:usage").unwrap(), NOW));
        let mut fixture = fixture(owner(), 0);
        let (update, row) = (fixture.on.roles.expect_update().once(), after.clone());
        update.withf(move |new| *new == row).returning(|_| Ok(()));
        let world = fixture.start();

        let replaced = replace(&world, command("auditor", "read:usage")).await;
        assert_eq!(replaced.unwrap(), Replaced::Updated(after.clone()));
        let trail = AuditTrail::of(AuditEvent::role_updated(&before, &after));
        assert_eq!(world.commits()[0].trail, trail);
        assert_eq!(world.counted().len(), 1);
    }

    #[tokio::test]
    async fn what_it_grants_already_is_recorded_without_touching_the_row() {
        let world = fixture(owner(), 0).start();
        let replaced = replace(&world, command("auditor", AUDITOR)).await;
        let unchanged = role_definition("auditor", AUDITOR);
        assert_eq!(replaced.unwrap(), Replaced::Updated(unchanged));
        assert_eq!(world.committed(), ["role.updated"]);
    }

    #[tokio::test]
    async fn a_new_role_is_created_and_a_default_overridden() {
        for (role, is_new) in [("nonesuch", true), ("viewer", false)] {
            let mut fixture = fixture(owner(), 0);
            fixture
                .on
                .roles
                .expect_insert()
                .once()
                .returning(|_| Ok(()));
            let world = fixture.start();
            let replaced = replace(&world, command(role, "read:projects")).await;
            let said = (None, Grants::parse("read:projects").unwrap());
            let (id, role) = (RoleId::from_uuid(made_id(1)), Role::parse(role).unwrap());
            let expected =
                RoleDefinition::define(id, tenant_id(), role, said, Some(user_id()), NOW);
            let trail = AuditTrail::of(AuditEvent::role_created(&expected));
            let expected = if is_new {
                Replaced::Created(expected)
            } else {
                Replaced::Updated(expected)
            };
            assert_eq!(replaced.unwrap(), expected);
            assert_eq!(world.commits()[0].trail, trail);
        }
    }

    #[tokio::test]
    async fn a_new_role_needs_the_permission_to_create_one() {
        let holds = granted("keeper", "update:roles read:projects").policy;
        let world = fixture(holds, 0).start();
        let refused = replace(&world, command("nonesuch", "read:projects")).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn neither_widening_nor_narrowing_goes_beyond_what_is_held() {
        let holds = granted("keeper", "*:roles read:projects").policy;
        for (role, grants, beyond) in [
            ("nonesuch", "read:usage", Permission::ReadUsage),
            (
                "member",
                "*:projects[owner] delete:projects",
                Permission::UpdateProjects,
            ),
            ("auditor", "read:projects", Permission::ReadAuditEvents),
        ] {
            let world = fixture(holds, 0).start();
            let refused = replace(&world, command(role, grants)).await.unwrap_err();
            let Error::Escalation(permissions) = refused else {
                panic!("{refused:?}");
            };
            assert!(permissions.contains(beyond), "{role}");
            assert_escalation_noted(&world, &permissions.iter().collect::<Vec<_>>()).await;
        }
    }

    #[tokio::test]
    async fn owner_and_admin_stay_as_they_are() {
        for role in ["owner", "admin"] {
            let world = fixture(owner(), 0).start();
            let refused = replace(&world, command(role, "*:*")).await;
            assert!(matches!(refused, Err(Error::ImmutableRole)));
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn a_failed_precondition_writes_nothing() {
        let seen = |role, precondition| ReplaceRole {
            precondition,
            ..command(role, "read:projects")
        };
        for stale in [
            seen("auditor", Precondition::OneOf(vec![2])),
            seen("auditor", Precondition::Absent),
            seen("viewer", Precondition::OneOf(vec![1])),
            seen("viewer", Precondition::Absent),
            seen("nonesuch", Precondition::OneOf(vec![0])),
            seen("nonesuch", Precondition::Exists),
        ] {
            let world = fixture(owner(), 0).start();
            let refused = replace(&world, stale.clone()).await;
            assert!(
                matches!(refused, Err(Error::PreconditionFailed)),
                "{stale:?}"
            );
            world.assert_untouched();
        }
        let mut fixture = fixture(owner(), 0);
        fixture.on.roles.expect_insert().returning(|_| Ok(()));
        let world = fixture.start();
        let fresh = seen("viewer", Precondition::OneOf(vec![0]));
        assert!(replace(&world, fresh).await.is_ok());
    }

    #[tokio::test]
    async fn there_is_no_room_for_a_fifty_first_definition_but_for_changes() {
        for role in ["nonesuch", "viewer"] {
            let world = fixture(owner(), 48).start();
            let refused = replace(&world, command(role, "read:projects")).await;
            assert!(matches!(refused, Err(Error::TooManyRoles)));
            world.assert_untouched();
        }
        let mut fixture = fixture(owner(), 48);
        fixture.on.roles.expect_update().returning(|_| Ok(()));
        let changed = replace(&fixture.start(), command("auditor", "")).await;
        assert!(changed.is_ok());
    }

    #[tokio::test]
    async fn what_is_held_under_the_lock_beats_what_was_held_at_the_gate() {
        let world = fixture(Role::Viewer.policy(None), 0).start();
        let refused = replace(&world, command("auditor", "")).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_change_roles_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateRoles, async |app, caller| {
            let command = command("auditor", "");
            app.roles.replace(caller, tenant_id(), command).await
        })
        .await;
    }
}
