//! Where an organisation is in its life, and who is let in then.

use super::{
    access::verdict,
    audit::{events, json},
};
use crate::{
    walk::EVERYTHING,
    world::{Organisation, World, after},
};
use domain::{
    access::{AccessDenied, Actor, Credential, TenantScope},
    audit::{AuditAction, AuditEvent, AuditFilter, AuditTrail, Denial},
    permission::Permission,
    ports::Access,
    role::Role,
    tenant::{Tenant, TenantState, TenantStatus, Tier},
    text::Reason,
};
use time::Duration;

const READ: Permission = Permission::ReadProjects;

/// Sets any status, whatever the way there.
pub(super) async fn set_status(world: &World, home: &Organisation, status: TenantStatus) {
    let put = |tenant: &mut Tenant| {
        let state = TenantState {
            status,
            ..tenant.state().clone()
        };
        *tenant = Tenant::restore(state, tenant.version() + 1);
    };
    world.change(home.id(), put).await;
}

pub async fn only_an_active_organisation_lets_its_own_people_in(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let (user, key) = (Credential::User(home.owner), issued.credential());
    let stranger = Credential::User(world.user().await);
    for status in TenantStatus::ALL {
        set_status(world, &home, *status).await;
        let expected = match status {
            TenantStatus::Active => None,
            TenantStatus::Deleted => Some(AccessDenied::Stranger),
            closed => Some(AccessDenied::Closed(*closed)),
        };
        for (caller, actor) in [
            (&user, Actor::User(home.owner)),
            (&key, Actor::ApiKey(issued.key.id)),
        ] {
            let got = verdict(world, caller, home.id(), READ).await;
            assert_eq!(got, expected.map_or(Ok(actor), Err), "{status:?}");
        }
        let got = verdict(world, &stranger, home.id(), READ).await;
        assert_eq!(got, Err(AccessDenied::Stranger), "{status:?}");
    }
    set_status(world, &home, TenantStatus::Provisioning).await;
    let got = verdict(world, &user, home.id(), Permission::ReadOrganisation).await;
    assert_eq!(got, Ok(Actor::User(home.owner)));
}

pub async fn every_step_of_a_life_is_stored(world: &World) {
    let home = world.organisation().await;
    let steps: [fn(&mut Tenant); 6] = [
        |tenant| assert!(tenant.set_tier(Tier::Pro, after(1))),
        |tenant| tenant.suspend(after(2)).unwrap(),
        |tenant| tenant.activate(after(3)).unwrap(),
        |tenant| tenant.delete(Duration::days(30), after(4)).unwrap(),
        |tenant| tenant.activate(after(5)).unwrap(),
        |tenant| tenant.delete(Duration::ZERO, after(6)).unwrap(),
    ];
    for step in steps {
        let changed = world.change(home.id(), step).await;
        let mut work = world.operate(home.id(), Access::Read).await;
        let stored = work.tx.tenant().find().await.unwrap();
        assert_eq!(stored, Some(changed));
    }
    let mut work = world.operate(home.id(), Access::Read).await;
    let stored = work.tx.tenant().find().await.unwrap().unwrap();
    assert_eq!(stored.state().delete_after, Some(after(6)));
}

pub async fn an_operator_enters_an_organisation_that_is_closed(world: &World) {
    let home = world.organisation().await;
    let project = world.project(&home, "Apollo").await;
    let before = home.tenant.state().clone();
    let mut work = world.operate(home.id(), Access::Write).await;
    let mut tenant = work.tx.tenant().find().await.unwrap().unwrap();
    tenant.suspend(after(1)).unwrap();
    work.tx.tenant().update(&tenant).await.unwrap();
    let (action, reason) = (
        AuditAction::OrganisationSuspended,
        Reason::parse("unpaid").unwrap(),
    );
    let event = AuditEvent::organisation_operated(action, &before, &tenant, &reason);
    work.commit(AuditTrail::of(event)).await.unwrap();

    let mut work = world.operate(home.id(), Access::Write).await;
    let found = work.tx.projects().find(project.id()).await.unwrap();
    assert_eq!(found, Some(project));
    let all = AuditFilter::default();
    let page = work.tx.audit_log().list(&all, &EVERYTHING);
    let recorded = page.await.unwrap().items;
    let [event] = &recorded[..] else {
        panic!("{recorded:?}");
    };
    assert_eq!(event.actor_operator.as_deref(), Some("ops"));
    assert_eq!((event.actor_user, event.actor_api_key), (None, None));
    assert_eq!(event.tenant, home.id());
    assert_eq!(
        json(&event.metadata),
        serde_json::json!({"reason": "unpaid"})
    );
}

pub async fn an_operators_read_refuses_to_write(world: &World) {
    let home = world.organisation().await;
    let mut tenant = home.tenant.clone();
    tenant.suspend(after(1)).unwrap();
    let mut work = world.operate(home.id(), Access::Read).await;
    let found = work.tx.tenant().find().await.unwrap();
    assert_eq!(found.as_ref(), Some(&home.tenant));
    assert!(work.tx.tenant().update(&tenant).await.is_err());
}

pub async fn an_operator_finds_nothing_where_no_organisation_is(world: &World) {
    world.organisation().await;
    let nowhere = world.unfounded("Nowhere").id();
    let mut work = world.operate(nowhere, Access::Write).await;
    assert_eq!(work.tx.tenant().find().await.unwrap(), None);
    let members = work.tx.members().list(&EVERYTHING).await.unwrap();
    assert_eq!(members.items, []);
}

/// Refusals are recorded later, in a transaction of their own, in the name of whoever was refused.
pub async fn a_witness_records_who_was_refused(world: &World) {
    let home = world.organisation().await;
    let viewer = world.member(&home, Role::Viewer).await;
    let denial = Denial::Use([Permission::DeleteProjects].into_iter().collect());
    let actor = Actor::User(viewer);
    let scope = TenantScope::witness(home.id(), actor, after(3).into());
    let tx = world.platform(None, Access::Write).await;
    let tx = tx.enter(scope.clone()).await.unwrap();
    let trail = AuditTrail::of(AuditEvent::denied(home.id(), denial));
    tx.commit(&scope, trail).await.unwrap();

    let recorded = events(world, &home).await;
    let [event] = &recorded[..] else {
        panic!("{recorded:?}");
    };
    assert_eq!(event.actor_user, Some(viewer));
    assert_eq!(event.created_at, after(3));
}
