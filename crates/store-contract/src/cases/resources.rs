//! Resources.

use crate::{
    walk::EVERYTHING,
    world::{Organisation, World, after, assert_foreign, assert_stale, document},
};
use domain::{
    document::{Document, Json},
    id::{ProjectId, ResourceId},
    ports::{Reference, StoreError, StoreResult},
    resource::{Resource, ResourceChange, ResourceFilter, ResourceState},
    text::ResourceName,
};

async fn found(world: &World, home: &Organisation, id: ResourceId) -> Option<Resource> {
    let mut work = world.read(home).await;
    work.tx.resources().find(id).await.unwrap()
}

async fn listed(world: &World, home: &Organisation) -> Vec<Resource> {
    let mut work = world.read(home).await;
    let all = ResourceFilter::default();
    let page = work.tx.resources().list(&all, &EVERYTHING).await.unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items
}

fn renamed(resource: &Resource, name: &str) -> Resource {
    changed(
        resource,
        ResourceChange {
            name: Some(ResourceName::parse(name).unwrap()),
            ..ResourceChange::default()
        },
    )
}

fn moved(resource: &Resource, project: Option<ProjectId>) -> Resource {
    changed(
        resource,
        ResourceChange {
            project: Some(project),
            ..ResourceChange::default()
        },
    )
}

fn changed(resource: &Resource, change: ResourceChange) -> Resource {
    let mut changed = resource.clone();
    assert!(changed.apply(change, after(1)));
    changed
}

fn deleted(resource: &Resource) -> Resource {
    let mut deleted = resource.clone();
    assert!(deleted.delete(after(2)));
    deleted
}

/// Stores a changed resource.
async fn update(world: &World, home: &Organisation, resource: &Resource) {
    let mut work = world.write(home).await;
    work.tx.resources().update(resource).await.unwrap();
    work.done().await;
}

fn assert_no_project(result: StoreResult<()>) {
    let error = result.expect_err("a resource of a project that is none was written");
    assert!(
        matches!(error, StoreError::Missing(Reference::Project)),
        "{error:?}"
    );
}

pub async fn every_field_of_a_resource_comes_back(world: &World) {
    let home = world.organisation().await;
    let (project, owner) = (world.project(&home, "Apollo").await, world.user().await);
    let full = ResourceState {
        name: ResourceName::parse(" Ünïcode 🚀 'quoted' \"twice\" \\ %_ ").unwrap(),
        project: Some(project.id()),
        owner,
        updated_at: after(1_234_567),
        deleted_at: Some(after(2_345_678)),
        ..world.resource_draft(&home, "full").state().clone()
    };
    let empty = ResourceState {
        data: Document::new(Json::Object(vec![])).unwrap(),
        ..world.resource_draft(&home, "empty").state().clone()
    };
    for (state, version) in [(full, 7), (empty, i64::MAX)] {
        let resource = Resource::restore(state, version);
        world.keep(&home, &resource).await;
        let stored = found(world, &home, resource.id()).await;
        assert_eq!(stored, Some(resource));
    }
}

pub async fn a_document_comes_back_as_it_was_sent(world: &World) {
    let home = world.organisation().await;
    let digits = ["-0.0", "1e19", "1E+400", "0.10", "12345678901234567890123"];
    let numbers = digits.map(|literal| Json::Number(literal.to_owned()));
    let awkward = "\u{1}\"\\' \t\u{7f}\u{2028}🚀</script>";
    let members = [
        ("z", Json::List(numbers.to_vec())),
        (awkward, Json::Text(awkward.to_owned())),
        ("null", Json::Null),
        ("a", Json::Object(vec![])),
        ("B", Json::List(vec![Json::Bool(true), Json::Bool(false)])),
    ];
    let members = members.map(|(key, value)| (key.to_owned(), value));
    // As many numbers as fit, each far shorter than what it stands for.
    let huge = vec![Json::Number("1e300".to_owned()); Document::MAX_BYTES / 6 - 2];
    let huge = vec![("huge".to_owned(), Json::List(huge))];
    for members in [members.to_vec(), huge] {
        let state = ResourceState {
            data: Document::new(Json::Object(members)).unwrap(),
            ..world.resource_draft(&home, "exact").state().clone()
        };
        let resource = Resource::restore(state, 1);
        world.keep(&home, &resource).await;
        let stored = found(world, &home, resource.id()).await;
        assert_eq!(stored, Some(resource));
    }
}

