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
