//! Work in the background: the end of what was deleted.

use super::lifecycle::set_status;
use crate::world::{Organisation, START, World, after, unrecorded};
use domain::{
    id::{ProjectId, ResourceId},
    ports::Access,
    resource::{Resource, ResourceState},
    tenant::{Isolation, Placement, TenantStatus, Tier},
};
use time::OffsetDateTime;

/// What is older than this goes.
const END: i64 = 1_000;

/// A stored resource, deleted or not, of a project or of none.
async fn resource(
    world: &World,
    home: &Organisation,
    project: Option<ProjectId>,
    deleted_at: Option<OffsetDateTime>,
) -> ResourceId {
    let state = ResourceState {
        project,
        deleted_at,
        ..world.resource_draft(home, "x").state().clone()
    };
    let resource = Resource::restore(state, 1);
    world.keep(home, &resource).await;
    resource.id()
}

/// A stored project, deleted or not.
async fn project(
    world: &World,
    home: &Organisation,
    deleted_at: Option<OffsetDateTime>,
) -> ProjectId {
    let project = world.project(home, "Apollo").await;
    if let Some(at) = deleted_at {
        let mut work = world.write(home).await;
        work.tx.projects().delete(&project, at).await.unwrap();
        work.done().await;
    }
    project.id()
}

async fn sweep(world: &World) -> u64 {
    world.store().sweep_deleted(after(END)).await.unwrap()
}

/// Which of these are still there, deleted or not.
async fn left(
    world: &World,
    home: &Organisation,
    projects: &[ProjectId],
    resources: &[ResourceId],
) -> (Vec<ProjectId>, Vec<ResourceId>) {
    let mut work = world.operate(home.id(), Access::Read).await;
    let (mut left, mut kept) = (Vec::new(), Vec::new());
    for id in projects {
        let live = work.tx.projects().find(*id).await.unwrap();
        let deleted = work.tx.projects().find_deleted(*id).await.unwrap();
        left.extend(live.or(deleted).map(|project| project.id()));
    }
    for id in resources {
        let found = work.tx.resources().find(*id).await.unwrap();
        kept.extend(found.map(|resource| resource.id()));
    }
    (left, kept)
}

pub async fn what_was_deleted_long_ago_goes_everywhere_and_nothing_else(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    for (n, home) in [&home, &other].into_iter().enumerate() {
        let (mut projects, mut resources) = (Vec::new(), Vec::new());
        for deleted_at in [Some(after(END - 1)), Some(after(END)), None] {
            projects.push(project(world, home, deleted_at).await);
            resources.push(resource(world, home, None, deleted_at).await);
        }
        let expected = (projects[1..].to_vec(), resources[1..].to_vec());
        if n == 1 {
            set_status(world, home, TenantStatus::Suspended).await;
        }
        assert_eq!(sweep(world).await, 2);
        assert_eq!(sweep(world).await, 0);
        assert_eq!(left(world, home, &projects, &resources).await, expected);
    }
}

pub async fn a_project_stays_for_as_long_as_a_resource_refers_to_it(world: &World) {
    let home = world.organisation().await;
    let (old, late) = (Some(after(END - 1)), Some(after(END)));
    let mut projects = Vec::new();
    for _ in 0..3 {
        projects.push(project(world, &home, old).await);
    }
    let resources = [
        resource(world, &home, Some(projects[0]), old).await,
        resource(world, &home, Some(projects[1]), late).await,
        resource(world, &home, Some(projects[2]), None).await,
        resource(world, &home, Some(projects[2]), old).await,
    ];
    assert_eq!(sweep(world).await, 3);
    let expected = (projects[1..].to_vec(), resources[1..3].to_vec());
    assert_eq!(left(world, &home, &projects, &resources).await, expected);

    let later = world.store().sweep_deleted(after(END + 1)).await;
    assert_eq!(later.unwrap(), 2);
    let expected = (projects[2..].to_vec(), resources[2..3].to_vec());
    assert_eq!(left(world, &home, &projects, &resources).await, expected);
}

pub async fn more_than_fits_into_one_step_goes_in_one_sweep(world: &World) {
    let home = world.organisation().await;
    let mut work = world.write(&home).await;
    for _ in 0..1_200 {
        let state = ResourceState {
            deleted_at: Some(START),
            ..world.resource_draft(&home, "x").state().clone()
        };
        let gone = Resource::restore(state, 1);
        work.tx.resources().insert(&gone).await.unwrap();
    }
    work.done().await;
    let kept = world.resource(&home, "kept").await.id();
    assert_eq!(sweep(world).await, 1_200);
    assert_eq!(left(world, &home, &[], &[kept]).await.1, [kept]);
}

/// One has no tables yet, the other may have none any more.
pub async fn organisations_that_come_and_go_are_not_in_the_way(world: &World) {
    let owner = world.user().await;
    for status in [TenantStatus::Provisioning, TenantStatus::Deleted] {
        let placement = Placement {
            isolation: Isolation::Silo,
            database: None,
        };
        let tenant = world.unfounded("Acme").placed(Tier::Pro, placement);
        let mut tx = world.platform(Some(owner), Access::Write).await;
        tx.tenants().insert(&tenant).await.unwrap();
        tx.commit(owner, &START.into(), unrecorded()).await.unwrap();
        let home = Organisation { tenant, owner };
        set_status(world, &home, status).await;
    }
    let home = world.organisation().await;
    resource(world, &home, None, Some(START)).await;
    assert_eq!(sweep(world).await, 1);
}
