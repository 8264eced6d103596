//! What happened to users themselves.

use super::audit::json;
use crate::{
    walk::{EVERYTHING, assert_walks},
    world::{START, World, after, unrecorded},
};
use domain::{
    access::{Origin, TenantScope},
    audit::{AuditAction, AuditEvent, AuditTrail, UserEvent},
    id::UserId,
    ports::{Access, StoreError},
};

async fn record(world: &World, user: UserId, origin: impl Into<Origin>, event: AuditEvent) {
    let tx = world.platform(Some(user), Access::Write).await;
    let trail = AuditTrail::of(event);
    tx.commit(user, &origin.into(), trail).await.unwrap();
}

async fn events(world: &World, user: UserId) -> Vec<UserEvent> {
    let mut tx = world.platform(Some(user), Access::Read).await;
    let page = tx.events().list(&EVERYTHING).await.unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items
}

/// Registration and login need that.
pub async fn somebody_who_has_just_registered_has_events_in_the_same_breath(world: &World) {
    let account = world.newcomer();
    let id: UserId = account.user.id;
    let mut tx = world.platform(Some(id), Access::Write).await;
    tx.users().insert(&account).await.unwrap();
    let trail = AuditTrail::of(AuditEvent::user_registered(id));
    tx.commit(id, &START.into(), trail).await.unwrap();
    let actions: Vec<_> = events(world, id)
        .await
        .iter()
        .map(|one| one.action)
        .collect();
    assert_eq!(actions, [AuditAction::UserRegistered]);
}

pub async fn an_event_carries_its_facts_and_where_its_request_came_from(world: &World) {
    let user = world.user().await;
    let origin = Origin {
        at: after(3),
        address: Some("2001:db8::1".parse().unwrap()),
        user_agent: Some("Ünïcode 🦊 'quoted'".into()),
        request_id: Some("request 1".into()),
    };
    record(
        world,
        user,
        origin.clone(),
        AuditEvent::user_login_failed(user),
    )
    .await;
    record(world, user, START, AuditEvent::user_logged_in(user)).await;

    let recorded = events(world, user).await;
    let [failed, logged_in] = &recorded[..] else {
        panic!("{recorded:?}");
    };
    assert_eq!(failed.action, AuditAction::UserLoginFailed);
    assert_eq!(
        (failed.created_at, failed.address),
        (origin.at, origin.address)
    );
    assert_eq!(failed.user_agent.as_deref(), origin.user_agent.as_deref());
    assert_eq!(failed.request_id.as_deref(), origin.request_id.as_deref());
    assert_eq!(json(&failed.metadata), serde_json::json!({}));
    assert_ne!(failed.id, logged_in.id);
    let unknown = (
        logged_in.address,
        &logged_in.user_agent,
        &logged_in.request_id,
    );
    assert_eq!(unknown, (None, &None, &None));
}

pub async fn ones_own_events_are_listed_newest_first(world: &World) {
    let (user, other) = (world.user().await, world.user().await);
    for micros in [3, 1, 3, 2, -4] {
        record(world, user, after(micros), AuditEvent::user_logged_in(user)).await;
        record(
            world,
            other,
            after(micros),
            AuditEvent::user_login_failed(other),
        )
        .await;
    }
    let mut expected = events(world, user).await;
    let times: Vec<_> = expected.iter().map(|event| event.created_at).collect();
    assert_eq!(times, [3, 3, 2, 1, -4].map(after));
    expected.sort_by_key(|event| std::cmp::Reverse((event.created_at, event.id)));

    let mut tx = world.platform(Some(user), Access::Read).await;
    let log = tx.events();
    assert_walks(&expected, async |page| log.list(page).await.unwrap()).await;
    let own = expected
        .iter()
        .all(|event| event.action == AuditAction::UserLoggedIn);
    assert!(own, "somebody else's event was listed");
}

pub async fn a_dropped_transaction_records_nothing(world: &World) {
    let user = world.user().await;
    let tx = world.platform(Some(user), Access::Write).await;
    drop(tx);
    assert_eq!(events(world, user).await, []);
}

/// Signing up needs that.
pub async fn an_event_is_recorded_where_the_transaction_goes_on_in_an_organisation(world: &World) {
    let (home, user) = (world.organisation().await, world.user().await);
    for commit in [false, true] {
        let mut tx = world.platform(Some(user), Access::Write).await;
        let event = AuditEvent::user_registered(user);
        let recorded = tx.events().record(&event, &after(7).into()).await;
        recorded.unwrap();
        let scope = TenantScope::founder(home.id(), user, START);
        let tx = tx.enter(scope.clone()).await.unwrap();
        if commit {
            tx.commit(&scope, unrecorded()).await.unwrap();
        }
    }
    let recorded = events(world, user).await;
    assert_eq!(recorded.len(), 1, "{recorded:?}");
    assert_eq!(recorded[0].action, AuditAction::UserRegistered);
    assert_eq!(recorded[0].created_at, after(7));
}

pub async fn nobody_has_no_events_to_list(world: &World) {
    let user = world.user().await;
    record(world, user, START, AuditEvent::user_logged_in(user)).await;
    let mut tx = world.platform(None, Access::Read).await;
    let error = tx.events().list(&EVERYTHING).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
}
