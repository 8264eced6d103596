//! Making the place of an organisation, and removing it with everything in it.

use super::{
    access::verdict,
    audit::events,
    idempotency::{attempt, key, outcome},
    lifecycle::set_status,
    projects::listed,
};
use crate::{
    walk::EVERYTHING,
    world::{Organisation, START, World, after, unrecorded},
};
use domain::{
    access::{Actor, Credential},
    audit::{AuditEvent, AuditTrail},
    idempotency::Claim,
    permission::Permission,
    ports::{Access, Store, StoreError},
    resource::ResourceFilter,
    role::Role,
    tenant::{Isolation, Placement, TenantStatus, Tier},
};

/// An organisation with a bit of everything.
async fn furnish(world: &World, home: &Organisation) {
    world.member(home, Role::Viewer).await;
    world.define(home, "auditor", "read:*").await;
    world.api_key(home, home.owner).await;
    let project = world.project(home, "Apollo").await;
    let mut resource = world.resource_draft(home, "x");
    let change = domain::resource::ResourceChange {
        project: Some(Some(project.id())),
        ..Default::default()
    };
    assert!(resource.apply(change, START));
    world.keep(home, &resource).await;
    let event = AuditEvent::project_created(&project);
    let work = world.write(home).await;
    work.commit(AuditTrail::of(event)).await.unwrap();
    let who = (home.id(), home.owner);
    attempt(world, who, &key("k"), START, "furnished").await;
}

/// How many members, roles, keys, projects, resources and events there are, and whether a key is free.
async fn inventory(world: &World, home: &Organisation) -> ([usize; 6], bool) {
    let (projects, events) = (
        listed(world, home).await.len(),
        events(world, home).await.len(),
    );
    let mut work = world.read(home).await;
    let tx = &mut work.tx;
    let members = tx.members().list(&EVERYTHING).await.unwrap().items.len();
    let roles = tx.roles().all().await.unwrap().len();
    let keys = tx.api_keys().list(&EVERYTHING).await.unwrap().items.len();
    let all = ResourceFilter::default();
    let resources = tx.resources().list(&all, &EVERYTHING).await.unwrap();
    drop(work);
    let claim = attempt(world, (home.id(), home.owner), &key("k"), START, "again").await;
    let free = claim == Claim::Fresh;
    assert!(free || claim == Claim::Replay(outcome("furnished")));
    let resources = resources.items.len();
    ([members, roles, keys, projects, resources, events], free)
}

async fn assert_refused(store: &dyn Store, home: &Organisation) {
    let error = store.purge(home.id()).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
}

pub async fn a_purged_organisation_leaves_nothing_and_the_others_as_they_were(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    for home in [&home, &other] {
        furnish(world, home).await;
        assert_eq!(inventory(world, home).await, ([2, 1, 1, 1, 1, 1], false));
    }
    set_status(world, &home, TenantStatus::Deleted).await;
    // Eight rows of the organisation's, and itself.
    assert_eq!(world.store().purge(home.id()).await.unwrap(), 9);

    let mut tx = world.platform(Some(home.owner), Access::Read).await;
    assert_eq!(tx.tenants().find(home.id()).await.unwrap(), None);
    assert_eq!(tx.tenants().memberships().await.unwrap(), []);
    assert!(tx.users().find(home.owner).await.unwrap().is_some());
    drop(tx);
    assert_eq!(inventory(world, &other).await, ([2, 1, 1, 1, 1, 1], false));

    // The same slug and even the same id: nothing of the old one comes to light.
    let slug = home.tenant.slug().clone();
    let tenant = world.unfounded_at(home.id(), "Acme", slug);
    let owner = world.user().await;
    world.found(&tenant, owner).await.unwrap();
    let again = Organisation { tenant, owner };
    assert_eq!(inventory(world, &again).await, ([1, 0, 0, 0, 0, 0], true));
}

pub async fn only_a_deleted_organisation_is_purged(world: &World) {
    let home = world.organisation().await;
    furnish(world, &home).await;
    for status in TenantStatus::ALL {
        if *status != TenantStatus::Deleted {
            set_status(world, &home, *status).await;
            assert_refused(world.store(), &home).await;
        }
    }
    set_status(world, &home, TenantStatus::Active).await;
    assert_eq!(inventory(world, &home).await, ([2, 1, 1, 1, 1, 1], false));
}

pub async fn purging_again_is_harmless(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    set_status(world, &home, TenantStatus::Deleted).await;
    let store = world.store();
    assert_eq!(store.purge(home.id()).await.unwrap(), 2);
    assert_eq!(store.purge(home.id()).await.unwrap(), 0);
    let nowhere = world.unfounded("Nowhere").id();
    assert_eq!(store.purge(nowhere).await.unwrap(), 0);
    assert_eq!(inventory(world, &other).await.0[0], 1);
}

pub async fn a_place_is_made_before_an_organisation_is_opened(world: &World) {
    let placement = Placement {
        isolation: Isolation::Silo,
        database: None,
    };
    let tenant = world.unfounded("Acme");
    let tenant = tenant.placed(Tier::Enterprise, placement);
    assert_eq!(tenant.status(), TenantStatus::Provisioning);
    let owner = world.user().await;
    let mut tx = world.platform(Some(owner), Access::Write).await;
    tx.tenants().insert(&tenant).await.unwrap();
    tx.commit(owner, &START.into(), unrecorded()).await.unwrap();

    let store = world.store();
    for _ in 0..2 {
        store.provision(tenant.id()).await.unwrap();
    }
    let opened = world.change(tenant.id(), |tenant| tenant.activate(after(1)).unwrap());
    let home = Organisation {
        tenant: opened.await,
        owner,
    };
    let membership = world.membership(home.id(), owner, Role::Owner, START);
    let mut work = world.operate(home.id(), Access::Write).await;
    work.tx.members().insert(&membership).await.unwrap();
    work.done().await;
    let caller = Credential::User(owner);
    let got = verdict(world, &caller, home.id(), Permission::ReadProjects).await;
    assert_eq!(got, Ok(Actor::User(owner)));
    furnish(world, &home).await;
    assert_eq!(inventory(world, &home).await, ([2, 1, 1, 1, 1, 1], false));
    set_status(world, &home, TenantStatus::Deleted).await;
    assert_eq!(store.purge(home.id()).await.unwrap(), 9);
}

pub async fn only_an_organisation_that_waits_for_a_place_gets_one(world: &World) {
    let home = world.organisation().await;
    let nowhere = world.unfounded("Nowhere");
    for status in TenantStatus::ALL {
        if *status != TenantStatus::Provisioning {
            set_status(world, &home, *status).await;
            let error = world.store().provision(home.id()).await.unwrap_err();
            assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
        }
    }
    let error = world.store().provision(nowhere.id()).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
}
