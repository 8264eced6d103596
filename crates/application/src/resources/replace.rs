use super::Resources;
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    document::Document,
    id::{ProjectId, ResourceId, TenantId},
    resource::{Resource, ResourceChange},
    text::ResourceName,
};

/// Replace everything in a resource that can be set.
#[derive(Clone, Debug)]
pub struct ReplaceResource {
    /// Its name.
    pub name: ResourceName,
    /// The project that it is part of.
    pub project: Option<ProjectId>,
    /// Its contents.
    pub data: Document,
    /// Which version the caller has seen.
    pub precondition: Precondition,
}

impl Resources {
    /// Replaces a resource's name, project and contents. Not recorded when nothing is different afterwards.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`] for it or its new project, [`Error::Insufficient`] for what may be
    /// seen but not changed, [`Error::PreconditionFailed`].
    pub async fn replace(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ResourceId,
        command: ReplaceResource,
    ) -> Result<Resource, Error> {
        let change = ResourceChange {
            name: Some(command.name),
            project: Some(command.project),
            data: Some(command.data),
        };
        let seen = &command.precondition;
        self.change(caller, (tenant, id), seen, |_| Ok(change))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error, testing::*};
    use domain::{
        audit::{AuditEvent, AuditTrail},
        document::Json,
        permission::Permission,
        role::Role,
    };

    fn command(project: Option<ProjectId>, precondition: Precondition) -> ReplaceResource {
        ReplaceResource {
            name: ResourceName::parse("Invoices").unwrap(),
            project,
            data: Document::new(Json::Object(vec![])).unwrap(),
            precondition,
        }
    }

    fn replaced(project: Option<ProjectId>) -> Resource {
        let mut changed = resource();
        let ReplaceResource { name, data, .. } = command(project, Precondition::None);
        let change = ResourceChange {
            name: Some(name),
            project: Some(project),
            data: Some(data),
        };
        assert!(changed.apply(change, NOW));
        changed
    }

    fn with(there: Resource) -> Fixture {
        let mut fixture = Fixture::member(Role::Member);
        let find = fixture.on.resources.expect_find();
        find.withf(|id| *id == resource().id())
            .returning(move |_| Ok(Some(there.clone())));
        fixture
    }

    async fn replace(world: &World, command: ReplaceResource) -> Result<Resource, Error> {
        let (resources, id) = (&world.app.resources, resource().id());
        resources.replace(&caller(), tenant_id(), id, command).await
    }

    #[tokio::test]
    async fn everything_is_replaced_and_committed_with_what_changed() {
        let mut fixture = with(resource());
        let update = fixture.on.resources.expect_update().once();
        update
            .withf(|new| *new == replaced(None))
            .returning(|_| Ok(()));
        let world = fixture.start();

        let seen = Precondition::OneOf(vec![resource().version()]);
        let answer = replace(&world, command(None, seen)).await;
        assert_eq!(answer.unwrap(), replaced(None));
        let event = AuditEvent::resource_updated(&resource(), &replaced(None));
        assert_eq!(event.changes().len(), 3);
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
    }

    #[tokio::test]
    async fn what_is_the_same_already_is_neither_written_nor_recorded() {
        let world = with(replaced(None)).start();
        let answer = replace(&world, command(None, Precondition::None)).await;
        assert_eq!(answer.unwrap(), replaced(None));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn another_project_has_to_be_there_and_its_own_may_be_gone() {
        let other = ProjectId::from_uuid(uuid::Uuid::from_u128(77));
        let mut fixture = with(resource());
        let find = fixture.on.projects.expect_find().once();
        find.withf(move |id| *id == other).returning(|_| Ok(None));
        let world = fixture.start();
        let answer = replace(&world, command(Some(other), Precondition::None)).await;
        assert!(matches!(
            answer,
            Err(Error::NotFound(error::Resource::Project))
        ));
        world.assert_untouched();

        let own = resource().state().project;
        assert!(own.is_some());
        let mut fixture = with(resource());
        fixture.on.resources.expect_update().returning(|_| Ok(()));
        let world = fixture.start();
        let answer = replace(&world, command(own, Precondition::None)).await;
        assert_eq!(answer.unwrap(), replaced(own));
    }

    #[tokio::test]
    async fn a_failed_precondition_writes_nothing() {
        let world = with(resource()).start();
        let stale = Precondition::OneOf(vec![resource().version() + 1]);
        let answer = replace(&world, command(None, stale)).await;
        assert!(matches!(answer, Err(Error::PreconditionFailed)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn what_is_deleted_is_not_found_whatever_the_precondition() {
        let world = with(deleted_resource()).start();
        let answer = replace(&world, command(None, Precondition::OneOf(vec![]))).await;
        assert!(matches!(
            answer,
            Err(Error::NotFound(error::Resource::Resource))
        ));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_changes_only_their_own_is_refused_what_others_own() {
        let mut fixture = Fixture::holding("read:resources update:resources[owner]");
        let find = fixture.on.resources.expect_find();
        find.returning(|_| Ok(Some(resource())));
        let world = fixture.start();
        let answer = replace(&world, command(None, Precondition::None)).await;
        assert!(matches!(answer, Err(Error::Insufficient)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_change_resources_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateResources, async |app, caller| {
            let command = command(None, Precondition::None);
            let id = resource().id();
            app.resources
                .replace(caller, tenant_id(), id, command)
                .await
        })
        .await;
    }
}
