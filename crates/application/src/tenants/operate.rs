use super::Tenants;
use crate::{
    error::{Error, Resource},
    operators::{Operation, OperatorCaller},
    rules::entitles,
};
use domain::{
    audit::{AuditAction, AuditEvent, AuditTrail},
    id::TenantId,
    operator::{OperatorAction, OperatorEvent},
    ports::Access,
    tenant::{Tenant, TenantStatus, Tier},
    text::Reason,
};
use time::OffsetDateTime;

/// What is done to an organisation, as both trails call it.
type Deed = (OperatorAction, AuditAction);

impl Tenants {
    /// Closes an organisation for everyone, at once.
    ///
    /// # Errors
    /// [`Error::OperatorKey`], [`Error::NotFound`], [`Error::Closed`] while it is being set up,
    /// [`Error::Transition`].
    pub async fn suspend(
        &self,
        caller: &OperatorCaller,
        id: TenantId,
        reason: Reason,
    ) -> Result<Tenant, Error> {
        let deed = (
            OperatorAction::OrganisationSuspended,
            AuditAction::OrganisationSuspended,
        );
        self.operate(caller, id, reason, deed, |tenant, now| {
            Ok(tenant.suspend(now)?)
        })
        .await
    }

    /// Opens an organisation that was suspended or is about to be purged.
    ///
    /// # Errors
    /// As those of [`Self::suspend`].
    pub async fn reactivate(
        &self,
        caller: &OperatorCaller,
        id: TenantId,
        reason: Reason,
    ) -> Result<Tenant, Error> {
        let deed = (
            OperatorAction::OrganisationReactivated,
            AuditAction::OrganisationReactivated,
        );
        self.operate(caller, id, reason, deed, |tenant, now| {
            Ok(tenant.activate(now)?)
        })
        .await
    }

    /// Sets what an organisation is entitled to.
    ///
    /// # Errors
    /// As those of [`Self::suspend`]; [`Error::TierForbidsPlace`] when it has a place of its own.
    pub async fn set_tier(
        &self,
        caller: &OperatorCaller,
        id: TenantId,
        tier: Tier,
        reason: Reason,
    ) -> Result<Tenant, Error> {
        let deed = (
            OperatorAction::OrganisationTierChanged,
            AuditAction::OrganisationTierChanged,
        );
        self.operate(caller, id, reason, deed, |tenant, now| {
            entitles(tier, &tenant.state().placement)?;
            tenant.set_tier(tier, now);
            Ok(())
        })
        .await
    }

    /// Closes an organisation for everyone, to be purged when the grace period is over.
    ///
    /// # Errors
    /// As those of [`Self::suspend`].
    pub async fn delete(
        &self,
        caller: &OperatorCaller,
        id: TenantId,
        reason: Reason,
    ) -> Result<Tenant, Error> {
        let grace = self.rules.tenancy.delete_grace;
        let deed = (
            OperatorAction::OrganisationDeleted,
            AuditAction::OrganisationDeleted,
        );
        self.operate(caller, id, reason, deed, |tenant, now| {
            Ok(tenant.delete(grace, now)?)
        })
        .await
    }

