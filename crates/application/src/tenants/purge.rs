use super::Tenants;
use crate::{
    error::{Error, Resource},
    operators::{Operation, OperatorCaller},
    purging::Ending,
};
use domain::{id::TenantId, ports::Access, tenant::TenantStatus, text::Reason};

/// Remove an organisation with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct PurgeTenant {
    /// Whether to do so within the grace period, or while it is being set up.
    pub early: bool,
    /// Why.
    pub reason: Reason,
}

impl Tenants {
    /// Removes an organisation that was closed for good, and says how many rows it had. One that was given up already
    /// is gone on with.
    ///
    /// # Errors
    /// [`Error::OperatorKey`], [`Error::NotFound`], [`Error::Transition`] within the grace period and for one that
    /// was not closed for good, [`Error::Closed`] while it is being set up, those of storage: it is gone on with in the
    /// background then.
    pub async fn purge(
        &self,
        caller: &OperatorCaller,
        id: TenantId,
        command: PurgeTenant,
    ) -> Result<u64, Error> {
        let Operation { by, mut work } = self.operators.begin(caller, Access::Write).await?;
        let found = work.tx.tenants().find(id).await?;
        let status = found
            .ok_or(Error::NotFound(Resource::Organisation))?
            .status();
        let ending = match status {
            TenantStatus::Deleted => None,
            TenantStatus::Provisioning if command.early => Some(Ending::Founding),
            TenantStatus::Provisioning => return Err(Error::Closed(status)),
            _ if command.early => Some(Ending::Early),
            _ => Some(Ending::Grace),
        };
        let acting = by.clone();
        if let Some(ending) = ending {
            let operation = Operation { by, work };
            let reason = command.reason;
            if !self.purging.give_up(operation, id, reason, ending).await? {
                return Err(Error::NotFound(Resource::Organisation));
            }
        } else {
            drop(work);
        }
        self.purging.purge(&acting, id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        audit::AuditTrail,
        operator::{OperatorAction, OperatorEvent},
        tenant::{Tenant, TransitionError},
    };
    use time::Duration;

    const GRACE: Duration = Duration::DAY;

    fn deleting(since: Duration) -> Tenant {
        let mut tenant = tenant();
        tenant.delete(GRACE, NOW - since).unwrap();
        tenant
    }

    fn given_up(mut tenant: Tenant) -> Tenant {
        tenant.give_up(true, NOW).unwrap();
        tenant
    }

    fn command(early: bool) -> PurgeTenant {
        PurgeTenant {
            early,
            reason: reason(),
        }
    }

    /// The organisation is there, and becomes each of these once.
    fn fixture(tenant: &Tenant, steps: &[Tenant]) -> Fixture {
        let mut fixture = Fixture::operator();
        if !steps.is_empty() {
            let action = OperatorAction::OrganisationGivenUp;
            fixture = fixture.recording(operated(action, tenant));
        }
        expect_tenant(&mut fixture.on, tenant);
        for step in steps.iter().cloned() {
            let update = fixture.on.tenant.expect_update().once();
            update.withf(move |new| *new == step).returning(|_| Ok(()));
        }
        fixture
    }

    async fn purge(world: &World, early: bool) -> Result<u64, Error> {
        let tenants = &world.app.tenants;
        tenants
            .purge(&world.operating(), tenant_id(), command(early))
            .await
    }

    fn check_purged(world: &World) {
        assert_eq!(world.places(), [Place::Purged(tenant_id())]);
        let event = OperatorEvent::purged(&operator().name, tenant_id(), 3);
        assert_eq!(world.operated(), [(event, origin())]);
    }

    #[tokio::test]
    async fn it_is_given_up_and_committed_before_anything_is_removed() {
        for (since, early) in [(GRACE, false), (Duration::ZERO, true)] {
            let before = deleting(since);
            let world = fixture(&before, &[given_up(before.clone())]).start();
            assert_eq!(purge(&world, early).await.unwrap(), 3);
            let commits = world.commits();
            assert_eq!(commits.len(), 1);
            assert_eq!(commits[0].trail, AuditTrail::exempt("it goes with it"));
            check_purged(&world);
        }
    }

    #[tokio::test]
    async fn what_was_given_up_already_is_gone_on_with() {
        let world = fixture(&given_up(deleting(GRACE)), &[]).start();
        assert_eq!(purge(&world, false).await.unwrap(), 3);
        assert_eq!(world.commits(), []);
        check_purged(&world);
    }

    #[tokio::test]
    async fn the_grace_period_and_every_other_status_protect_it() {
        let action = OperatorAction::OrganisationGivenUp;
        for (before, early) in [(deleting(Duration::ZERO), false), (tenant(), true)] {
            let mut fixture = Fixture::operator().recording(operated(action, &before));
            expect_tenant(&mut fixture.on, &before);
            let world = fixture.start();
            let refused = purge(&world, early).await;
            let expected = |denied: &TransitionError| match denied {
                TransitionError::InGrace => !early,
                TransitionError::NoWay { .. } => early,
            };
            assert!(matches!(refused, Err(Error::Transition(denied)) if expected(&denied)));
            assert_eq!((world.commits(), world.places()), (vec![], vec![]));
        }
    }

    #[tokio::test]
    async fn one_that_is_being_set_up_goes_early_or_not_at_all() {
        let refused = purge(&fixture(&waiting_tenant(), &[]).start(), false).await;
        let status = TenantStatus::Provisioning;
        assert!(matches!(refused, Err(Error::Closed(closed)) if closed == status));

        let mut deleting = waiting_tenant();
        deleting.delete(Duration::ZERO, NOW).unwrap();
        let steps = [deleting.clone(), given_up(deleting)];
        let world = fixture(&waiting_tenant(), &steps).start();
        assert_eq!(purge(&world, true).await.unwrap(), 3);
        check_purged(&world);
    }

    #[tokio::test]
    async fn an_organisation_that_there_is_not_is_not_found() {
        let mut fixture = Fixture::operator();
        fixture.on.tenants.expect_find().returning(|_| Ok(None));
        let refused = purge(&fixture.start(), true).await;
        assert!(matches!(
            refused,
            Err(Error::NotFound(Resource::Organisation))
        ));
    }
}
