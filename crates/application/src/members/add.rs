use super::{Members, allowed, lock_roster, standing};
use crate::{
    error::{Error, Resource},
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{MembershipId, TenantId, UserId},
    idempotency::IdempotencyKey,
    membership::{Member, Membership},
    permission::Permission,
    role::Role,
};

/// Make an existing user a member.
#[derive(Clone, Debug)]
pub struct AddMember {
    /// The user.
    pub user: UserId,
    /// What the user may do.
    pub role: Role,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl Members {
    /// Adds a member.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::Insufficient`] when an admin makes an owner, [`Error::NotFound`],
    /// [`Error::Taken`], the idempotency conflicts.
    pub async fn add(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: AddMember,
    ) -> Result<Outcome<Member>, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::CreateMembers)
            .await?;
        let (actor, now) = (work.scope.actor().as_uuid(), work.scope.at());
        let (counters, key) = (&*self.ports.counters, command.key.as_ref());
        if let Some(member) = replay(work.tx.idempotency(), actor, key, now, counters).await? {
            return Ok(Outcome::Replayed(member));
        }
        let roster = lock_roster(&mut work).await?;
        let role = standing(&mut work, command.role).await?;
        let role = role.ok_or(Error::UnknownRole)?;
        allowed(&work, &roster, roster.may_add(&role), &[&role])?;
        let found = work.tx.users().find(command.user).await?;
        let user = found.ok_or(Error::NotFound(Resource::User))?;

        let id = MembershipId::from_uuid(self.ports.ids.uuid());
        let membership = Membership::join(id, tenant, command.user, role.role, now);
        work.tx.members().insert(&membership).await?;
        let member = Member { membership, user };
        remember(work.tx.idempotency(), actor, key, &member).await?;
        work.commit(AuditTrail::of(AuditEvent::member_added(&member.membership)))
            .await?;
        Ok(Outcome::Fresh(member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Challenge, testing::*};
    use domain::{
        membership::Roster,
        ports::{StoreError, Unique},
    };

    fn command(role: Role) -> AddMember {
        AddMember {
            user: other_id(),
            role,
            key: None,
        }
    }

    fn joined(role: Role) -> Membership {
        let id = MembershipId::from_uuid(made_id(1));
        Membership::join(id, tenant_id(), other_id(), role, NOW)
    }

    fn fixture(roster: Roster) -> Fixture {
        let mut fixture = Fixture::member(Role::Owner);
        expect_roster(&mut fixture.on.members, roster, None);
        expect_roles(
            &mut fixture.on.roles,
            &[role_definition("auditor", AUDITOR)],
        );
        fixture
    }

    #[tokio::test]
    async fn the_member_is_committed_with_its_event() {
        let mut fixture = fixture(roster(Some(Role::Owner), 1));
        let find = fixture.on.users.expect_find();
        find.withf(|id| *id == other_id())
            .returning(|id| Ok(Some(user_of(id))));
        let insert = fixture.on.members.expect_insert().once();
        insert
            .withf(|new| *new == joined(Role::Owner))
            .returning(|_| Ok(()));
        let world = fixture.start();

        let members = &world.app.members;
        let added = members
            .add(&caller(), tenant_id(), command(Role::Owner))
            .await;
        let expected = Member {
            membership: joined(Role::Owner),
            user: user_of(other_id()),
        };
        assert_eq!(added.unwrap(), Outcome::Fresh(expected));
        let event = AuditEvent::member_added(&joined(Role::Owner));
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted().len(), 1);
    }

    #[tokio::test]
    async fn a_replay_returns_the_first_answer_and_adds_nobody() {
        let first = Member {
            membership: joined(Role::Viewer),
            user: user_of(other_id()),
        };
        let mut fixture = Fixture::member(Role::Owner);
        let stored = crate::stored::encode(&first).unwrap();
        let claim = fixture.on.idempotency.expect_claim();
        claim.returning(move |_, _, _| Ok(domain::idempotency::Claim::Replay(stored.clone())));
        let world = fixture.start();

        let key = Some(idempotency_key());
        let command = AddMember {
            key,
            ..command(Role::Viewer)
        };
        let members = &world.app.members;
        let added = members.add(&caller(), tenant_id(), command).await;
        assert_eq!(added.unwrap(), Outcome::Replayed(first));
        assert_eq!(world.commits(), []);
    }