pub async fn every_field_of_a_changed_resource_comes_back(world: &World) {
    let home = world.organisation().await;
    let project = world.project(&home, "Apollo").await;
    let (resource, bystander) = (
        world.resource(&home, "first").await,
        world.resource(&home, "second").await,
    );
    let everything = ResourceChange {
        name: Some(ResourceName::parse("Ärger").unwrap()),
        project: Some(Some(project.id())),
        data: Some(document("size", "großß")),
    };
    let changed = changed(&resource, everything);
    let outside = moved(&changed, None);
    for changed in [changed, outside] {
        update(world, &home, &changed).await;
        let stored = found(world, &home, resource.id()).await;
        assert_eq!(stored, Some(changed));
    }
    let untouched = found(world, &home, bystander.id()).await;
    assert_eq!(untouched, Some(bystander));
}

pub async fn a_deleted_resource_is_found_but_not_listed_until_it_is_brought_back(world: &World) {
    let home = world.organisation().await;
    let (resource, kept) = (
        world.resource(&home, "first").await,
        world.resource(&home, "second").await,
    );
    let mut gone = deleted(&resource);
    update(world, &home, &gone).await;
    assert_eq!(found(world, &home, resource.id()).await, Some(gone.clone()));
    let kept = vec![kept];
    assert_eq!(listed(world, &home).await, kept);
    assert!(gone.undelete(after(3)));
    update(world, &home, &gone).await;
    assert_eq!(listed(world, &home).await, [kept, vec![gone]].concat());
}

pub async fn a_change_of_a_version_that_is_no_more_is_stale(world: &World) {
    let home = world.organisation().await;
    let resource = world.resource(&home, "x").await;
    let first = renamed(&resource, "first");
    update(world, &home, &first).await;
    let never = renamed(&world.resource_draft(&home, "never"), "ever");
    let mut work = world.write(&home).await;
    for late in [renamed(&resource, "second"), deleted(&resource), never] {
        assert_stale(work.tx.resources().update(&late).await);
    }
    work.done().await;
    assert_eq!(listed(world, &home).await, [first]);
}

pub async fn a_resource_is_part_of_a_project_of_its_own_organisation_or_of_none(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.project(&other, "Theirs").await;
    let resource = world.resource(&home, "x").await;
    for project in [theirs.id(), ProjectId::from_uuid(world.uuid())] {
        let inside = moved(&world.resource_draft(&home, "y"), Some(project));
        let mut work = world.write(&home).await;
        assert_no_project(work.tx.resources().insert(&inside).await);
        drop(work);
        let inside = moved(&resource, Some(project));
        let mut work = world.write(&home).await;
        assert_no_project(work.tx.resources().update(&inside).await);
        drop(work);
    }
    assert_eq!(listed(world, &home).await, [resource]);
}

pub async fn resources_of_another_organisation_are_out_of_reach(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.resource(&other, "theirs").await;
    assert_eq!(found(world, &home, theirs.id()).await, None);
    assert_eq!(listed(world, &home).await, []);

    let mut work = world.write(&home).await;
    let resources = work.tx.resources();
    assert_foreign(resources.update(&renamed(&theirs, "mine")).await);
    assert_foreign(resources.update(&deleted(&theirs)).await);
    let smuggled = world.resource_draft(&other, "smuggled");
    assert_foreign(resources.insert(&smuggled).await);
    let state = ResourceState {
        tenant: home.id(),
        ..theirs.state().clone()
    };
    let disguised = Resource::restore(state, theirs.version());
    assert_stale(resources.update(&renamed(&disguised, "mine")).await);
    resources.insert(&disguised).await.unwrap();
    work.done().await;
    assert_eq!(listed(world, &home).await, [disguised]);
    assert_eq!(listed(world, &other).await, [theirs]);
}

pub async fn dropped_changes_leave_the_resources_as_they_were(world: &World) {
    let home = world.organisation().await;
    let (first, second) = (
        world.resource(&home, "first").await,
        world.resource(&home, "second").await,
    );
    let mut work = world.write(&home).await;
    let resources = work.tx.resources();
    resources.update(&renamed(&first, "gone")).await.unwrap();
    resources.update(&deleted(&second)).await.unwrap();
    let third = world.resource_draft(&home, "never");
    resources.insert(&third).await.unwrap();
    drop(work);
    assert_eq!(listed(world, &home).await, [second, first]);
}

pub async fn a_read_refuses_to_change_resources(world: &World) {
    let home = world.organisation().await;
    let resource = world.resource(&home, "x").await;
    let mut work = world.read(&home).await;
    let new = world.resource_draft(&home, "new");
    assert!(work.tx.resources().insert(&new).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    let changed = renamed(&resource, "gone");
    assert!(work.tx.resources().update(&changed).await.is_err());
    drop(work);
    assert_eq!(listed(world, &home).await, [resource]);
}
