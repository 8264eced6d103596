//! What everything has come to, list by list.

use super::book::{Book, Home};
use crate::{
    walk::EVERYTHING,
    world::{Work, World},
};
use domain::{
    audit::AuditFilter,
    id::TenantId,
    membership::Member,
    ports::Access,
    project::{ProjectFilter, ProjectSort},
    resource::ResourceFilter,
    tenant::TenantStatus,
    user::User,
};

const OLDEST_FIRST: ProjectFilter = ProjectFilter {
    status: None,
    name: None,
    created_by: None,
    sort_by: ProjectSort::CreatedAt,
    descending: false,
};

/// Holds when every list of every organisation and every user is the book's, and says nothing of any other.
pub(super) async fn compare(world: &World, book: &Book) {
    for (id, home) in &book.homes {
        let others = book.homes.keys().filter(|other| *other != id);
        let others: Vec<_> = others.map(ToString::to_string).collect();
        let seen = organisation(world, *id, home, &book.users).await;
        for other in others {
            assert!(!seen.contains(&other), "{id} shows {other}: {seen}");
        }
    }
    for user in &book.users {
        person(world, book, user).await;
    }
}

/// Compares, and says all that was seen.
async fn organisation(world: &World, id: TenantId, home: &Home, users: &[User]) -> String {
    let Work { mut tx, .. } = world.operate(id, Access::Read).await;
    let tenant = tx.tenant().find().await.unwrap();
    assert_eq!(tenant.as_ref(), Some(&home.tenant));

    let members = tx.members().list(&EVERYTHING).await.unwrap().items;
    let user = |member: &Member| users.iter().find(|user| user.id == member.user.id).cloned();
    assert!(
        members
            .iter()
            .all(|member| user(member).as_ref() == Some(&member.user))
    );
    let memberships: Vec<_> = members
        .iter()
        .map(|member| member.membership.clone())
        .collect();
    assert_eq!(memberships, home.members);

    let roles = tx.roles().all().await.unwrap();
    assert_eq!(roles, home.roles.values().cloned().collect::<Vec<_>>());

    let keys = tx.api_keys().list(&EVERYTHING).await.unwrap().items;
    let known: Vec<_> = home.keys.iter().rev().map(|key| key.row.clone()).collect();
    assert_eq!(keys, known);

    let projects = tx
        .projects()
        .list(&OLDEST_FIRST, &EVERYTHING)
        .await
        .unwrap()
        .items;
    let (live, deleted): (Vec<_>, Vec<_>) = home.projects.iter().partition(|kept| kept.is_live);
    let live: Vec<_> = live.into_iter().map(|kept| kept.project.clone()).collect();
    assert_eq!(projects, live);
    for kept in &deleted {
        let found = tx.projects().find_deleted(kept.project.id()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&kept.project));
    }

    let all = ResourceFilter::default();
    let resources = tx.resources().list(&all, &EVERYTHING).await.unwrap().items;
    let live = home.resources.iter().rev();
    let live = live.filter(|resource| resource.state().deleted_at.is_none());
    assert_eq!(resources, live.cloned().collect::<Vec<_>>());
    for resource in &home.resources {
        let found = tx.resources().find(resource.id()).await.unwrap();
        assert_eq!(found.as_ref(), Some(resource));
    }

    let all = AuditFilter::default();
    let events = tx.audit_log().list(&all, &EVERYTHING).await.unwrap().items;
    let recorded: Vec<_> = events
        .iter()
        .map(|event| {
            let key = event.actor_api_key.map(domain::id::ApiKeyId::as_uuid);
            let actor = event.actor_user.map(domain::id::UserId::as_uuid).or(key);
            (event.action, event.target, actor)
        })
        .collect();
    let known: Vec<_> = home.events.iter().rev().copied().collect();
    assert_eq!(recorded, known);
    format!("{tenant:?} {members:?} {roles:?} {keys:?} {projects:?} {resources:?} {events:?}")
}

/// The organisations that a user belongs to.
async fn person(world: &World, book: &Book, user: &User) {
    let mut tx = world.platform(Some(user.id), Access::Read).await;
    assert_eq!(tx.users().find(user.id).await.unwrap().as_ref(), Some(user));
    let seen = tx.tenants().memberships().await.unwrap();
    let homes = book.homes.values();
    let open = homes.filter(|home| home.tenant.status() != TenantStatus::Deleted);
    let mut known: Vec<_> = open
        .filter_map(|home| Some((home.member(user.id).ok()?.clone(), home.tenant.clone())))
        .collect();
    known.sort_by_key(|(membership, _)| membership.created_at);
    assert_eq!(seen, known);
}