    #[tokio::test]
    async fn an_admin_makes_no_owners() {
        let world = fixture(roster(Some(Role::Admin), 1)).start();
        let members = &world.app.members;
        let added = members
            .add(&caller(), tenant_id(), command(Role::Owner))
            .await;
        assert!(matches!(added, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn the_role_under_the_lock_beats_the_one_at_the_gate() {
        for demoted in [None, Some(Role::Viewer)] {
            let world = fixture(roster(demoted.clone(), 1)).start();
            let members = &world.app.members;
            let added = members
                .add(&caller(), tenant_id(), command(Role::Viewer))
                .await;
            assert!(matches!(added, Err(Error::Insufficient)), "{demoted:?}");
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn reaching_beyond_ones_own_rights_is_noted() {
        let world = fixture(roster(Some(Role::Admin), 1)).with_tenant().start();
        let command = command(Role::Owner);
        let added = world.app.members.add(&caller(), tenant_id(), command).await;
        assert!(matches!(added, Err(Error::Insufficient)));
        assert_escalation_noted(&world, &[Permission::DeleteOrganisation]).await;
    }

    #[tokio::test]
    async fn a_role_of_the_organisations_own_is_given_by_whoever_holds_what_it_grants() {
        let auditor = Role::parse("auditor").unwrap();
        for (actor, lacks) in [
            ("*:members read:projects read:audit_events", None),
            ("*:members read:projects", Some(Permission::ReadAuditEvents)),
        ] {
            let actor = Roster {
                actor: granted("recruiter", actor).policy,
                owners: 1,
            };
            let mut fixture = fixture(actor).with_tenant();
            let find = fixture.on.users.expect_find();
            find.returning(|id| Ok(Some(user_of(id))));
            fixture.on.members.expect_insert().returning(|_| Ok(()));
            let world = fixture.start();
            let command = command(auditor.clone());
            let added = world.app.members.add(&caller(), tenant_id(), command).await;
            let Some(lacks) = lacks else {
                assert!(matches!(added, Ok(Outcome::Fresh(_))));
                assert_eq!(world.committed(), ["member.added"]);
                continue;
            };
            assert!(matches!(added, Err(Error::Insufficient)));
            assert_escalation_noted(&world, &[lacks]).await;
        }
    }

    #[tokio::test]
    async fn a_role_that_is_not_defined_is_given_to_nobody() {
        let world = fixture(roster(Some(Role::Owner), 1)).start();
        let command = command(Role::parse("nonesuch").unwrap());
        let added = world.app.members.add(&caller(), tenant_id(), command).await;
        assert!(matches!(added, Err(Error::UnknownRole)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn an_unknown_user_is_not_found() {
        let mut fixture = fixture(roster(Some(Role::Owner), 1));
        fixture.on.users.expect_find().returning(|_| Ok(None));
        let world = fixture.start();

        let members = &world.app.members;
        let added = members
            .add(&caller(), tenant_id(), command(Role::Member))
            .await;
        assert!(matches!(added, Err(Error::NotFound(Resource::User))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_member_cannot_be_added_twice() {
        let mut fixture = fixture(roster(Some(Role::Owner), 1));
        let find = fixture.on.users.expect_find();
        find.returning(|id| Ok(Some(user_of(id))));
        let insert = fixture.on.members.expect_insert();
        insert.returning(|_| Err(StoreError::Taken(Unique::Membership)));
        let world = fixture.start();

        let members = &world.app.members;
        let added = members
            .add(&caller(), tenant_id(), command(Role::Member))
            .await;
        assert!(matches!(added, Err(Error::Taken(Unique::Membership))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_key_adds_nobody_whatever_it_was_granted() {
        let world = Fixture::with(almighty_key()).start();
        let members = &world.app.members;
        let added = members
            .add(&key_caller(), tenant_id(), command(Role::Viewer))
            .await;
        let error = added.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_manage_members_is_refused_before_anything_is_read() {
        assert_refused(Permission::CreateMembers, async |app, caller| {
            let command = command(Role::Viewer);
            app.members.add(caller, tenant_id(), command).await
        })
        .await;
    }
}
