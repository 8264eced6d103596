//! Projects.

use crate::{
    walk::EVERYTHING,
    world::{Organisation, World, after, assert_foreign, assert_stale},
};
use domain::{
    id::ProjectId,
    project::{Project, ProjectChange, ProjectFilter, ProjectSort, ProjectState, ProjectStatus},
    text::{Description, ProjectName},
};

pub(super) const BY_AGE: ProjectFilter = ProjectFilter {
    status: None,
    name: None,
    created_by: None,
    sort_by: ProjectSort::CreatedAt,
    descending: false,
};

pub(super) async fn found(world: &World, home: &Organisation, id: ProjectId) -> Option<Project> {
    let mut work = world.read(home).await;
    work.tx.projects().find(id).await.unwrap()
}

pub(super) async fn listed(world: &World, home: &Organisation) -> Vec<Project> {
    let mut work = world.read(home).await;
    let page = work.tx.projects().list(&BY_AGE, &EVERYTHING).await.unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items
}

fn renamed(project: &Project, name: &str) -> Project {
    let mut renamed = project.clone();
    let change = ProjectChange {
        name: Some(ProjectName::parse(name).unwrap()),
        ..ProjectChange::default()
    };
    assert!(renamed.apply(change, None, after(1)));
    renamed
}

pub async fn every_field_of_a_project_comes_back(world: &World) {
    let home = world.organisation().await;
    let editor = world.user().await;
    let full = ProjectState {
        name: ProjectName::parse(" Ünïcode 🚀 'quoted' \"twice\" \\ %_ ").unwrap(),
        description: Some(Description::parse("line\nline\t\u{1F9D1}\u{200D}\u{1F680}").unwrap()),
        status: ProjectStatus::Archived,
        updated_by: Some(editor),
        updated_at: after(1_234_567),
        ..world.draft(&home, "full").state().clone()
    };
    let empty = ProjectState {
        description: Some(Description::parse("").unwrap()),
        ..world.draft(&home, "empty").state().clone()
    };
    let none = ProjectState {
        description: None,
        created_by: None,
        updated_by: None,
        ..world.draft(&home, "none").state().clone()
    };
    for (state, version) in [(full, 7), (empty, 1), (none, i64::MAX)] {
        let project = Project::restore(state, version);
        let mut work = world.write(&home).await;
        work.tx.projects().insert(&project).await.unwrap();
        work.done().await;
        assert_eq!(found(world, &home, project.id()).await, Some(project));
    }
    assert_eq!(listed(world, &home).await.len(), 3);
}

pub async fn every_field_of_a_changed_project_comes_back(world: &World) {
    let home = world.organisation().await;
    let (project, bystander) = (
        world.project(&home, "Apollo").await,
        world.project(&home, "Gemini").await,
    );
    let editor = world.user().await;
    let mut changed = project.clone();
    let edits = [
        ProjectChange {
            name: Some(ProjectName::parse("Ärger").unwrap()),
            description: Some(Some(Description::parse("").unwrap())),
            status: Some(ProjectStatus::Archived),
        },
        ProjectChange {
            description: Some(None),
            ..ProjectChange::default()
        },
    ];
    for (change, micros) in edits.into_iter().zip([1, 2]) {
        assert!(changed.apply(change, Some(editor), after(micros)));
        let mut work = world.write(&home).await;
        work.tx.projects().update(&changed).await.unwrap();
        work.done().await;
        let stored = found(world, &home, project.id()).await;
        assert_eq!(stored.as_ref(), Some(&changed));
    }
    let untouched = found(world, &home, bystander.id()).await;
    assert_eq!(untouched, Some(bystander));
}

pub async fn a_change_is_seen_by_its_own_transaction(world: &World) {
    let home = world.organisation().await;
    let project = world.draft(&home, "Apollo");
    let mut work = world.write(&home).await;
    let projects = work.tx.projects();
    projects.insert(&project).await.unwrap();
    let changed = renamed(&project, "Gemini");
    projects.update(&changed).await.unwrap();
    let seen = projects.find(project.id()).await.unwrap();
    assert_eq!(seen, Some(changed));
}

pub async fn a_change_of_a_version_that_is_no_more_is_stale(world: &World) {
    let home = world.organisation().await;
    let project = world.project(&home, "Apollo").await;
    let first = renamed(&project, "First");
    let mut work = world.write(&home).await;
    work.tx.projects().update(&first).await.unwrap();
    work.done().await;

    let second = renamed(&project, "Second");
    let mut work = world.write(&home).await;
    assert_stale(work.tx.projects().update(&second).await);
    drop(work);
    assert_eq!(found(world, &home, project.id()).await, Some(first));
}

