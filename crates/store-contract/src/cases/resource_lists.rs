//! Lists of resources, and resources that are changed at once.

use super::concurrency::{A_WHILE, race};
use crate::{
    walk::{EVERYTHING, assert_walks},
    world::{Organisation, World, after},
};
use domain::{
    id::{ProjectId, UserId},
    page::PageRequest,
    resource::{Resource, ResourceChange, ResourceFilter, ResourceState},
    text::{NameFilter, ResourceName},
};

/// Resources with ties in time, of two owners, in two projects and in none.
async fn assortment(
    world: &World,
    home: &Organisation,
    owners: [UserId; 2],
    projects: [ProjectId; 2],
) -> Vec<Resource> {
    let places = [Some(projects[0]), Some(projects[1]), None];
    let names = ["beta", "Beta 100%", "alpha", "ÄRGER", "a_b", "betamax", "x"];
    let mut work = world.write(home).await;
    let mut all = Vec::new();
    for (n, (name, micros)) in names.iter().zip([3, 1, 3, -7, 3, 2, 1]).enumerate() {
        let state = ResourceState {
            owner: owners[n % 2],
            project: places[n % 3],
            created_at: after(micros),
            ..world.resource_draft(home, name).state().clone()
        };
        let resource = Resource::restore(state, 1);
        work.tx.resources().insert(&resource).await.unwrap();
        all.push(resource);
    }
    let state = ResourceState {
        deleted_at: Some(after(9)),
        ..world.resource_draft(home, "beta").state().clone()
    };
    let gone = Resource::restore(state, 2);
    work.tx.resources().insert(&gone).await.unwrap();
    work.done().await;
    all.sort_by_key(|one| std::cmp::Reverse((one.state().created_at, one.id())));
    all
}

pub async fn live_resources_are_listed_newest_first_under_every_filter(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let (user, mut projects) = (world.user().await, Vec::new());
    for name in ["Apollo", "Gemini"] {
        projects.push(world.project(&home, name).await.id());
    }
    let theirs = world.project(&other, "Theirs").await.id();
    assortment(world, &other, [home.owner, user], [theirs, theirs]).await;
    let places = [projects[0], projects[1]];
    let all = assortment(world, &home, [home.owner, user], places).await;

    let everything = ResourceFilter::default();
    let named = |part: &str| Some(NameFilter::parse(part).unwrap());
    let mut seen = Vec::new();
    for filter in [
        everything.clone(),
        ResourceFilter {
            name: named("BETA"),
            ..everything.clone()
        },
        ResourceFilter {
            name: named("ärg"),
            ..everything.clone()
        },
        ResourceFilter {
            name: named("_"),
            ..everything.clone()
        },
        ResourceFilter {
            owner: Some(user),
            ..everything.clone()
        },
        ResourceFilter {
            project: Some(places[0]),
            ..everything.clone()
        },
        ResourceFilter {
            name: named("beta"),
            owner: Some(user),
            project: Some(places[1]),
        },
        ResourceFilter {
            project: Some(theirs),
            ..everything
        },
    ] {
        let fits = |one: &&Resource| {
            let (state, name) = (one.state(), one.name().as_str().to_lowercase());
            let part = filter.name.as_ref();
            part.is_none_or(|part| name.contains(&part.as_str().to_lowercase()))
                && filter.owner.is_none_or(|owner| state.owner == owner)
                && filter.project.is_none_or(|id| state.project == Some(id))
        };
        let expected: Vec<_> = all.iter().filter(fits).cloned().collect();
        let mut work = world.read(&home).await;
        let resources = work.tx.resources();
        let page = async |page: &PageRequest| resources.list(&filter, page).await.unwrap();
        assert_walks(&expected, page).await;
        seen.push(expected.len());
    }
    assert_eq!(seen, [7, 3, 1, 1, 3, 3, 1, 0]);
}

pub async fn a_name_filter_follows_a_changed_name(world: &World) {
    let home = world.organisation().await;
    let mut resource = world.resource(&home, "Apollo").await;
    let change = ResourceChange {
        name: Some(ResourceName::parse("ÖLTANK").unwrap()),
        ..ResourceChange::default()
    };
    assert!(resource.apply(change, after(1)));
    let mut work = world.write(&home).await;
    work.tx.resources().update(&resource).await.unwrap();
    work.done().await;
    let mut work = world.read(&home).await;
    for (part, expected) in [("öl", vec![resource]), ("apollo", vec![])] {
        let filter = ResourceFilter {
            name: Some(NameFilter::parse(part).unwrap()),
            ..ResourceFilter::default()
        };
        let page = work.tx.resources().list(&filter, &EVERYTHING);
        assert_eq!(page.await.unwrap().items, expected, "{part:?}");
    }
}

pub async fn a_resource_that_was_found_to_be_changed_is_held_until_it_is(world: &World) {
    let home = world.organisation().await;
    let id = world.resource(&home, "x").await.id();
    let append = |what: &'static str| {
        let (world, home) = (world.clone(), home.clone());
        async move {
            let mut work = world.write(&home).await;
            let mut resource = work.tx.resources().find(id).await.unwrap().unwrap();
            tokio::time::sleep(A_WHILE).await;
            let name = format!("{}{what}", resource.name().as_str());
            let change = ResourceChange {
                name: Some(ResourceName::parse(name).unwrap()),
                ..ResourceChange::default()
            };
            assert!(resource.apply(change, after(1)));
            work.tx.resources().update(&resource).await.unwrap();
            work.done().await;
        }
    };
    race(append("a"), append("b")).await;

    let mut work = world.read(&home).await;
    let found = work.tx.resources().find(id).await.unwrap().unwrap();
    assert_eq!(found.version(), 3);
    let name = found.name().as_str();
    assert!(["xab", "xba"].contains(&name), "{name}");
}
