use super::{Resources, live};
use crate::{error::Error, gate::Caller, ownership::within_reach};
use domain::{
    id::{ResourceId, TenantId},
    permission::Permission,
    resource::Resource,
};

impl Resources {
    /// One resource.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn get(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ResourceId,
    ) -> Result<Resource, Error> {
        let need = Permission::ReadResources;
        let mut work = self.gate.read_own(caller, tenant, need).await?;
        let found = work.tx.resources().find(id).await?;
        within_reach(&work.scope, live(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error, testing::*};
    use domain::role::Role;

    async fn got(mut fixture: Fixture, there: Option<Resource>) -> Result<Resource, Error> {
        let find = fixture.on.resources.expect_find().once();
        find.withf(|id| *id == resource().id())
            .returning(move |_| Ok(there.clone()));
        let world = fixture.start();
        let found = world
            .app
            .resources
            .get(&caller(), tenant_id(), resource().id())
            .await;
        world.assert_untouched();
        found
    }

    #[tokio::test]
    async fn a_viewer_sees_the_resource() {
        let found = got(Fixture::member(Role::Viewer), Some(resource())).await;
        assert_eq!(found.unwrap(), resource());
    }

    #[tokio::test]
    async fn what_is_not_there_or_deleted_is_not_found() {
        for there in [None, Some(deleted_resource())] {
            let found = got(Fixture::member(Role::Owner), there).await;
            assert!(matches!(
                found,
                Err(Error::NotFound(error::Resource::Resource))
            ));
        }
    }

    #[tokio::test]
    async fn whoever_sees_only_their_own_finds_nothing_of_others() {
        let fixture = || Fixture::holding("read:resources[owner]");
        let own = got(fixture(), Some(own_resource())).await;
        assert_eq!(own.unwrap(), own_resource());
        let others = got(fixture(), Some(resource())).await;
        assert!(matches!(
            others,
            Err(Error::NotFound(error::Resource::Resource))
        ));
    }

    #[tokio::test]
    async fn whoever_may_not_read_resources_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadResources, async |app, caller| {
            let id = resource().id();
            app.resources.get(caller, tenant_id(), id).await
        })
        .await;
    }
}