pub async fn a_deleted_project_is_found_no_more(world: &World) {
    let home = world.organisation().await;
    let (gone, kept) = (
        world.project(&home, "Apollo").await,
        world.project(&home, "Gemini").await,
    );
    let mut work = world.write(&home).await;
    work.tx.projects().delete(&gone, after(1)).await.unwrap();
    work.done().await;

    assert_eq!(found(world, &home, gone.id()).await, None);
    assert_eq!(listed(world, &home).await, [kept]);
    let mut work = world.write(&home).await;
    let changed = renamed(&gone, "Back");
    assert_stale(work.tx.projects().update(&changed).await);
    drop(work);
    let mut work = world.write(&home).await;
    assert_stale(work.tx.projects().delete(&gone, after(2)).await);
}

pub async fn changing_or_deleting_a_project_that_never_was_is_stale(world: &World) {
    let home = world.organisation().await;
    let never = world.draft(&home, "Never");
    let mut work = world.write(&home).await;
    let changed = renamed(&never, "Ever");
    assert_stale(work.tx.projects().update(&changed).await);
    drop(work);
    let mut work = world.write(&home).await;
    assert_stale(work.tx.projects().delete(&never, after(1)).await);
    drop(work);
    assert_eq!(found(world, &home, never.id()).await, None);
}

pub async fn projects_of_another_organisation_are_out_of_reach(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.project(&other, "Theirs").await;
    assert_eq!(found(world, &home, theirs.id()).await, None);
    assert_eq!(listed(world, &home).await, []);

    let mut work = world.write(&home).await;
    let projects = work.tx.projects();
    assert_eq!(projects.find(theirs.id()).await.unwrap(), None);
    let taken_over = renamed(&theirs, "Mine");
    assert_foreign(projects.update(&taken_over).await);
    drop(work);
    let mut work = world.write(&home).await;
    assert_foreign(work.tx.projects().delete(&theirs, after(1)).await);
    drop(work);
    let mut work = world.write(&home).await;
    let smuggled = world.draft(&other, "Smuggled");
    assert_foreign(work.tx.projects().insert(&smuggled).await);
    drop(work);

    assert_eq!(listed(world, &other).await, [theirs]);
}

/// The foreign id in one's own organisation's name: nothing to find, nothing to hit.
pub async fn a_foreign_id_under_ones_own_name_hits_nothing(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.project(&other, "Theirs").await;
    let state = ProjectState {
        tenant: home.id(),
        ..theirs.state().clone()
    };
    let disguised = Project::restore(state, theirs.version());
    let mut work = world.write(&home).await;
    let changed = renamed(&disguised, "Mine");
    assert_stale(work.tx.projects().update(&changed).await);
    drop(work);
    let mut work = world.write(&home).await;
    assert_stale(work.tx.projects().delete(&disguised, after(1)).await);
    drop(work);

    let mut work = world.write(&home).await;
    work.tx.projects().insert(&disguised).await.unwrap();
    work.done().await;
    assert_eq!(listed(world, &home).await, [disguised]);
    assert_eq!(listed(world, &other).await, [theirs]);
}

pub async fn dropped_changes_leave_the_projects_as_they_were(world: &World) {
    let home = world.organisation().await;
    let (first, second) = (
        world.project(&home, "Apollo").await,
        world.project(&home, "Gemini").await,
    );
    let mut work = world.write(&home).await;
    let projects = work.tx.projects();
    projects.update(&renamed(&first, "Gone")).await.unwrap();
    projects.delete(&second, after(1)).await.unwrap();
    let third = world.draft(&home, "Never");
    projects.insert(&third).await.unwrap();
    drop(work);
    assert_eq!(listed(world, &home).await, [first, second]);
}

pub async fn a_read_refuses_to_change_projects(world: &World) {
    let home = world.organisation().await;
    let project = world.project(&home, "Apollo").await;
    let mut work = world.read(&home).await;
    let new = world.draft(&home, "New");
    assert!(work.tx.projects().insert(&new).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    let changed = renamed(&project, "Gone");
    assert!(work.tx.projects().update(&changed).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    let deleted = work.tx.projects().delete(&project, after(1)).await;
    assert!(deleted.is_err());
    drop(work);
    assert_eq!(listed(world, &home).await, [project]);
}
