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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{onboarding::Answer, testing::*};
    use domain::{
        access::{Actor, CallerFacts},
        audit::{AuditAction, AuditEvent, AuditTrail},
        page::PageOf,
        ports::Counted,
    };

    fn opened() -> Tenant {
        let mut tenant = waiting_tenant();
        tenant.activate(NOW).unwrap();
        tenant
    }

    fn founded(answer: bool) -> Founded {
        let answer = answer.then(|| Answer {
            actor: user_id().as_uuid(),
            key: idempotency_key(),
        });
        Founded {
            tenant: waiting_tenant(),
            key: None,
            answer,
        }
    }

    fn page_of<T>(items: Vec<T>) -> PageOf<T> {
        PageOf {
            items,
            total: None,
            next: None,
        }
    }

    /// The organisation waits; its founder was an operator, or the user who owns it.
    fn waiting(operator: bool) -> Fixture {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        expect_tenant(&mut fixture.on, &waiting_tenant());
        let founder = fixture.on.operators.expect_founder();
        founder.returning(move |_| Ok(operator.then(|| (operator_name("grace"), reason()))));
        let update = fixture.on.tenant.expect_update();
        update.withf(|new| *new == opened()).returning(|_| Ok(()));
        let keys = fixture.on.api_keys.expect_list();
        keys.returning(|_| Ok(page_of(vec![api_key()])));
        let members = fixture.on.members.expect_list();
        members.returning(|_| Ok(page_of(vec![member(user_id(), Role::Owner)])));
        fixture
    }

    async fn settle(world: &World, answer: bool) -> Result<Option<Tenant>, Error> {
        let founded = founded(answer);
        world.app.onboarding.settle(&founded, &arrival()).await
    }

    #[tokio::test]
    async fn the_place_is_made_then_it_is_opened_and_recorded_as_its_owners() {
        let world = waiting(false).start();
        assert_eq!(settle(&world, false).await.unwrap(), Some(opened()));
        assert_eq!(world.places(), [Place::Made(tenant_id())]);
        let created = AuditEvent::organisation_created(&opened());
        let issued = AuditEvent::api_key_created(&api_key());
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: Some(tenant_id()),
                actor: Actor::User(user_id()),
                operated: None,
                origin: origin(),
                trail: [created, issued].into_iter().collect(),
            }]
        );
        let recorded = Counted::AuditEventRecorded;
        assert_eq!(
            world.counted(),
            [
                recorded(AuditAction::OrganisationCreated),
                recorded(AuditAction::ApiKeyCreated),
                Counted::OrganisationCreated,
                Counted::ApiKeyCreated,
            ]
        );
    }

    #[tokio::test]
    async fn what_an_operator_founded_is_recorded_as_theirs_with_the_reason() {
        let world = waiting(true).start();
        assert_eq!(settle(&world, false).await.unwrap(), Some(opened()));
        let commits = world.commits();
        let by = Some((operator_name("grace"), reason()));
        assert_eq!(commits[0].operated, by);
        let (action, state) = (AuditAction::OrganisationCreated, opened());
        let created = AuditEvent::organisation_operated(action, state.state(), &state, &reason());
        let issued = AuditEvent::api_key_created(&api_key());
        let trail: AuditTrail = [created, issued].into_iter().collect();
        assert_eq!(commits[0].trail, trail);
    }

    #[tokio::test]
    async fn the_finished_answer_is_kept_in_place_of_the_unfinished_one() {
        let mut fixture = waiting(false);
        let complete = fixture.on.idempotency.expect_complete().once();
        complete
            .withf(|actor, key, outcome| {
                let stored: Founded = crate::stored::decode(outcome).unwrap();
                (*actor, key) == (user_id().as_uuid(), &idempotency_key())
                    && stored.tenant == opened()
            })
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();
        assert_eq!(settle(&world, true).await.unwrap(), Some(opened()));
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_made_leaves_it_waiting() {
        let mut fixture = waiting(false);
        fixture.placeless = true;
        let world = fixture.start();
        assert!(matches!(
            settle(&world, true).await,
            Err(Error::Internal(_))
        ));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_comes_second_changes_and_records_nothing() {
        for placeless in [true, false] {
            let mut fixture = Fixture::with(CallerFacts::User(None));
            expect_tenant(&mut fixture.on, &opened());
            fixture.placeless = placeless;
            let world = fixture.start();
            assert_eq!(settle(&world, true).await.unwrap(), None);
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn whoever_loses_the_race_for_the_row_changes_and_records_nothing() {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let find = fixture.on.tenants.expect_find();
        find.returning(|_| Ok(Some(waiting_tenant())));
        fixture
            .on
            .operators
            .expect_founder()
            .returning(|_| Ok(None));
        let find = fixture.on.tenant.expect_find();
        find.returning(|| Ok(Some(opened())));
        let world = fixture.start();
        assert_eq!(settle(&world, false).await.unwrap(), None);
        world.assert_untouched();
    }
}
