//! Lists of projects: order, pages, filters.

use super::projects::BY_AGE;
use crate::{
    walk::{EVERYTHING, assert_walks, by_keyset, first},
    world::{Organisation, START, World, after},
};
use domain::{
    access::Credential,
    page::{PageRequest, Start},
    permission::Permission,
    project::{Project, ProjectFilter, ProjectSort, ProjectState, ProjectStatus},
    text::{NameFilter, ProjectName},
};
use std::collections::HashSet;

/// Names whose order differs between code points, UTF-16 units and dictionaries, and some that are there twice.
const NAMES: [&str; 10] = [
    "beta", "Beta", "alpha", "Ärger", "ärger", "zeta", "\u{FFFD}", "🚀", "beta", " beta",
];

async fn insert(world: &World, home: &Organisation, projects: &[Project]) {
    let mut work = world.write(home).await;
    for project in projects {
        work.tx.projects().insert(project).await.unwrap();
    }
    work.done().await;
}

/// Projects with ties in everything that can be sorted by.
async fn assortment(world: &World, home: &Organisation) -> Vec<Project> {
    let drafts = NAMES.iter().zip([5, 3, 3, 9, 1, 3, 5, -7, 2, 5]).zip(0..);
    let projects: Vec<_> = drafts
        .map(|((name, micros), n)| {
            let status = ProjectStatus::ALL[n % 2];
            let state = ProjectState {
                status,
                created_at: after(micros),
                ..world.draft(home, name).state().clone()
            };
            Project::restore(state, 1)
        })
        .collect();
    insert(world, home, &projects).await;
    projects
}

fn sort_text(project: &Project, by: ProjectSort) -> String {
    match by {
        // Lengths are equal, so the text sorts as the time does.
        ProjectSort::CreatedAt => {
            let micros = project.state().created_at - after(-1_000);
            format!("{:09}", micros.whole_microseconds())
        }
        ProjectSort::Name => project.name().as_str().to_owned(),
        ProjectSort::Status => project.status().as_str().to_owned(),
    }
}

pub async fn every_order_walks_every_row_exactly_once(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let mut projects = assortment(world, &home).await;
    assortment(world, &other).await;
    for sort_by in ProjectSort::ALL {
        projects.sort_by_key(|project| (sort_text(project, *sort_by), project.id()));
        for descending in [false, true] {
            let filter = ProjectFilter {
                sort_by: *sort_by,
                descending,
                ..BY_AGE
            };
            let mut expected = projects.clone();
            if descending {
                expected.reverse();
            }
            let mut work = world.read(&home).await;
            let list = work.tx.projects();
            let page = async |page: &PageRequest| list.list(&filter, page).await.unwrap();
            assert_walks(&expected, page).await;
        }
    }
}

pub async fn a_page_by_offset_leads_on_to_pages_by_keyset(world: &World) {
    let home = world.organisation().await;
    let projects = assortment(world, &home).await;
    let mut work = world.read(&home).await;
    let list = work.tx.projects();
    let page = list.list(&BY_AGE, &first(4)).await.unwrap();
    assert_eq!(page.total, Some(projects.len() as u64));
    let rest = PageRequest {
        limit: 100,
        start: Start::After(page.next),
    };
    let rest = list.list(&BY_AGE, &rest).await.unwrap();
    let all = list.list(&BY_AGE, &EVERYTHING).await.unwrap();
    assert_eq!([page.items, rest.items].concat(), all.items);
    assert_eq!(rest.next, None);
}

pub async fn rows_that_come_and_go_meanwhile_disturb_no_walk(world: &World) {
    for sort_by in ProjectSort::ALL {
        for descending in [false, true] {
            let home = world.organisation().await;
            let original = assortment(world, &home).await;
            let filter = ProjectFilter {
                sort_by: *sort_by,
                descending,
                ..BY_AGE
            };
            let walked = by_keyset(2, async |request| {
                let mut work = world.read(&home).await;
                let page = work.tx.projects().list(&filter, request).await.unwrap();
                drop(work);
                churn(world, &home, page.items.last()).await;
                page
            });
            let walked = walked.await;
            let ids: HashSet<_> = walked.iter().map(Project::id).collect();
            assert_eq!(ids.len(), walked.len(), "a row was seen twice");
            for project in original {
                assert!(ids.contains(&project.id()), "{sort_by:?} lost a row");
            }
        }
    }
}

/// Deletes the row that the walk has just reached, and adds one at the bottom: behind a rising walk, ahead of a falling
/// one.
async fn churn(world: &World, home: &Organisation, reached: Option<&Project>) {
    if let Some(project) = reached {
        let mut work = world.write(home).await;
        work.tx.projects().delete(project, after(50)).await.unwrap();
        work.done().await;
    }
    let state = ProjectState {
        name: ProjectName::parse("\u{1}").unwrap(),
        created_at: after(-900),
        ..world.draft(home, "x").state().clone()
    };
    insert(world, home, &[Project::restore(state, 1)]).await;
}

