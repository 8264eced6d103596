use super::Resources;
use crate::{
    error::Error,
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ResourceId, TenantId},
    idempotency::IdempotencyKey,
    permission::Permission,
    resource::Resource,
};

impl Resources {
    /// Brings a deleted resource back as it was. One that is not deleted stays as it is, and nothing is recorded.
    ///
    /// # Errors
    /// The gate's refusals, the idempotency conflicts, [`Error::NotFound`], [`Error::Insufficient`] for what may be
    /// seen but not changed.
    pub async fn restore(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ResourceId,
        key: Option<&IdempotencyKey>,
    ) -> Result<Outcome<Resource>, Error> {
        let need = Permission::UpdateResources;
        let mut work = self.gate.write_own(caller, tenant, need).await?;
        let (actor, now) = (work.scope.actor().as_uuid(), work.scope.at());
        let counters = &*self.ports.counters;
        if let Some(resource) = replay(work.tx.idempotency(), actor, key, now, counters).await? {
            return Ok(Outcome::Replayed(resource));
        }
        let found = work.tx.resources().find(id).await?;
        let mut resource = work.within_reach(need, found)?;
        let trail = if resource.undelete(now) {
            work.tx.resources().update(&resource).await?;
            AuditTrail::of(AuditEvent::resource_restored(&resource))
        } else {
            AuditTrail::exempt("it was not deleted")
        };
        remember(work.tx.idempotency(), actor, key, &resource).await?;
        work.commit(trail).await?;
        Ok(Outcome::Fresh(resource))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error, testing::*};
    use domain::{idempotency::Claim, ports::Counted, role::Role};

    fn restored() -> Resource {
        let mut restored = deleted_resource();
        assert!(restored.undelete(NOW));
        restored
    }

    fn with(mut fixture: Fixture, there: Option<Resource>) -> Fixture {
        let find = fixture.on.resources.expect_find();
        find.withf(|id| *id == resource().id())
            .returning(move |_| Ok(there.clone()));
        fixture
    }

    async fn restore(
        world: &World,
        key: Option<&IdempotencyKey>,
    ) -> Result<Outcome<Resource>, Error> {
        let (resources, id) = (&world.app.resources, resource().id());
        resources.restore(&caller(), tenant_id(), id, key).await
    }

    #[tokio::test]
    async fn it_comes_back_with_its_event_and_its_stored_outcome() {
        let mut fixture = with(Fixture::member(Role::Member), Some(deleted_resource()));
        let update = fixture.on.resources.expect_update().once();
        update.withf(|new| *new == restored()).returning(|_| Ok(()));
        let records = &mut fixture.on.idempotency;
        records
            .expect_claim()
            .once()
            .returning(|_, _, _| Ok(Claim::Fresh));
        records
            .expect_complete()
            .once()
            .withf(|_, _, outcome| {
                crate::stored::decode::<Resource>(outcome).unwrap() == restored()
            })
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();

        let outcome = restore(&world, Some(&idempotency_key())).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(restored()));
        let event = AuditEvent::resource_restored(&restored());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
    }

    #[tokio::test]
    async fn one_that_is_not_deleted_stays_as_it_is_and_nothing_is_recorded() {
        let world = with(Fixture::member(Role::Member), Some(resource())).start();
        let outcome = restore(&world, None).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(resource()));
        assert_eq!(world.committed(), Vec::<&str>::new());
        assert_eq!(world.counted(), []);
    }

    #[tokio::test]
    async fn a_replay_returns_the_first_answer_even_when_it_is_deleted_again() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&restored()).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();
        let outcome = restore(&world, Some(&idempotency_key())).await;
        assert_eq!(outcome.unwrap(), Outcome::Replayed(restored()));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [Counted::IdempotencyReplay]);
    }

    #[tokio::test]
    async fn what_is_not_there_any_more_is_not_found() {
        let world = with(Fixture::member(Role::Member), None).start();
        assert!(matches!(
            restore(&world, None).await,
            Err(Error::NotFound(error::Resource::Resource))
        ));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_changes_only_their_own_gets_only_that_back() {
        for (read, refused) in [("read:resources", true), ("read:resources[owner]", false)] {
            let fixture = Fixture::holding(&format!("{read} update:resources[owner]"));
            let world = with(fixture, Some(deleted_resource())).start();
            let error = restore(&world, None).await.unwrap_err();
            assert_eq!(matches!(error, Error::Insufficient), refused, "{error:?}");
            assert_eq!(matches!(error, Error::NotFound(_)), !refused, "{error:?}");
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn whoever_may_not_change_resources_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateResources, async |app, caller| {
            let (id, key) = (resource().id(), idempotency_key());
            app.resources
                .restore(caller, tenant_id(), id, Some(&key))
                .await
        })
        .await;
    }
}
