//! The organisations of the whole platform, as operators and background work see them.

use super::lifecycle::set_status;
use crate::{
    walk::{EVERYTHING, assert_walks},
    world::{World, after},
};
use domain::{
    id::TenantId,
    page::PageRequest,
    ports::Access,
    role::Role,
    tenant::{Tenant, TenantFilter, TenantState, TenantStatus, Tier},
};
use time::{Duration, OffsetDateTime};

/// A founded organisation with fields of one's choice.
async fn founded(world: &World, with: impl FnOnce(&mut TenantState)) -> Tenant {
    let mut state = world.unfounded("Acme").state().clone();
    with(&mut state);
    let tenant = Tenant::restore(state, 1);
    let owner = world.user().await;
    world.found(&tenant, owner).await.unwrap();
    tenant
}

async fn in_status(
    world: &World,
    status: TenantStatus,
    before: Option<OffsetDateTime>,
    limit: u32,
) -> Vec<Tenant> {
    let mut tx = world.platform(None, Access::Read).await;
    let found = tx.tenants().in_status(status, before, limit).await;
    found.unwrap()
}

pub async fn all_organisations_are_listed_oldest_first_under_every_filter(world: &World) {
    let mut all = Vec::new();
    for (n, micros) in [5, 1, 5, 3, -2, 5].into_iter().enumerate() {
        let tenant = founded(world, |state| {
            state.created_at = after(micros);
            state.tier = Tier::ALL[n % 3];
            state.status = [TenantStatus::Active, TenantStatus::Suspended][n % 2];
        });
        all.push(tenant.await);
    }
    all.sort_by_key(|tenant| (tenant.state().created_at, tenant.id()));

    for status in [
        None,
        Some(TenantStatus::Suspended),
        Some(TenantStatus::Deleted),
    ] {
        for tier in [None, Some(Tier::Pro)] {
            let filter = TenantFilter { status, tier };
            let fits = |tenant: &&Tenant| {
                status.is_none_or(|status| tenant.status() == status)
                    && tier.is_none_or(|tier| tenant.state().tier == tier)
            };
            let expected: Vec<_> = all.iter().filter(fits).cloned().collect();
            let mut tx = world.platform(None, Access::Read).await;
            let tenants = tx.tenants();
            let page = async |page: &PageRequest| tenants.all(&filter, page).await.unwrap();
            assert_walks(&expected, page).await;
        }
    }
}

pub async fn any_organisation_is_found_by_id(world: &World) {
    let (home, user) = (world.organisation().await, world.user().await);
    set_status(world, &home, TenantStatus::Deleted).await;
    for user in [None, Some(user)] {
        let mut tx = world.platform(user, Access::Read).await;
        let found = tx.tenants().find(home.id()).await.unwrap().unwrap();
        assert_eq!(
            (found.id(), found.status()),
            (home.id(), TenantStatus::Deleted)
        );
        let unknown = TenantId::from_uuid(world.uuid());
        assert_eq!(tx.tenants().find(unknown).await.unwrap(), None);
    }
}

pub async fn work_in_the_background_finds_what_is_due_oldest_first(world: &World) {
    let mut deleting = Vec::new();
    for (micros, due) in [(3, 30), (1, 40), (2, 10)] {
        let tenant = founded(world, |state| {
            state.created_at = after(micros);
            state.status = TenantStatus::Deleting;
            state.delete_after = Some(after(due));
        });
        deleting.push(tenant.await);
    }
    let waiting = founded(world, |state| state.status = TenantStatus::Suspended).await;
    deleting.sort_by_key(|tenant| tenant.state().created_at);
    let [latest, soonest, middle] = &deleting[..] else {
        unreachable!()
    };

    let status = TenantStatus::Deleting;
    assert_eq!(in_status(world, status, None, 10).await, deleting);
    assert_eq!(in_status(world, status, None, 2).await, deleting[..2]);
    for (now, due) in [
        (after(9), vec![]),
        (after(10), vec![soonest]),
        (after(30), vec![soonest, middle]),
        (after(40), vec![latest, soonest, middle]),
    ] {
        let found = in_status(world, status, Some(now), 10).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), due, "{now}");
    }
    let suspended = in_status(world, TenantStatus::Suspended, None, 10).await;
    assert_eq!(suspended, [waiting]);
    let provisioning = in_status(world, TenantStatus::Provisioning, None, 10).await;
    assert_eq!(provisioning, []);
}

pub async fn what_is_being_purged_is_nobodys_organisation(world: &World) {
    let (home, kept) = (world.organisation().await, world.organisation().await);
    let both = world.membership(kept.id(), home.owner, Role::Viewer, after(1));
    let mut work = world.write(&kept).await;
    work.tx.members().insert(&both).await.unwrap();
    work.done().await;
    let mine = async || {
        let mut tx = world.platform(Some(home.owner), Access::Read).await;
        let listed = tx.tenants().list(&EVERYTHING).await.unwrap();
        let memberships = tx.tenants().memberships().await.unwrap();
        assert_eq!(listed.total, Some(memberships.len() as u64));
        let mut ids: Vec<_> = listed.items.iter().map(Tenant::id).collect();
        ids.sort();
        let mut others: Vec<_> = memberships.iter().map(|(_, tenant)| tenant.id()).collect();
        others.sort();
        assert_eq!(ids, others);
        ids
    };
    for status in TenantStatus::ALL {
        set_status(world, &home, *status).await;
        let expected = match status {
            TenantStatus::Deleted => vec![kept.id()],
            _ => vec![home.id(), kept.id()],
        };
        assert_eq!(mine().await, expected, "{status:?}");
    }
}

pub async fn nobody_else_is_held_up_by_a_look_at_an_organisation(world: &World) {
    let home = world.organisation().await;
    let mut looking = world.platform(None, Access::Read).await;
    let before = looking.tenants().find(home.id()).await.unwrap();
    let changed = world.change(home.id(), |tenant| {
        tenant.delete(Duration::DAY, after(1)).unwrap();
    });
    let changed = changed.await;
    let again = looking.tenants().find(home.id()).await.unwrap();
    assert_eq!((before.as_ref(), &again), (Some(&home.tenant), &before));
    drop(looking);
    let mut looking = world.platform(None, Access::Read).await;
    let after = looking.tenants().find(home.id()).await.unwrap();
    assert_eq!(after, Some(changed));
}