    /// Changes an organisation, recorded in both trails. What is not open yet has no trail, and what is being purged no
    /// future: neither can be changed.
    async fn operate(
        &self,
        caller: &OperatorCaller,
        id: TenantId,
        reason: Reason,
        (deed, action): Deed,
        change: impl Fn(&mut Tenant, OffsetDateTime) -> Result<(), Error>,
    ) -> Result<Tenant, Error> {
        let Operation { by, mut work } = self.operators.begin(caller, Access::Write).await?;
        let change = |tenant: &mut Tenant| match tenant.status() {
            TenantStatus::Provisioning => Err(Error::Closed(TenantStatus::Provisioning)),
            TenantStatus::Deleted => Err(Error::NotFound(Resource::Organisation)),
            _ => change(tenant, by.origin.at),
        };
        let found = work.tx.tenants().find(id).await?;
        let mut planned = found.ok_or(Error::NotFound(Resource::Organisation))?;
        change(&mut planned)?;
        let event = OperatorEvent::operated(&by.name, deed, &planned, &reason);
        work.tx.operators().record(&event, &by.origin).await?;

        let scope = by.scope(id, reason.clone());
        let mut work = work.enter(scope, &self.gate).await?;
        let found = work.tx.tenant().find().await?;
        let mut tenant = found.ok_or(Error::NotFound(Resource::Organisation))?;
        let (before, version) = (tenant.state().clone(), tenant.version());
        change(&mut tenant)?;
        if tenant.version() != version {
            work.tx.tenant().update(&tenant).await?;
        }
        let event = AuditEvent::organisation_operated(action, &before, &tenant, &reason);
        work.commit(AuditTrail::of(event)).await?;
        Ok(tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::Actor,
        tenant::{Isolation, Placement, TransitionError},
    };
    use time::Duration;

    /// An organisation after these steps.
    fn after(steps: &[fn(&mut Tenant)]) -> Tenant {
        let mut tenant = tenant();
        steps.iter().for_each(|step| step(&mut tenant));
        tenant
    }

    /// The organisation is there, and is stored when it is like this.
    fn changing(before: &Tenant, after: &Tenant, deed: OperatorAction) -> Fixture {
        let mut fixture = Fixture::operator().recording(operated(deed, after));
        expect_tenant(&mut fixture.on, before);
        let (stored, changed) = (after.clone(), after.version() != before.version());
        fixture
            .on
            .tenant
            .expect_update()
            .times(usize::from(changed))
            .withf(move |new| *new == stored)
            .returning(|_| Ok(()));
        fixture
    }

    fn check(world: &World, action: AuditAction, before: &Tenant, after: &Tenant) {
        let event = AuditEvent::organisation_operated(action, before.state(), after, &reason());
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: Some(tenant_id()),
                actor: Actor::Operator(operator().id),
                operated: Some((operator().name, reason())),
                origin: origin(),
                trail: AuditTrail::of(event),
            }]
        );
    }

    #[tokio::test]
    async fn a_suspension_is_recorded_in_both_trails_with_its_reason() {
        let suspended = after(&[|tenant| tenant.suspend(NOW).unwrap()]);
        let deed = OperatorAction::OrganisationSuspended;
        let world = changing(&tenant(), &suspended, deed).start();
        let tenants = &world.app.tenants;
        let done = tenants
            .suspend(&world.operating(), tenant_id(), reason())
            .await;
        assert_eq!(done.unwrap(), suspended);
        let action = AuditAction::OrganisationSuspended;
        check(&world, action, &tenant(), &suspended);
    }

    #[tokio::test]
    async fn what_was_suspended_or_deleted_is_opened_again() {
        let closed: [fn(&mut Tenant); 2] = [
            |tenant| tenant.suspend(BEFORE).unwrap(),
            |tenant| tenant.delete(Duration::DAY, BEFORE).unwrap(),
        ];
        for close in closed {
            let (before, open) = (
                after(&[close]),
                after(&[close, |tenant| tenant.activate(NOW).unwrap()]),
            );
            let deed = OperatorAction::OrganisationReactivated;
            let world = changing(&before, &open, deed).start();
            let tenants = &world.app.tenants;
            let done = tenants
                .reactivate(&world.operating(), tenant_id(), reason())
                .await;
            assert_eq!(done.unwrap(), open);
            let action = AuditAction::OrganisationReactivated;
            check(&world, action, &before, &open);
        }
    }

    #[tokio::test]
    async fn a_deleted_organisation_can_be_had_back_for_the_grace_period() {
        let deleted = after(&[|tenant| tenant.delete(Duration::days(30), NOW).unwrap()]);
        let deed = OperatorAction::OrganisationDeleted;
        let world = changing(&tenant(), &deleted, deed).start();
        let tenants = &world.app.tenants;
        let done = tenants
            .delete(&world.operating(), tenant_id(), reason())
            .await;
        assert_eq!(
            done.unwrap().state().delete_after,
            Some(NOW + Duration::days(30))
        );
        check(
            &world,
            AuditAction::OrganisationDeleted,
            &tenant(),
            &deleted,
        );
    }

    #[tokio::test]
    async fn a_tier_that_is_set_again_is_recorded_without_touching_the_row() {
        for tier in [Tier::Pro, Tier::Free] {
            let mut set = tenant();
            set.set_tier(tier, NOW);
            let deed = OperatorAction::OrganisationTierChanged;
            let world = changing(&tenant(), &set, deed).start();
            let (tenants, by) = (&world.app.tenants, world.operating());
            let done = tenants.set_tier(&by, tenant_id(), tier, reason()).await;
            assert_eq!(done.unwrap(), set);
            check(
                &world,
                AuditAction::OrganisationTierChanged,
                &tenant(),
                &set,
            );
        }
    }

    #[tokio::test]
    async fn who_has_a_place_of_its_own_keeps_a_tier_that_comes_with_it() {
        let silo = Placement {
            isolation: Isolation::Silo,
            database: None,
        };
        let mut siloed = tenant().placed(Tier::Pro, silo);
        siloed.activate(BEFORE).unwrap();
        let mut fixture = Fixture::operator();
        expect_tenant(&mut fixture.on, &siloed);
        let world = fixture.start();
        let (tenants, by) = (&world.app.tenants, world.operating());
        let refused = tenants
            .set_tier(&by, tenant_id(), Tier::Free, reason())
            .await;
        assert!(matches!(refused, Err(Error::TierForbidsPlace)));
        assert_eq!(world.commits(), []);
    }

    #[tokio::test]
    async fn what_cannot_be_is_refused_before_anything_is_recorded() {
        let suspended: fn(&mut Tenant) = |tenant| tenant.suspend(BEFORE).unwrap();
        let deleted: fn(&mut Tenant) = |tenant| {
            tenant.delete(Duration::ZERO, BEFORE).unwrap();
            tenant.give_up(true, BEFORE).unwrap();
        };
        for (before, expected) in [
            (after(&[suspended]), "NoWay"),
            (after(&[deleted]), "NotFound"),
            (waiting_tenant(), "Closed(Provisioning)"),
        ] {
            let mut fixture = Fixture::operator();
            expect_tenant(&mut fixture.on, &before);
            let world = fixture.start();
            let tenants = &world.app.tenants;
            let refused = tenants
                .suspend(&world.operating(), tenant_id(), reason())
                .await;
            let refused = format!("{:?}", refused.unwrap_err());
            assert!(refused.contains(expected), "{refused}");
            assert_eq!(world.commits(), []);
        }
    }

    #[tokio::test]
    async fn the_status_under_the_lock_beats_the_one_before_it() {
        let suspended = after(&[|tenant| tenant.suspend(NOW).unwrap()]);
        let deed = OperatorAction::OrganisationSuspended;
        let mut fixture = Fixture::operator().recording(operated(deed, &suspended));
        fixture
            .on
            .tenants
            .expect_find()
            .returning(|_| Ok(Some(tenant())));
        let find = fixture.on.tenant.expect_find();
        find.returning(move || Ok(Some(suspended.clone())));
        let world = fixture.start();
        let tenants = &world.app.tenants;
        let refused = tenants
            .suspend(&world.operating(), tenant_id(), reason())
            .await;
        assert!(matches!(
            refused,
            Err(Error::Transition(TransitionError::NoWay { .. }))
        ));
        assert_eq!(world.commits(), []);
    }

    #[tokio::test]
    async fn an_organisation_that_there_is_not_is_not_found() {
        let mut fixture = Fixture::operator();
        fixture.on.tenants.expect_find().returning(|_| Ok(None));
        let world = fixture.start();
        let tenants = &world.app.tenants;
        let refused = tenants
            .delete(&world.operating(), tenant_id(), reason())
            .await;
        assert!(matches!(
            refused,
            Err(Error::NotFound(Resource::Organisation))
        ));
    }
}
