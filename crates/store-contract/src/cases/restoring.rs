//! Deleted projects, and bringing them back.

use super::projects::{found, listed};
use crate::world::{Organisation, World, after, assert_foreign, assert_stale};
use domain::{
    id::ProjectId,
    project::{Project, ProjectState},
    text::ProjectName,
};

async fn found_deleted(world: &World, home: &Organisation, id: ProjectId) -> Option<Project> {
    let mut work = world.read(home).await;
    work.tx.projects().find_deleted(id).await.unwrap()
}

/// A project that has been deleted, as it is stored then.
async fn deleted(world: &World, home: &Organisation, name: &str) -> Project {
    let project = world.project(home, name).await;
    let mut work = world.write(home).await;
    work.tx.projects().delete(&project, after(1)).await.unwrap();
    work.done().await;
    found_deleted(world, home, project.id()).await.unwrap()
}

/// A deleted project, ready to be stored as a live one.
fn back(project: &Project) -> Project {
    let state = ProjectState {
        name: ProjectName::parse("Back").unwrap(),
        updated_at: after(5),
        ..project.state().clone()
    };
    Project::restore(state, project.version() + 1)
}

pub async fn a_deleted_project_is_found_as_one_and_a_live_one_is_not(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let (live, gone) = (
        world.project(&home, "Live").await,
        world.project(&home, "Gone").await,
    );
    let mut work = world.write(&home).await;
    work.tx.projects().delete(&gone, after(1)).await.unwrap();
    work.done().await;

    let state = ProjectState {
        updated_at: after(1),
        ..gone.state().clone()
    };
    let expected = Project::restore(state, 2);
    let stored = found_deleted(world, &home, gone.id()).await;
    assert_eq!(stored, Some(expected));
    assert_eq!(found_deleted(world, &home, live.id()).await, None);
    assert_eq!(found_deleted(world, &other, gone.id()).await, None);
    let unknown = ProjectId::from_uuid(world.uuid());
    assert_eq!(found_deleted(world, &home, unknown).await, None);
}

pub async fn a_project_that_is_brought_back_is_as_it_was_given(world: &World) {
    let home = world.organisation().await;
    let (gone, bystander) = (
        deleted(world, &home, "Apollo").await,
        deleted(world, &home, "Gemini").await,
    );
    let back = back(&gone);
    let mut work = world.write(&home).await;
    work.tx.projects().restore(&back).await.unwrap();
    work.done().await;
    assert_eq!(found(world, &home, gone.id()).await, Some(back.clone()));
    assert_eq!(listed(world, &home).await, [back]);
    assert_eq!(found_deleted(world, &home, gone.id()).await, None);
    let still = found_deleted(world, &home, bystander.id()).await;
    assert_eq!(still, Some(bystander));
}

pub async fn bringing_back_what_is_not_deleted_or_has_changed_is_stale(world: &World) {
    let home = world.organisation().await;
    let (live, gone) = (
        world.project(&home, "Live").await,
        deleted(world, &home, "Gone").await,
    );
    let late = Project::restore(gone.state().clone(), gone.version());
    let never = world.draft(&home, "Never");
    let mut work = world.write(&home).await;
    for project in [back(&live), late, back(&never)] {
        assert_stale(work.tx.projects().restore(&project).await);
    }
    work.done().await;
    assert_eq!(listed(world, &home).await, [live]);
}

pub async fn another_organisations_projects_are_not_brought_back(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = deleted(world, &other, "Theirs").await;
    let mut work = world.write(&home).await;
    assert_foreign(work.tx.projects().restore(&back(&theirs)).await);
    let state = ProjectState {
        tenant: home.id(),
        ..theirs.state().clone()
    };
    let disguised = Project::restore(state, theirs.version() + 1);
    assert_stale(work.tx.projects().restore(&disguised).await);
    work.done().await;
    assert_eq!(found(world, &other, theirs.id()).await, None);
}

pub async fn a_dropped_return_and_a_refused_one_leave_the_project_deleted(world: &World) {
    let home = world.organisation().await;
    let gone = deleted(world, &home, "Gone").await;
    let mut work = world.write(&home).await;
    work.tx.projects().restore(&back(&gone)).await.unwrap();
    drop(work);
    let mut work = world.read(&home).await;
    assert!(work.tx.projects().restore(&back(&gone)).await.is_err());
    drop(work);
    let still = found_deleted(world, &home, gone.id()).await;
    assert_eq!(still, Some(gone));
}