async fn names(world: &World, home: &Organisation, filter: &ProjectFilter) -> Vec<String> {
    let mut work = world.read(home).await;
    let page = work.tx.projects().list(filter, &EVERYTHING).await.unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    let name = |project: &Project| project.name().as_str().to_owned();
    let mut names: Vec<_> = page.items.iter().map(name).collect();
    names.sort();
    names
}

pub async fn a_name_filter_is_a_literal_part_of_the_name_whatever_its_case(world: &World) {
    let home = world.organisation().await;
    let all = [
        "100%",
        "1000",
        "a_b",
        "axb",
        "back\\slash",
        "O'Neil",
        "[x]*",
        "ÄRGER",
        "ärger",
        "Привет",
        "ПРИВЕТ",
        "arger",
    ];
    let drafts = all.map(|name| world.draft(&home, name));
    insert(world, &home, &drafts).await;
    for (part, expected) in [
        ("%", vec!["100%"]),
        ("0%", vec!["100%"]),
        ("_", vec!["a_b"]),
        ("A_B", vec!["a_b"]),
        ("\\", vec!["back\\slash"]),
        ("\\s", vec!["back\\slash"]),
        ("'n", vec!["O'Neil"]),
        ("[X]*", vec!["[x]*"]),
        ("*", vec!["[x]*"]),
        ("ä", vec!["ÄRGER", "ärger"]),
        ("ÄRG", vec!["ÄRGER", "ärger"]),
        ("РИВ", vec!["ПРИВЕТ", "Привет"]),
        ("ar", vec!["arger"]),
        ("no such name", vec![]),
    ] {
        let filter = ProjectFilter {
            name: Some(NameFilter::parse(part).unwrap()),
            ..BY_AGE
        };
        assert_eq!(names(world, &home, &filter).await, expected, "{part:?}");
    }
}

pub async fn a_name_filter_follows_a_changed_name(world: &World) {
    let home = world.organisation().await;
    let mut project = world.project(&home, "Apollo").await;
    let change = domain::project::ProjectChange {
        name: Some(ProjectName::parse("ÖLTANK").unwrap()),
        ..Default::default()
    };
    project.apply(change, None, after(1));
    let mut work = world.write(&home).await;
    work.tx.projects().update(&project).await.unwrap();
    work.done().await;
    for (part, expected) in [("öl", vec!["ÖLTANK"]), ("apollo", vec![])] {
        let filter = ProjectFilter {
            name: Some(NameFilter::parse(part).unwrap()),
            ..BY_AGE
        };
        assert_eq!(names(world, &home, &filter).await, expected, "{part:?}");
    }
}

pub async fn filters_narrow_every_page_and_the_total(world: &World) {
    let home = world.organisation().await;
    let mut expected = assortment(world, &home).await;
    let filter = ProjectFilter {
        status: Some(ProjectStatus::Active),
        name: Some(NameFilter::parse("BETA").unwrap()),
        created_by: None,
        sort_by: ProjectSort::Name,
        descending: true,
    };
    expected.retain(|project| {
        let name = project.name().as_str().to_lowercase();
        project.status() == ProjectStatus::Active && name.contains("beta")
    });
    assert_eq!(expected.len(), 2);
    expected.sort_by_key(|project| (project.name().as_str().to_owned(), project.id()));
    expected.reverse();

    let mut work = world.read(&home).await;
    let list = work.tx.projects();
    let page = async |page: &PageRequest| list.list(&filter, page).await.unwrap();
    assert_walks(&expected, page).await;
}

pub async fn a_list_can_be_cut_to_what_one_user_created(world: &World) {
    let home = world.organisation().await;
    let (colleague, mut expected) = (world.user().await, Vec::new());
    for (n, name) in NAMES.iter().enumerate() {
        let by = [Some(home.owner), Some(colleague), None][n % 3];
        let state = ProjectState {
            created_by: by,
            ..world.draft(&home, name).state().clone()
        };
        let project = Project::restore(state, 1);
        insert(world, &home, std::slice::from_ref(&project)).await;
        expected.extend((by == Some(colleague)).then_some(project));
    }
    let filter = ProjectFilter {
        created_by: Some(colleague),
        ..BY_AGE
    };
    let mut work = world.read(&home).await;
    let list = work.tx.projects();
    let page = async |page: &PageRequest| list.list(&filter, page).await.unwrap();
    assert_walks(&expected, page).await;
    let reader = Credential::User(home.owner);
    let hot = world
        .store()
        .projects(&reader, home.id(), &filter, &EVERYTHING);
    let (_, hot) = hot
        .await
        .unwrap()
        .open(Permission::ReadProjects, START)
        .unwrap();
    assert_eq!(hot.items, expected);
}
