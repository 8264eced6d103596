//! The audit trail.

use crate::{
    walk::{EVERYTHING, assert_walks},
    world::{Organisation, START, World, after, terms, unrecorded},
};
use domain::{
    access::{Actor, Credential, TenantScope},
    audit::{AuditEvent, AuditFilter, AuditTrail, RecordedEvent},
    page::PageRequest,
    permission::{Permission, PermissionSet},
    ports::{Access, StoreError},
    project::{ProjectChange, ProjectStatus},
    role::Role,
    tenant::TenantChange,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

pub(super) async fn events(world: &World, home: &Organisation) -> Vec<RecordedEvent> {
    let mut work = world.read(home).await;
    let page = work
        .tx
        .audit_log()
        .list(&AuditFilter::default(), &EVERYTHING)
        .await
        .unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items
}

pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Commits an event as the owner at a time of one's own choice.
pub(super) async fn record(
    world: &World,
    home: &Organisation,
    at: OffsetDateTime,
    event: AuditEvent,
) {
    let owner = Credential::User(home.owner);
    let store = world.store();
    let sealed = store.begin(&owner, home.id(), Access::Write).await.unwrap();
    let (scope, tx) = sealed.open(Permission::DeleteOrganisation, at).unwrap();
    tx.commit(&scope, AuditTrail::of(event)).await.unwrap();
}

/// Events with what has to come back of them: metadata, and changes if there are any.
fn samples(world: &World, home: &Organisation) -> Vec<(AuditEvent, Value, Option<Value>)> {
    let awkward = "Ünïcode 🚀 \"quoted\" \\ 'single' \n\t</script> \u{2028}";
    let project = world.draft(home, awkward);
    let mut moved = project.clone();
    let change = ProjectChange {
        description: Some(None),
        status: Some(ProjectStatus::Archived),
        ..ProjectChange::default()
    };
    assert!(moved.apply(change, None, after(1)));
    let member = world.membership(home.id(), home.owner, Role::Admin, START);
    let key = terms(awkward, PermissionSet::EMPTY);
    let key = world.unissued(home, home.owner, key, START).key;
    let role = world.undefined(home, "auditor", "read:*");
    let resource = world.resource_draft(home, awkward);
    let mut bounded = home.tenant.clone();
    let change = TenantChange {
        api_key_max_days: Some(Some(90)),
        ..TenantChange::default()
    };
    assert!(bounded.update(change, after(1)));
    let (user_id, tenant) = (home.owner.to_string(), &home.tenant);
    vec![
        (AuditEvent::organisation_created(tenant), json!({}), None),
        (
            AuditEvent::organisation_updated(tenant.state(), &bounded, &["api_key_max_days"]),
            json!({"changed_fields": ["api_key_max_days"]}),
            Some(json!({"api_key_max_days": {"before": null, "after": 90}})),
        ),
        (
            AuditEvent::project_updated(project.state(), &moved, &["description", "status"]),
            json!({"changed_fields": ["description", "status"]}),
            Some(json!({
                "description": {"before": "moon 🌕", "after": null},
                "status": {"before": "active", "after": "archived"},
            })),
        ),
        (
            AuditEvent::project_created(&project),
            json!({"project_name": awkward, "status": "active"}),
            None,
        ),
        (
            AuditEvent::project_updated(project.state(), &project, &[]),
            json!({"changed_fields": []}),
            None,
        ),
        (
            AuditEvent::project_deleted(&project),
            json!({"project_name": awkward}),
            None,
        ),
        (
            AuditEvent::member_added(&member),
            json!({"user_id": user_id, "role": "admin"}),
            None,
        ),
        (
            AuditEvent::member_removed(&member),
            json!({"user_id": user_id, "role": "admin"}),
            None,
        ),
        (
            AuditEvent::member_role_changed(&member, &Role::Viewer),
            json!({"user_id": user_id, "old_role": "viewer", "new_role": "admin"}),
            Some(json!({"role": {"before": "viewer", "after": "admin"}})),
        ),
        (
            AuditEvent::role_created(&role),
            json!({"role": "auditor"}),
            Some(json!({"permissions": {"before": null, "after": ["read:*"]}})),
        ),
        (
            AuditEvent::resource_deleted(&resource),
            json!({"resource_name": awkward}),
            None,
        ),
        (
            AuditEvent::api_key_created(&key),
            json!({"api_key_name": awkward, "key_prefix": key.prefix}),
            Some(json!({"scopes": {"before": null, "after": []}})),
        ),
        (
            AuditEvent::api_key_revoked(&key),
            json!({"api_key_name": awkward, "key_prefix": key.prefix}),
            None,
        ),
    ]
}

pub async fn an_event_carries_its_actor_its_time_and_exactly_its_facts(world: &World) {
    let home = world.organisation().await;
    let expected = samples(world, &home);
    for (micros, (event, ..)) in (0..).zip(&expected) {
        record(world, &home, after(micros), event.clone()).await;
    }

    let recorded = events(world, &home).await;
    assert_eq!(recorded.len(), expected.len());
    for (micros, (got, (event, facts, changes))) in (0..).zip(recorded.iter().rev().zip(&expected))
    {
        assert_eq!(got.tenant, home.id());
        assert_eq!(got.actor_user, Some(home.owner));
        assert_eq!((got.actor_api_key, &got.actor_operator), (None, &None));
        assert_eq!(got.action, event.action());
        assert_eq!(got.target, event.target());
        assert_eq!(got.created_at, after(micros));
        assert_eq!(json(&got.metadata), *facts);
        assert_eq!(got.changes.as_deref().map(json), *changes);
    }
    let ids: std::collections::HashSet<_> = recorded.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), recorded.len(), "an id was given twice");
}

