//! How an organisation ends: given up for good first, committed, and then removed wherever it has rows. Between the two
//! it is the same for everyone as if it had never been.

use crate::{
    Ports,
    error::Error,
    gate::{Gate, PlatformWork},
    operators::{Acting, Operation},
};
use domain::{
    audit::AuditTrail,
    id::TenantId,
    operator::{OperatorAction, OperatorEvent},
    ports::Access,
    tenant::TenantStatus,
    text::Reason,
};
use time::Duration;

/// Ends organisations.
#[derive(Clone)]
pub(crate) struct Purging {
    gate: Gate,
    ports: Ports,
}

/// What is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// An organisation whose place is still being made.
    Founding,
    /// One that was closed, when its grace period is over.
    Grace,
    /// One that was closed, at once.
    Early,
}

impl Purging {
    pub(crate) const fn new(gate: Gate, ports: Ports) -> Self {
        Self { gate, ports }
    }

    /// Gives an organisation up for good; `false` when there is none any more, or none that waits for its place.
    pub(crate) async fn give_up(
        &self,
        operation: Operation,
        id: TenantId,
        reason: Reason,
        ending: Ending,
    ) -> Result<bool, Error> {
        let Operation { by, mut work } = operation;
        let Some(found) = work.tx.tenants().find(id).await? else {
            return Ok(false);
        };
        let action = OperatorAction::OrganisationGivenUp;
        let event = OperatorEvent::operated(&by.name, action, &found, &reason);
        work.tx.operators().record(&event, &by.origin).await?;

        let mut work = work.enter(by.scope(id, reason), &self.gate).await?;
        let now = by.origin.at;
        let Some(mut tenant) = work.tx.tenant().find().await? else {
            return Ok(false);
        };
        if ending == Ending::Founding {
            if tenant.status() != TenantStatus::Provisioning {
                return Ok(false);
            }
            tenant.delete(Duration::ZERO, now)?;
            work.tx.tenant().update(&tenant).await?;
        }
        tenant.give_up(ending != Ending::Grace, now)?;
        work.tx.tenant().update(&tenant).await?;
        let exempt = AuditTrail::exempt("its trail goes with it; what operators did is kept apart");
        work.commit(exempt).await?;
        Ok(true)
    }

    /// Removes what was given up, and says how many rows there were: none when somebody else was quicker.
    pub(crate) async fn purge(&self, by: &Acting, id: TenantId) -> Result<u64, Error> {
        let rows = match self.ports.store.purge(id).await {
            Ok(rows) => rows,
            Err(error) if self.exists(id).await? => return Err(error.into()),
            Err(_) => 0,
        };
        if rows > 0 {
            let work = PlatformWork::begin(&self.ports, None, Access::Write).await?;
            let event = OperatorEvent::purged(&by.name, id, rows);
            work.commit_operated(&event, &by.origin).await?;
        }
        Ok(rows)
    }

    async fn exists(&self, id: TenantId) -> Result<bool, Error> {
        let mut look = PlatformWork::begin(&self.ports, None, Access::Read).await?;
        Ok(look.tx.tenants().find(id).await?.is_some())
    }
}
