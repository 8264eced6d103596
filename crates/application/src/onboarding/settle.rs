use super::{
    Founded, Onboarding,
    founding::{count, trail},
};
use crate::{
    error::Error,
    gate::{PlatformWork, Work},
    operators::Acting,
    outcome::remember,
};
use domain::{
    access::{Origin, TenantScope},
    id::{OperatorId, TenantId, UserId},
    page::{PageRequest, Start},
    ports::Access,
    role::Role,
    tenant::{Tenant, TenantStatus},
    text::Reason,
};
use uuid::Uuid;

impl Onboarding {
    /// Finishes what was founded: makes the organisation's place and opens it. Safe to repeat, and to do at the same
    /// time as somebody else.
    ///
    /// `None` when somebody else has finished or ended it; the founded one is then still what there was to answer.
    ///
    /// # Errors
    /// Those of storage; [`Self::resume`] goes on with it.
    pub async fn settle(
        &self,
        founded: &Founded,
        origin: &Origin,
    ) -> Result<Option<Tenant>, Error> {
        let id = founded.tenant.id();
        self.finish(id, origin, Some(founded)).await
    }

    /// The same without whoever asked.
    pub(super) async fn finish(
        &self,
        id: TenantId,
        origin: &Origin,
        founded: Option<&Founded>,
    ) -> Result<Option<Tenant>, Error> {
        match self.ports.store.provision(id).await {
            Ok(()) => self.open(id, origin, founded).await,
            Err(error) => match self.look(id).await? {
                Some(tenant) if is_waiting(&tenant) => Err(error.into()),
                _ => Ok(None),
            },
        }
    }

    async fn look(&self, id: TenantId) -> Result<Option<Tenant>, Error> {
        let mut look = PlatformWork::begin(&self.ports, None, Access::Read).await?;
        Ok(look.tx.tenants().find(id).await?)
    }

    /// Opens an organisation whose place is there, in one transaction with the answer that is kept.
    async fn open(
        &self,
        id: TenantId,
        origin: &Origin,
        founded: Option<&Founded>,
    ) -> Result<Option<Tenant>, Error> {
        let origin = Origin {
            at: self.ports.clock.now(),
            ..origin.clone()
        };
        let mut work = PlatformWork::begin(&self.ports, None, Access::Write).await?;
        let Some(waiting) = work.tx.tenants().find(id).await?.filter(is_waiting) else {
            return Ok(None);
        };
        let mut tenant = waiting.clone();
        tenant.activate(origin.at)?;
        let operator = work.tx.operators().founder(&tenant).await?;
        if let Some(founded) = founded {
            keep(&mut work, founded, &tenant).await?;
        }

        let entering = Acting::system(origin.at).scope(id, opening());
        let mut work = work.enter(entering, &self.gate).await?;
        // Looked at again, now locked: whoever was quicker has recorded it already.
        if work.tx.tenant().find().await? != Some(waiting) {
            return Ok(None);
        }
        work.tx.tenant().update(&tenant).await?;
        let keys = work.tx.api_keys().list(&FIRST).await?.items;
        let reason = operator.as_ref().map(|(_, reason)| reason.clone());
        work.scope = match operator {
            Some((name, reason)) => {
                let nobody = OperatorId::from_uuid(Uuid::nil());
                TenantScope::operator(id, (nobody, name), reason, origin)
            }
            None => TenantScope::founder(id, owner(&mut work).await?, origin),
        };
        work.commit(trail(&tenant, reason.as_ref(), &keys)).await?;
        count(&*self.ports.counters, &keys);
        Ok(Some(tenant))
    }
}

/// Nobody but the founder has been in an organisation that is not open yet.
const FIRST: PageRequest = PageRequest {
    limit: 1,
    start: Start::After(None),
};

fn opening() -> Reason {
    Reason::parse("its place is made").expect("a reason of ours is one")
}

pub(super) fn is_waiting(tenant: &Tenant) -> bool {
    tenant.status() == TenantStatus::Provisioning
}

/// Keeps the finished answer in place of the one that was kept when it was founded.
async fn keep(work: &mut PlatformWork, founded: &Founded, tenant: &Tenant) -> Result<(), Error> {
    let Some(answer) = &founded.answer else {
        return Ok(());
    };
    let finished = Founded {
        tenant: tenant.clone(),
        ..founded.clone()
    };
    let records = work.tx.idempotency();
    remember(records, answer.actor, Some(&answer.key), &finished).await
}

async fn owner(work: &mut Work) -> Result<UserId, Error> {
    let members = work.tx.members().list(&FIRST).await?.items;
    let owner = members
        .into_iter()
        .find(|member| member.membership.role == Role::Owner);
    let owner =
        owner.ok_or_else(|| Error::Internal("an organisation was founded by nobody".into()))?;
    Ok(owner.membership.user)
}
