use super::Tenants;
use crate::{
    error::Error,
    gate::PlatformWork,
    operators::{Acting, Operation},
    purging::Ending,
};
use domain::{
    id::TenantId,
    ports::Access,
    tenant::{Tenant, TenantStatus},
    text::Reason,
};
use time::OffsetDateTime;

/// An organisation that was to be removed.
#[derive(Debug)]
pub struct Swept {
    /// The organisation.
    pub tenant: TenantId,
    /// How many rows it had, none when somebody else was quicker; an error is tried again.
    pub rows: Result<u64, Error>,
}

impl Tenants {
    const BATCH: u32 = 100;

    /// Removes organisations whose grace period is over, and goes on with those that were given up.
    ///
    /// # Errors
    /// When storage cannot say which there are.
    pub async fn sweep(&self) -> Result<Vec<Swept>, Error> {
        let now = self.ports.clock.now();
        let mut look = PlatformWork::begin(&self.ports, None, Access::Read).await?;
        let directory = look.tx.tenants();
        let (deleted, deleting) = (TenantStatus::Deleted, TenantStatus::Deleting);
        let given_up = directory.in_status(deleted, None, Self::BATCH).await?;
        let due = directory
            .in_status(deleting, Some(now), Self::BATCH)
            .await?;
        drop(look);

        let mut swept = Vec::new();
        for tenant in given_up.into_iter().chain(due) {
            let rows = self.end(&tenant, now).await;
            let tenant = tenant.id();
            swept.push(Swept { tenant, rows });
        }
        Ok(swept)
    }

    async fn end(&self, tenant: &Tenant, now: OffsetDateTime) -> Result<u64, Error> {
        let by = Acting::system(now);
        if tenant.status() == TenantStatus::Deleting {
            let reason =
                Reason::parse("the grace period is over").expect("a reason of ours is one");
            let work = PlatformWork::begin(&self.ports, None, Access::Write).await?;
            let operation = Operation {
                by: by.clone(),
                work,
            };
            let ended = self
                .purging
                .give_up(operation, tenant.id(), reason, Ending::Grace);
            if !ended.await? {
                return Ok(0);
            }
        }
        self.purging.purge(&by, tenant.id()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::CallerFacts,
        operator::{OperatorAction, OperatorEvent},
    };
    use time::Duration;

    fn deleting() -> Tenant {
        let mut tenant = tenant();
        tenant.delete(Duration::DAY, NOW - Duration::DAY).unwrap();
        tenant
    }

    fn deleted() -> Tenant {
        let mut tenant = deleting();
        tenant.give_up(false, NOW).unwrap();
        tenant
    }

    /// These are given up, and these are due.
    fn finding(given_up: Vec<Tenant>, due: Vec<Tenant>) -> Fixture {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let look = fixture.on.tenants.expect_in_status();
        look.returning(move |status, before, _| {
            Ok(match (status, before) {
                (TenantStatus::Deleted, None) => given_up.clone(),
                (TenantStatus::Deleting, Some(at)) if at == NOW => due.clone(),
                other => panic!("nobody wants {other:?}"),
            })
        });
        fixture
    }

    fn event(tenant: &Tenant) -> OperatorEvent {
        let (action, reason) = (
            OperatorAction::OrganisationGivenUp,
            Reason::parse("the grace period is over").unwrap(),
        );
        OperatorEvent::operated(&operator_name("system"), action, tenant, &reason)
    }

    #[tokio::test]
    async fn what_is_due_is_given_up_and_what_was_given_up_is_removed() {
        let mut fixture = finding(vec![deleted()], vec![deleting()]);
        expect_tenant(&mut fixture.on, &deleting());
        let record = fixture.on.operators.expect_record().once();
        record
            .withf(|new, from| (new, from) == (&event(&deleting()), &NOW.into()))
            .returning(|_, _| Ok(()));
        let update = fixture.on.tenant.expect_update().once();
        update.withf(|new| *new == deleted()).returning(|_| Ok(()));
        let world = fixture.start();
        let swept = world.app.tenants.sweep().await.unwrap();
        let rows: Vec<_> = swept.into_iter().map(|one| one.rows.unwrap()).collect();
        assert_eq!(rows, [3, 3]);
        assert_eq!(world.places(), [Place::Purged(tenant_id()); 2]);
        assert_eq!(world.operated().len(), 2);
    }

    #[tokio::test]
    async fn what_was_had_back_meanwhile_stays() {
        let mut fixture = finding(vec![], vec![deleting()]);
        fixture
            .on
            .tenants
            .expect_find()
            .returning(|_| Ok(Some(deleting())));
        fixture
            .on
            .operators
            .expect_record()
            .returning(|_, _| Ok(()));
        fixture
            .on
            .tenant
            .expect_find()
            .returning(|| Ok(Some(tenant())));
        let world = fixture.start();
        let swept = world.app.tenants.sweep().await.unwrap();
        assert!(matches!(swept[0].rows, Err(Error::Transition(_))));
        assert_eq!((world.commits(), world.places()), (vec![], vec![]));
    }

    #[tokio::test]
    async fn one_that_fails_holds_no_other_up() {
        let mut fixture = finding(vec![deleted(), deleted()], vec![]);
        fixture
            .on
            .tenants
            .expect_find()
            .returning(|_| Ok(Some(deleted())));
        fixture.placeless = true;
        let world = fixture.start();
        let swept = world.app.tenants.sweep().await.unwrap();
        assert!(swept.iter().all(|one| one.rows.is_err()) && swept.len() == 2);
        assert_eq!(world.operated(), []);
    }

    #[tokio::test]
    async fn what_somebody_else_has_removed_is_no_error() {
        let mut fixture = finding(vec![deleted()], vec![]);
        fixture.on.tenants.expect_find().returning(|_| Ok(None));
        fixture.placeless = true;
        let world = fixture.start();
        let swept = world.app.tenants.sweep().await.unwrap();
        assert!(matches!(swept[0].rows, Ok(0)));
        assert_eq!(world.operated(), []);
    }
}
