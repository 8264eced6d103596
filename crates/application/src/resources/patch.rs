use super::Resources;
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    document::Json,
    id::{ProjectId, ResourceId, TenantId},
    resource::{Resource, ResourceChange},
    text::ResourceName,
};

/// Change a resource by a merge patch (RFC 7396).
#[derive(Clone, Debug)]
pub struct PatchResource {
    /// A new name.
    pub name: Option<ResourceName>,
    /// A new project; `Some(None)` takes it out of the one that it is part of.
    pub project: Option<Option<ProjectId>>,
    /// The patch of its contents.
    pub data: Option<Json>,
    /// Which version the caller has seen.
    pub precondition: Precondition,
}

impl Resources {
    /// Patches a resource. Not recorded when nothing is different afterwards.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`] for it or its new project, [`Error::Insufficient`] for what may be
    /// seen but not changed, [`Error::PreconditionFailed`], [`Error::Document`] when the patched contents are none.
    pub async fn patch(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ResourceId,
        command: PatchResource,
    ) -> Result<Resource, Error> {
        let PatchResource {
            name,
            project,
            data,
            precondition,
        } = command;
        let change = |before: &Resource| {
            let contents = &before.state().data;
            let data = data.map(|patch| contents.merge_patch(&patch)).transpose()?;
            Ok(ResourceChange {
                name,
                project,
                data,
            })
        };
        self.change(caller, (tenant, id), &precondition, change)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error, testing::*};
    use domain::{
        document::{Document, DocumentError},
        permission::Permission,
        role::Role,
    };

    const NOTHING: PatchResource = PatchResource {
        name: None,
        project: None,
        data: None,
        precondition: Precondition::None,
    };

    fn object(members: &[(&str, Json)]) -> Json {
        let member = |(key, value): &(&str, Json)| ((*key).to_owned(), value.clone());
        Json::Object(members.iter().map(member).collect())
    }

    fn with(there: Resource) -> Fixture {
        let mut fixture = Fixture::member(Role::Member);
        let find = fixture.on.resources.expect_find();
        find.returning(move |_| Ok(Some(there.clone())));
        fixture
    }

    async fn patch(world: &World, command: PatchResource) -> Result<Resource, Error> {
        let (resources, id) = (&world.app.resources, resource().id());
        resources.patch(&caller(), tenant_id(), id, command).await
    }

    #[tokio::test]
    async fn the_contents_are_merged_and_the_rest_stays() {
        let mut fixture = with(resource());
        fixture
            .on
            .resources
            .expect_update()
            .once()
            .returning(|_| Ok(()));
        let world = fixture.start();

        let lines = Json::List(vec![Json::Null]);
        let data = object(&[("total", Json::Null), ("lines", lines.clone())]);
        let command = PatchResource {
            data: Some(data),
            ..NOTHING
        };
        let patched = patch(&world, command).await.unwrap();
        let kept = ("currency", Json::Text("EUR".to_owned()));
        let expected = Document::new(object(&[kept, ("lines", lines)])).unwrap();
        assert_eq!(patched.state().data, expected);
        assert_eq!(patched.name(), resource().name());
        assert_eq!(patched.state().project, resource().state().project);
        assert_eq!(patched.version(), resource().version() + 1);
        assert_eq!(world.committed(), ["resource.updated"]);
    }

    #[tokio::test]
    async fn it_is_taken_out_of_its_project_without_looking_at_that() {
        let mut fixture = with(resource());
        fixture.on.resources.expect_update().returning(|_| Ok(()));
        let world = fixture.start();
        let command = PatchResource {
            project: Some(None),
            ..NOTHING
        };
        let patched = patch(&world, command).await.unwrap();
        assert_eq!(patched.state().project, None);
    }

    #[tokio::test]
    async fn a_patch_of_nothing_is_neither_written_nor_recorded() {
        let world = with(resource()).start();
        let same = PatchResource {
            name: Some(resource().name().clone()),
            data: Some(object(&[("missing", Json::Null)])),
            ..NOTHING
        };
        for command in [NOTHING, same] {
            assert_eq!(patch(&world, command).await.unwrap(), resource());
        }
        world.assert_untouched();
    }

    #[tokio::test]
    async fn contents_beyond_their_bounds_are_refused_and_nothing_is_written() {
        let world = with(resource()).start();
        let long = Json::Text("x".repeat(Document::MAX_BYTES - 20));
        assert!(Document::new(object(&[("x", long.clone())])).is_ok());
        let command = PatchResource {
            data: Some(object(&[("x", long)])),
            ..NOTHING
        };
        let refused = patch(&world, command).await;
        assert!(matches!(
            refused,
            Err(Error::Document(DocumentError::TooLarge { .. }))
        ));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_failed_precondition_comes_before_the_contents() {
        let world = with(resource()).start();
        let command = PatchResource {
            data: Some(Json::Null),
            precondition: Precondition::OneOf(vec![]),
            ..NOTHING
        };
        let refused = patch(&world, command).await;
        assert!(matches!(refused, Err(Error::PreconditionFailed)));
    }

    #[tokio::test]
    async fn what_is_deleted_is_not_found() {
        let world = with(deleted_resource()).start();
        let refused = patch(&world, NOTHING).await;
        assert!(matches!(
            refused,
            Err(Error::NotFound(error::Resource::Resource))
        ));
    }

    #[tokio::test]
    async fn whoever_may_not_change_resources_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateResources, async |app, caller| {
            let id = resource().id();
            app.resources.patch(caller, tenant_id(), id, NOTHING).await
        })
        .await;
    }
}
