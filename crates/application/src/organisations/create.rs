use super::Organisations;
use crate::{
    error::Error,
    gate::{PlatformWork, SignedIn},
    onboarding::{Answer, Founded, Founding},
    outcome::Outcome,
};
use domain::{
    access::{Origin, TenantScope},
    idempotency::IdempotencyKey,
    ports::Access,
    slug::Slug,
    text::TenantName,
};

/// Found an organisation.
#[derive(Clone, Debug)]
pub struct CreateOrganisation {
    /// Its name.
    pub name: TenantName,
    /// Its slug; derived from the name when there is none.
    pub slug: Option<Slug>,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl Organisations {
    /// Founds an organisation with the user as its owner. Where its place has to be made first, whoever asked goes on
    /// with [`Onboarding::settle`](crate::onboarding::Onboarding::settle).
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Taken`] for the slug, the idempotency conflicts.
    pub async fn create(
        &self,
        founder: &SignedIn,
        command: CreateOrganisation,
    ) -> Result<Outcome<Founded>, Error> {
        let (user, now) = (founder.user, self.ports.clock.now());
        let origin = Origin {
            at: now,
            ..founder.origin.clone()
        };
        let (mut work, _) = PlatformWork::begin_for(&self.ports, user, Access::Write).await?;
        let answer = command.key.map(|key| Answer {
            actor: user.as_uuid(),
            key,
        });
        let (onboarding, before) = (&self.onboarding, answer.as_ref());
        if let Some(founded) = onboarding.replayed(&mut work, before, now).await? {
            return Ok(Outcome::Replayed(founded));
        }
        let tenant = onboarding.plan(command.name, command.slug, now)?;
        let scope = TenantScope::founder(tenant.id(), user, origin);
        let founding = Founding {
            tenant,
            owner: user,
            key: None,
            answer,
        };
        let founded = onboarding.found(work, scope, founding).await?;
        Ok(Outcome::Fresh(founded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Challenge, error::Error, rules::TenancyRules, testing::*};
    use domain::{
        access::Actor,
        audit::{AuditAction, AuditEvent, AuditTrail},
        id::{MembershipId, TenantId},
        idempotency::Claim,
        membership::Membership,
        ports::{Counted, StoreError, Unique},
        role::Role,
        tenant::{Isolation, Placement, Tenant, Tier},
    };

    fn command(key: Option<IdempotencyKey>) -> CreateOrganisation {
        CreateOrganisation {
            name: TenantName::parse("Acme").unwrap(),
            slug: Some(Slug::parse("acme-2").unwrap()),
            key,
        }
    }

    fn tenant() -> Tenant {
        let CreateOrganisation { name, slug, .. } = command(None);
        Tenant::found(TenantId::from_uuid(made_id(1)), name, slug, NOW)
    }

    /// The same with a place of its own, which is not made yet.
    fn siloed() -> Tenant {
        let placement = Placement {
            isolation: Isolation::Silo,
            database: None,
        };
        tenant().placed(Tier::Pro, placement)
    }

    fn founded(tenant: Tenant, key: Option<IdempotencyKey>) -> Founded {
        let actor = user_id().as_uuid();
        Founded {
            tenant,
            key: None,
            answer: key.map(|key| Answer { actor, key }),
        }
    }

    fn owner() -> Membership {
        let id = MembershipId::from_uuid(made_id(2));
        Membership::join(id, tenant().id(), user_id(), Role::Owner, NOW)
    }

    /// The user is known, and what is inserted is this organisation and its owner.
    fn founding(tenant: Tenant) -> Fixture {
        let mut fixture = Fixture::signed_in(Some(user()));
        let insert = fixture.on.tenants.expect_insert().once();
        insert
            .withf(move |new| *new == tenant)
            .returning(|_| Ok(()));
        let insert = fixture.on.members.expect_insert().once();
        insert.withf(|new| *new == owner()).returning(|_| Ok(()));
        fixture
    }

    fn silos(mut fixture: Fixture) -> Fixture {
        fixture.rules.tenancy = TenancyRules {
            isolation: Isolation::Silo,
            tier: Tier::Pro,
            silos: true,
            ..TenancyRules::default()
        };
        fixture
    }

    /// The key was used for this before.
    fn replaying(mut fixture: Fixture, first: &Founded) -> Fixture {
        let stored = crate::stored::encode(first).unwrap();
        let claim = fixture.on.idempotency.expect_claim();
        claim.returning(move |_, _, _| Ok(Claim::Replay(stored.clone())));
        fixture
    }

    async fn create(world: &World, key: Option<IdempotencyKey>) -> Result<Outcome<Founded>, Error> {
        let organisations = &world.app.organisations;
        organisations.create(&signed_in(), command(key)).await
    }

    #[tokio::test]
    async fn the_organisation_and_its_owner_are_one_commit() {
        let world = founding(tenant()).start();
        let outcome = create(&world, None).await.unwrap();
        assert_eq!(outcome, Outcome::Fresh(founded(tenant(), None)));
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: Some(tenant().id()),
                actor: Actor::User(user_id()),
                operated: None,
                origin: origin(),
                trail: AuditTrail::of(AuditEvent::organisation_created(&tenant())),
            }]
        );
        let recorded = Counted::AuditEventRecorded(AuditAction::OrganisationCreated);
        assert_eq!(world.counted(), [recorded, Counted::OrganisationCreated]);
    }

    #[tokio::test]
    async fn a_place_of_its_own_is_waited_for_without_a_trail() {
        let world = silos(founding(siloed())).start();
        let outcome = create(&world, None).await.unwrap();
        assert_eq!(outcome, Outcome::Fresh(founded(siloed(), None)));
        assert_eq!(world.commits().len(), 1);
        assert_eq!((world.committed(), world.counted()), (vec![], vec![]));
        assert_eq!(world.places(), [], "the place is made after the commit");
    }

    #[tokio::test]
    async fn a_taken_slug_founds_nothing() {
        let mut fixture = Fixture::signed_in(Some(user()));
        let insert = fixture.on.tenants.expect_insert();
        insert.returning(|_| Err(StoreError::Taken(Unique::Slug)));
        let world = fixture.start();

        let outcome = create(&world, None).await;
        assert!(matches!(outcome, Err(Error::Taken(Unique::Slug))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn the_outcome_is_stored_beside_the_organisation() {
        let mut fixture = founding(tenant());
        let records = &mut fixture.on.idempotency;
        records
            .expect_claim()
            .once()
            .withf(|actor, key, now| {
                (*actor, key, *now) == (user_id().as_uuid(), &idempotency_key(), NOW)
            })
            .returning(|_, _, _| Ok(Claim::Fresh));
        records
            .expect_complete()
            .once()
            .withf(|actor, _, outcome| {
                let stored = crate::stored::decode::<Founded>(outcome).unwrap();
                (*actor, stored) == (user_id().as_uuid(), founded(tenant(), None))
            })
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();

        let outcome = create(&world, Some(idempotency_key())).await.unwrap();
        let expected = founded(tenant(), Some(idempotency_key()));
        assert_eq!(outcome, Outcome::Fresh(expected));
    }

    #[tokio::test]
    async fn a_replay_returns_the_first_answer_and_founds_nothing() {
        let fixture = Fixture::signed_in(Some(user()));
        let world = replaying(fixture, &founded(tenant(), None)).start();
        let outcome = create(&world, Some(idempotency_key())).await.unwrap();
        let expected = founded(tenant(), Some(idempotency_key()));
        assert_eq!(outcome, Outcome::Replayed(expected));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [Counted::IdempotencyReplay]);
    }

    #[tokio::test]
    async fn a_replay_of_what_is_not_finished_can_be_gone_on_with() {
        let mut fixture = Fixture::signed_in(Some(user()));
        let find = fixture.on.tenants.expect_find().once();
        find.returning(|_| Ok(Some(siloed())));
        let world = replaying(fixture, &founded(siloed(), None)).start();
        let outcome = create(&world, Some(idempotency_key())).await.unwrap();
        let expected = founded(siloed(), Some(idempotency_key()));
        assert_eq!(outcome, Outcome::Replayed(expected));
        assert_eq!(world.commits(), []);
    }

    #[tokio::test]
    async fn what_was_given_up_since_is_founded_anew() {
        let mut fixture = silos(founding(siloed()));
        fixture.on.tenants.expect_find().returning(|_| Ok(None));
        let complete = fixture.on.idempotency.expect_complete().once();
        complete.returning(|_, _, _| Ok(()));
        let world = replaying(fixture, &founded(siloed(), None)).start();
        let outcome = create(&world, Some(idempotency_key())).await.unwrap();
        assert!(matches!(outcome, Outcome::Fresh(_)));
        assert_eq!(world.commits().len(), 1);
    }

    #[tokio::test]
    async fn a_user_who_is_gone_or_inactive_founds_nothing() {
        for who in [None, Some(inactive_user())] {
            let world = Fixture::signed_in(who).start();
            let error = create(&world, Some(idempotency_key())).await.unwrap_err();
            assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
            world.assert_untouched();
        }
    }
}
