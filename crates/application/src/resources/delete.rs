use super::{Resources, live};
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ResourceId, TenantId},
    permission::Permission,
};

impl Resources {
    /// Deletes a resource; until it is purged it can be restored.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Insufficient`] for what may be seen but not deleted,
    /// [`Error::PreconditionFailed`].
    pub async fn delete(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ResourceId,
        precondition: Precondition,
    ) -> Result<(), Error> {
        let need = Permission::DeleteResources;
        let mut work = self.gate.write_own(caller, tenant, need).await?;
        let found = work.tx.resources().find(id).await?;
        let mut resource = work.within_reach(need, live(found))?;
        precondition.check(resource.version())?;

        resource.delete(work.scope.at());
        work.tx.resources().update(&resource).await?;
        work.commit(AuditTrail::of(AuditEvent::resource_deleted(&resource)))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error, testing::*};
    use domain::role::Role;

    async fn delete(world: &World, precondition: Precondition) -> Result<(), Error> {
        let (resources, id) = (&world.app.resources, resource().id());
        resources
            .delete(&caller(), tenant_id(), id, precondition)
            .await
    }

    fn with(mut fixture: Fixture, there: Option<domain::resource::Resource>) -> Fixture {
        let find = fixture.on.resources.expect_find();
        find.returning(move |_| Ok(there.clone()));
        fixture
    }

    #[tokio::test]
    async fn the_deletion_is_committed_with_its_event() {
        let mut fixture = with(Fixture::member(Role::Member), Some(resource()));
        let update = fixture.on.resources.expect_update().once();
        update
            .withf(|gone| *gone == deleted_resource())
            .returning(|_| Ok(()));
        let world = fixture.start();

        let seen = Precondition::OneOf(vec![7, resource().version()]);
        delete(&world, seen).await.unwrap();
        let event = AuditEvent::resource_deleted(&deleted_resource());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
    }

    #[tokio::test]
    async fn what_is_not_there_or_deleted_already_is_not_found() {
        for there in [None, Some(deleted_resource())] {
            let world = with(Fixture::member(Role::Member), there).start();
            let refused = delete(&world, Precondition::None).await;
            assert!(matches!(
                refused,
                Err(Error::NotFound(error::Resource::Resource))
            ));
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn a_failed_precondition_leaves_the_resource_alone() {
        let world = with(Fixture::member(Role::Member), Some(resource())).start();
        let stale = Precondition::OneOf(vec![resource().version() + 1]);
        let refused = delete(&world, stale).await;
        assert!(matches!(refused, Err(Error::PreconditionFailed)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_deletes_only_their_own_is_refused_what_others_own() {
        let fixture = Fixture::holding("read:resources delete:resources[owner]");
        let world = with(fixture, Some(resource())).start();
        let refused = delete(&world, Precondition::None).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_delete_resources_is_refused_before_anything_is_read() {
        assert_refused(Permission::DeleteResources, async |app, caller| {
            let (id, none) = (resource().id(), Precondition::None);
            app.resources.delete(caller, tenant_id(), id, none).await
        })
        .await;
    }
}
