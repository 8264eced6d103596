use super::Onboarding;
use crate::{
    error::Error,
    gate::PlatformWork,
    operators::{Acting, Operation},
    purging::Ending,
};
use domain::{
    access::Origin,
    id::TenantId,
    ports::Access,
    tenant::{Tenant, TenantStatus},
    text::Reason,
};
use std::{
    collections::HashMap,
    sync::{MutexGuard, PoisonError},
};
use time::{Duration, OffsetDateTime};

/// An organisation that was gone on with.
#[derive(Debug)]
pub struct Resumed {
    /// The organisation.
    pub tenant: TenantId,
    /// What became of it; an error is tried again.
    pub progress: Result<Progress, Error>,
}

/// What became of an organisation that was waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is open.
    Opened,
    /// It could not be finished for so long that nothing of it is left.
    GivenUp,
    /// Somebody else has seen to it.
    Settled,
}

impl Onboarding {
    /// Whoever founded the organisation goes on with it first.
    const LEFT_ALONE: Duration = Duration::seconds(5);
    const BATCH: u32 = 100;

    /// Goes on with organisations that were begun and not finished, and gives up those that fail for too long.
    ///
    /// # Errors
    /// When storage cannot say which there are.
    pub async fn resume(&self) -> Result<Vec<Resumed>, Error> {
        let now = self.ports.clock.now();
        let mut look = PlatformWork::begin(&self.ports, None, Access::Read).await?;
        let directory = look.tx.tenants();
        let waiting = directory
            .in_status(TenantStatus::Provisioning, None, Self::BATCH)
            .await?;
        drop(look);

        let left = |tenant: &Tenant| now - tenant.state().created_at >= Self::LEFT_ALONE;
        let waiting: Vec<_> = waiting
            .iter()
            .filter(|one| left(one))
            .map(Tenant::id)
            .collect();
        self.failing().retain(|tenant, _| waiting.contains(tenant));
        let mut resumed = Vec::new();
        for tenant in waiting {
            let progress = self.go_on(tenant).await;
            resumed.push(Resumed { tenant, progress });
        }
        Ok(resumed)
    }

    async fn go_on(&self, tenant: TenantId) -> Result<Progress, Error> {
        let now = self.ports.clock.now();
        match self.finish(tenant, &Origin::from(now), None).await {
            Ok(Some(_)) => Ok(Progress::Opened),
            Ok(None) => Ok(Progress::Settled),
            Err(error) => {
                // Since when it fails is known to this process only: one that was away for long has to see for itself.
                let since = *self.failing().entry(tenant).or_insert(now);
                if now - since < self.rules.tenancy.provisioning_limit {
                    return Err(error);
                }
                self.give_up(tenant).await
            }
        }
    }

    fn failing(&self) -> MutexGuard<'_, HashMap<TenantId, OffsetDateTime>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The compensation: nothing of the organisation stays.
    async fn give_up(&self, tenant: TenantId) -> Result<Progress, Error> {
        let by = Acting::system(self.ports.clock.now());
        let reason = Reason::parse("its place could not be made").expect("a reason of ours is one");
        let work = PlatformWork::begin(&self.ports, None, Access::Write).await?;
        let operation = Operation {
            by: by.clone(),
            work,
        };
        let ended = self
            .purging
            .give_up(operation, tenant, reason, Ending::Founding)
            .await?;
        if !ended {
            return Ok(Progress::Settled);
        }
        self.purging.purge(&by, tenant).await?;
        Ok(Progress::GivenUp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::CallerFacts,
        operator::{OperatorAction, OperatorEvent},
        tenant::Isolation,
    };

    fn waiting(since: Duration) -> Tenant {
        let (state, version) = (waiting_tenant().state().clone(), waiting_tenant().version());
        let state = domain::tenant::TenantState {
            created_at: NOW - since,
            ..state
        };
        Tenant::restore(state, version)
    }

    /// Organisations wait that cannot get a place, and how long that may go on.
    fn failing(tenant: &Tenant, limit: Duration) -> Fixture {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let found = tenant.clone();
        let look = fixture.on.tenants.expect_in_status();
        look.withf(|status, before, _| (*status, *before) == (TenantStatus::Provisioning, None))
            .returning(move |_, _, _| Ok(vec![found.clone()]));
        expect_tenant(&mut fixture.on, tenant);
        fixture.placeless = true;
        fixture.rules.tenancy.provisioning_limit = limit;
        fixture
    }

    #[tokio::test]
    async fn whoever_founded_it_goes_on_with_it_first() {
        let young = waiting(Duration::seconds(4));
        let world = failing(&young, Duration::ZERO).start();
        assert!(world.app.onboarding.resume().await.unwrap().is_empty());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn one_failure_is_tried_again_however_long_ago_it_was_founded() {
        let old = waiting(Duration::DAY);
        let world = failing(&old, Duration::minutes(10)).start();
        for _ in 0..2 {
            let resumed = world.app.onboarding.resume().await.unwrap();
            assert!(resumed[0].progress.is_err());
        }
        world.assert_untouched();
    }

    #[tokio::test]
    async fn what_fails_for_too_long_is_given_up_by_the_platform() {
        let tenant = waiting(Duration::minutes(1));
        assert_eq!(tenant.state().placement.isolation, Isolation::Silo);
        let mut fixture = failing(&tenant, Duration::ZERO);
        let reason = Reason::parse("its place could not be made").unwrap();
        let (action, by) = (OperatorAction::OrganisationGivenUp, operator_name("system"));
        let event = OperatorEvent::operated(&by, action, &tenant, &reason);
        let record = fixture.on.operators.expect_record().once();
        record
            .withf(move |new, from| (new, from) == (&event, &NOW.into()))
            .returning(|_, _| Ok(()));
        let mut deleting = tenant.clone();
        deleting.delete(Duration::ZERO, NOW).unwrap();
        let mut deleted = deleting.clone();
        deleted.give_up(true, NOW).unwrap();
        for step in [deleting, deleted] {
            let update = fixture.on.tenant.expect_update().once();
            update.withf(move |new| *new == step).returning(|_| Ok(()));
        }
        let world = fixture.start();
        let resumed = world.app.onboarding.resume().await.unwrap();
        // Removing what there is of it fails here as well, and is tried again with everything else that was given up.
        assert!(resumed[0].progress.is_err());
        assert_eq!(world.commits().len(), 1);
        assert!(world.committed().is_empty());
    }

    #[tokio::test]
    async fn what_somebody_else_has_finished_is_left_alone() {
        let mut open = waiting(Duration::minutes(1));
        open.activate(NOW).unwrap();
        let world = failing(&open, Duration::ZERO).start();
        let resumed = world.app.onboarding.resume().await.unwrap();
        assert!(matches!(resumed[0].progress, Ok(Progress::Settled)));
        world.assert_untouched();
    }
}
