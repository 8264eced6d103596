use super::Organisations;
use crate::{
    error::Error,
    gate::PlatformWork,
    outcome::{Outcome, remember, replay},
};
use domain::{
    access::TenantScope,
    audit::{AuditEvent, AuditTrail},
    id::{MembershipId, TenantId, UserId},
    idempotency::IdempotencyKey,
    membership::Membership,
    ports::{Access, Counted},
    role::Role,
    slug::Slug,
    tenant::Tenant,
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
    /// Founds an organisation with the user as its owner.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Taken`] for the slug, the idempotency conflicts.
    pub async fn create(
        &self,
        user: UserId,
        command: CreateOrganisation,
    ) -> Result<Outcome<Tenant>, Error> {
        let (now, counters) = (self.ports.clock.now(), &*self.ports.counters);
        let (mut work, _) = PlatformWork::begin_for(&self.ports, user, Access::Write).await?;
        let (actor, key) = (user.as_uuid(), command.key.as_ref());
        if let Some(tenant) = replay(work.tx.idempotency(), actor, key, now, counters).await? {
            return Ok(Outcome::Replayed(tenant));
        }
        let id = TenantId::from_uuid(self.ports.ids.uuid());
        let tenant = Tenant::found(id, command.name, command.slug, now);
        work.tx.tenants().insert(&tenant).await?;
        remember(work.tx.idempotency(), actor, key, &tenant).await?;

        let mut work = work.enter(TenantScope::founder(id, user, now)).await?;
        let membership = MembershipId::from_uuid(self.ports.ids.uuid());
        let owner = Membership::join(membership, id, user, Role::Owner, now);
        work.tx.members().insert(&owner).await?;
        work.commit(AuditTrail::of(AuditEvent::organisation_created(&tenant)))
            .await?;
        counters.count(Counted::OrganisationCreated);
        Ok(Outcome::Fresh(tenant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Challenge, testing::*};
    use domain::{
        access::Actor,
        audit::AuditAction,
        idempotency::Claim,
        ports::{StoreError, Unique},
    };

    fn command(key: Option<IdempotencyKey>) -> CreateOrganisation {
        CreateOrganisation {
            name: TenantName::parse("Acme").unwrap(),
            slug: Some(Slug::parse("acme-2").unwrap()),
            key,
        }
    }

    fn founded() -> Tenant {
        let CreateOrganisation { name, slug, .. } = command(None);
        Tenant::found(TenantId::from_uuid(made_id(1)), name, slug, NOW)
    }

    fn owner() -> Membership {
        let id = MembershipId::from_uuid(made_id(2));
        Membership::join(id, founded().id(), user_id(), Role::Owner, NOW)
    }

    #[tokio::test]
    async fn the_organisation_and_its_owner_are_one_commit() {
        let mut fixture = Fixture::signed_in(Some(user()));
        let insert = fixture.on.tenants.expect_insert().once();
        insert.withf(|new| *new == founded()).returning(|_| Ok(()));
        let insert = fixture.on.members.expect_insert().once();
        insert.withf(|new| *new == owner()).returning(|_| Ok(()));
        let world = fixture.start();

        let organisations = &world.app.organisations;
        let outcome = organisations.create(user_id(), command(None)).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(founded()));
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: Some(founded().id()),
                actor: Actor::User(user_id()),
                at: NOW,
                trail: AuditTrail::of(AuditEvent::organisation_created(&founded())),
            }]
        );
        let recorded = Counted::AuditEventRecorded(AuditAction::OrganisationCreated);
        assert_eq!(world.counted(), [recorded, Counted::OrganisationCreated]);
    }

    #[tokio::test]
    async fn a_taken_slug_founds_nothing() {
        let mut fixture = Fixture::signed_in(Some(user()));
        let insert = fixture.on.tenants.expect_insert();
        insert.returning(|_| Err(StoreError::Taken(Unique::Slug)));
        let world = fixture.start();

        let organisations = &world.app.organisations;
        let outcome = organisations.create(user_id(), command(None)).await;
        assert!(matches!(outcome, Err(Error::Taken(Unique::Slug))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn the_outcome_is_stored_beside_the_organisation() {
        let mut fixture = Fixture::signed_in(Some(user()));
        fixture.on.tenants.expect_insert().returning(|_| Ok(()));
        fixture.on.members.expect_insert().returning(|_| Ok(()));
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
                let stored = crate::stored::decode::<Tenant>(outcome).unwrap();
                (*actor, stored) == (user_id().as_uuid(), founded())
            })
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();

        let (organisations, command) = (&world.app.organisations, command(Some(idempotency_key())));
        let outcome = organisations.create(user_id(), command).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(founded()));
    }

    #[tokio::test]
    async fn a_replay_returns_the_first_answer_and_founds_nothing() {
        let mut fixture = Fixture::signed_in(Some(user()));
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&tenant()).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();

        let (organisations, command) = (&world.app.organisations, command(Some(idempotency_key())));
        let outcome = organisations.create(user_id(), command).await;
        assert_eq!(outcome.unwrap(), Outcome::Replayed(tenant()));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [Counted::IdempotencyReplay]);
    }

    #[tokio::test]
    async fn a_user_who_is_gone_or_inactive_founds_nothing() {
        for who in [None, Some(inactive_user())] {
            let world = Fixture::signed_in(who).start();
            let organisations = &world.app.organisations;
            let outcome = organisations
                .create(user_id(), command(Some(idempotency_key())))
                .await;
            let error = outcome.unwrap_err();
            assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
            world.assert_untouched();
        }
    }
}