pub async fn an_event_of_a_key_names_the_key_and_no_user(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let (caller, need) = (issued.credential(), Permission::UpdateProjects);
    let work = world.enter(&caller, home.id(), Access::Write, need).await;
    assert_eq!(work.scope.actor(), Actor::ApiKey(issued.key.id));
    let event = AuditEvent::project_created(&world.draft(&home, "Apollo"));
    work.commit(AuditTrail::of(event)).await.unwrap();

    let recorded = events(world, &home).await;
    let actors: Vec<_> = recorded
        .iter()
        .map(|event| (event.actor_user, event.actor_api_key))
        .collect();
    assert_eq!(actors, [(None, Some(issued.key.id))]);
}

pub async fn the_founding_event_is_the_organisations_first(world: &World) {
    let (tenant, owner) = (world.unfounded("Acme"), world.user().await);
    let scope = TenantScope::founder(tenant.id(), owner, after(5));
    let mut tx = world.platform(Some(owner), Access::Write).await;
    tx.tenants().insert(&tenant).await.unwrap();
    let mut tx = tx.enter(scope.clone()).await.unwrap();
    let membership = world.membership(tenant.id(), owner, Role::Owner, START);
    tx.members().insert(&membership).await.unwrap();
    let trail = AuditTrail::of(AuditEvent::organisation_created(&tenant));
    tx.commit(&scope, trail).await.unwrap();

    let home = Organisation { tenant, owner };
    let recorded = events(world, &home).await;
    let [event] = &recorded[..] else {
        panic!("{recorded:?}");
    };
    assert_eq!(event.actor_user, Some(owner));
    assert_eq!(event.created_at, after(5));
}

pub async fn a_dropped_transaction_records_nothing(world: &World) {
    let home = world.organisation().await;
    let mut work = world.write(&home).await;
    let project = world.draft(&home, "Apollo");
    work.tx.projects().insert(&project).await.unwrap();
    drop(work);
    world.write(&home).await.commit(unrecorded()).await.unwrap();
    assert_eq!(events(world, &home).await, []);
}

pub async fn events_are_listed_newest_first(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let project = world.draft(&home, "Apollo");
    for micros in [3, 1, 3, 2, -4] {
        let event = AuditEvent::project_created(&project);
        record(world, &home, after(micros), event.clone()).await;
        record(world, &other, after(micros), event).await;
    }
    let recorded = events(world, &home).await;
    let mut expected = recorded.clone();
    expected.sort_by_key(|event| std::cmp::Reverse((event.created_at, event.id)));
    let times: Vec<_> = recorded.iter().map(|event| event.created_at).collect();
    assert_eq!(times, [3, 3, 2, 1, -4].map(after));

    let mut work = world.read(&home).await;
    let log = work.tx.audit_log();
    let all = AuditFilter::default();
    let page = async |page: &PageRequest| log.list(&all, page).await.unwrap();
    assert_walks(&expected, page).await;
}

pub async fn events_of_another_organisation_are_invisible(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let event = AuditEvent::organisation_updated(other.tenant.state(), &other.tenant, &["name"]);
    record(world, &other, START, event).await;
    assert_eq!(events(world, &home).await, []);
    assert_eq!(events(world, &other).await.len(), 1);
}

pub async fn a_scope_of_another_organisation_commits_nothing(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let project = world.draft(&home, "Apollo");
    let mut work = world.write(&home).await;
    work.tx.projects().insert(&project).await.unwrap();
    let elsewhere = TenantScope::founder(other.id(), other.owner, START);
    let trail = AuditTrail::of(AuditEvent::project_created(&project));
    let error = work.tx.commit(&elsewhere, trail).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");

    assert_eq!(events(world, &home).await, []);
    assert_eq!(events(world, &other).await, []);
    let mut work = world.read(&home).await;
    let found = work.tx.projects().find(project.id()).await.unwrap();
    assert_eq!(found, None);
}
