//! Organisations.

use crate::{
    walk::assert_walks,
    world::{Organisation, START, World, after, assert_foreign, assert_stale},
};
use domain::{
    access::TenantScope,
    ports::{Access, StoreError, Unique},
    role::Role,
    slug::Slug,
    tenant::{Tenant, TenantChange},
    text::TenantName,
};

async fn stored(world: &World, home: &Organisation) -> Tenant {
    let mut work = world.read(home).await;
    work.tx.tenant().find().await.unwrap().unwrap()
}

fn renamed(tenant: &Tenant, name: &str, at: time::OffsetDateTime) -> Tenant {
    let mut renamed = tenant.clone();
    let change = TenantChange {
        name: Some(TenantName::parse(name).unwrap()),
        ..TenantChange::default()
    };
    assert!(renamed.update(change, at));
    renamed
}

pub async fn a_founded_organisation_is_found_as_it_was(world: &World) {
    let (tenant, owner) = (world.unfounded("  Ærø & Søn 🏢 "), world.user().await);
    world.found(&tenant, owner).await.unwrap();
    let home = Organisation { tenant, owner };
    assert_eq!(stored(world, &home).await, home.tenant);
}

pub async fn a_dropped_founding_leaves_nothing(world: &World) {
    let (tenant, owner) = (world.unfounded("Acme"), world.user().await);
    let mut tx = world.platform(Some(owner), Access::Write).await;
    tx.tenants().insert(&tenant).await.unwrap();
    let scope = TenantScope::founder(tenant.id(), owner, START);
    let mut tx = tx.enter(scope).await.unwrap();
    let membership = world.membership(tenant.id(), owner, Role::Owner, START);
    tx.members().insert(&membership).await.unwrap();
    drop(tx);

    let mut tx = world.platform(Some(owner), Access::Read).await;
    assert_eq!(tx.tenants().memberships().await.unwrap(), []);
    drop(tx);
    world.found(&tenant, owner).await.unwrap();
}

pub async fn a_slug_is_taken_once(world: &World) {
    let first = world.organisation().await;
    let (id, slug) = (world.unfounded("Other").id(), first.tenant.slug().clone());
    let second = world.unfounded_at(id, "Other", slug);
    let error = world.found(&second, first.owner).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Taken(Unique::Slug)),
        "{error:?}"
    );
}

pub async fn a_name_may_be_taken_twice(world: &World) {
    let (first, second) = (world.organisation().await, world.organisation().await);
    assert_eq!(first.tenant.name(), second.tenant.name());
}

pub async fn a_change_is_stored_with_its_version(world: &World) {
    let home = world.organisation().await;
    let mut changed = home.tenant.clone();
    let change = TenantChange {
        name: Some(TenantName::parse("Ünïcode").unwrap()),
        slug: Some(Slug::parse("new-slug").unwrap()),
        api_key_max_days: Some(Some(3650)),
    };
    assert!(changed.update(change, after(5)));
    let mut work = world.write(&home).await;
    work.tx.tenant().update(&changed).await.unwrap();
    work.done().await;

    let found = stored(world, &home).await;
    assert_eq!(found, changed);
    assert_eq!((found.version(), found.state().updated_at), (2, after(5)));
}

pub async fn a_change_of_a_version_that_is_no_more_is_stale(world: &World) {
    let home = world.organisation().await;
    let first = renamed(&home.tenant, "First", after(1));
    let mut work = world.write(&home).await;
    work.tx.tenant().update(&first).await.unwrap();
    work.done().await;

    let second = renamed(&home.tenant, "Second", after(2));
    let mut work = world.write(&home).await;
    assert_stale(work.tx.tenant().update(&second).await);
    drop(work);
    assert_eq!(stored(world, &home).await, first);
}

pub async fn a_change_to_a_taken_slug_is_refused(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let mut changed = home.tenant.clone();
    let change = TenantChange {
        slug: Some(other.tenant.slug().clone()),
        ..TenantChange::default()
    };
    assert!(changed.update(change, after(1)));
    let mut work = world.write(&home).await;
    let error = work.tx.tenant().update(&changed).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Taken(Unique::Slug)),
        "{error:?}"
    );
    drop(work);
    assert_eq!(stored(world, &home).await, home.tenant);
}

pub async fn a_dropped_change_leaves_the_organisation_as_it_was(world: &World) {
    let home = world.organisation().await;
    let mut work = world.write(&home).await;
    let changed = renamed(&home.tenant, "Gone", after(1));
    work.tx.tenant().update(&changed).await.unwrap();
    drop(work);
    assert_eq!(stored(world, &home).await, home.tenant);
}

pub async fn another_organisation_cannot_be_changed(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let mut work = world.write(&home).await;
    let taken_over = renamed(&other.tenant, "Mine", after(1));
    assert_foreign(work.tx.tenant().update(&taken_over).await);
    drop(work);
    assert_eq!(stored(world, &other).await, other.tenant);
}

pub async fn a_read_refuses_to_change_the_organisation(world: &World) {
    let home = world.organisation().await;
    let changed = renamed(&home.tenant, "Gone", after(1));
    let mut work = world.read(&home).await;
    assert!(work.tx.tenant().update(&changed).await.is_err());
    drop(work);
    assert_eq!(stored(world, &home).await, home.tenant);
}

pub async fn a_user_lists_the_organisations_they_belong_to_by_name(world: &World) {
    let (user, other) = (world.user().await, world.user().await);
    let mut mine = Vec::new();
    for name in ["beta", "Zeta", "alpha", "Älpha", "beta"] {
        let tenant = world.unfounded(name);
        world.found(&tenant, user).await.unwrap();
        mine.push(tenant);
        let theirs = world.unfounded(name);
        world.found(&theirs, other).await.unwrap();
    }
    mine.sort_by_key(|tenant| (tenant.name().as_str().to_owned(), tenant.id()));

    let mut tx = world.platform(Some(user), Access::Read).await;
    assert_walks(&mine, async |page| tx.tenants().list(page).await.unwrap()).await;
}

pub async fn a_user_without_organisations_lists_none(world: &World) {
    world.organisation().await;
    let user = world.user().await;
    let mut tx = world.platform(Some(user), Access::Read).await;
    assert_walks(&[], async |page| tx.tenants().list(page).await.unwrap()).await;
    assert_eq!(tx.tenants().memberships().await.unwrap(), []);
}

pub async fn a_users_memberships_come_with_their_organisations_oldest_first(world: &World) {
    let (user, other) = (world.user().await, world.organisation().await);
    let mut expected = Vec::new();
    for (role, joined) in [
        (Role::Viewer, after(9)),
        (Role::Admin, after(2)),
        (Role::Member, after(2)),
    ] {
        let home = world.organisation().await;
        let membership = world.membership(home.id(), user, role, joined);
        let mut work = world.write(&home).await;
        work.tx.members().insert(&membership).await.unwrap();
        work.done().await;
        expected.push((membership, home.tenant));
    }
    expected.sort_by_key(|(membership, _)| (membership.created_at, membership.id));

    let mut tx = world.platform(Some(user), Access::Read).await;
    assert_eq!(tx.tenants().memberships().await.unwrap(), expected);
    drop(tx);
    let mut tx = world.platform(Some(other.owner), Access::Read).await;
    let theirs = tx.tenants().memberships().await.unwrap();
    let [(membership, tenant)] = &theirs[..] else {
        panic!("{theirs:?}");
    };
    assert_eq!((membership.user, tenant), (other.owner, &other.tenant));
}
