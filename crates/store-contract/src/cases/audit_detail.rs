//! Where audited requests came from, and finding events.

use super::audit::events;
use crate::{
    walk::assert_walks,
    world::{Organisation, START, World, after},
};
use domain::{
    access::{Credential, Origin, TenantScope},
    audit::{AuditAction, AuditEvent, AuditFilter, AuditTrail, RecordedEvent},
    id::UserId,
    page::PageRequest,
    permission::Permission,
    ports::Access,
    role::Role,
};

/// Commits an event as a caller, from anywhere at any time.
async fn record(
    world: &World,
    home: &Organisation,
    caller: &Credential,
    origin: Origin,
    event: AuditEvent,
) -> TenantScope {
    let sealed = world.store().begin(caller, home.id(), Access::Write).await;
    let opened = sealed.unwrap().open(Permission::ReadProjects, origin);
    let (scope, tx) = opened.unwrap();
    tx.commit(&scope, AuditTrail::of(event)).await.unwrap();
    scope
}

pub async fn an_event_says_where_its_request_came_from(world: &World) {
    let home = world.organisation().await;
    let caller = Credential::User(home.owner);
    let event = AuditEvent::organisation_created(&home.tenant);
    let origins = [
        ("203.0.113.9", "curl/8.0"),
        ("2001:db8::1", "Ünïcode 🦊 'quoted' \"twice\" \\"),
    ];
    let mut expected = vec![Origin::from(after(9))];
    for (n, (address, agent)) in (0..).zip(origins) {
        expected.push(Origin {
            at: after(n),
            address: Some(address.parse().unwrap()),
            user_agent: Some(agent.into()),
            request_id: Some(format!("request {n}").into()),
        });
    }
    for origin in &expected {
        record(world, &home, &caller, origin.clone(), event.clone()).await;
    }
    expected.sort_by_key(|origin| std::cmp::Reverse(origin.at));
    let origin = |event: RecordedEvent| Origin {
        at: event.created_at,
        address: event.address,
        user_agent: event.user_agent.map(Into::into),
        request_id: event.request_id.map(Into::into),
    };
    let recorded: Vec<_> = events(world, &home).await.into_iter().map(origin).collect();
    assert_eq!(recorded, expected);
}

/// Events of two users, a key and an operator on two projects, some at the same time.
async fn assortment(world: &World, home: &Organisation, colleague: UserId) {
    let issued = world.api_key(home, home.owner).await;
    let callers = [
        Credential::User(home.owner),
        Credential::User(colleague),
        issued.credential(),
    ];
    let projects = ["Apollo", "Gemini"].map(|name| world.draft(home, name));
    for (n, micros) in [4, 1, 4, 2, 3, 4, 2, -6, 5].into_iter().enumerate() {
        let project = &projects[n % 2];
        let event = match n % 4 {
            0 | 1 => AuditEvent::project_created(project),
            _ => AuditEvent::project_deleted(project),
        };
        record(world, home, &callers[n % 3], after(micros).into(), event).await;
    }
    let work = world.operate(home.id(), Access::Write).await;
    let event = AuditEvent::organisation_created(&home.tenant);
    work.commit(AuditTrail::of(event)).await.unwrap();
}

/// Every event's own properties, alone and together, and bounds in time.
fn filters(events: &[RecordedEvent]) -> Vec<AuditFilter> {
    let any = AuditFilter::default();
    let mut filters = vec![any.clone()];
    for event in events {
        let one = AuditFilter {
            actor_user: event.actor_user,
            actor_api_key: event.actor_api_key,
            action: Some(event.action),
            target: Some(event.target),
            from: Some(event.created_at),
            before: Some(event.created_at + time::Duration::MICROSECOND),
        };
        let single = [
            AuditFilter {
                actor_user: one.actor_user,
                ..any.clone()
            },
            AuditFilter {
                actor_api_key: one.actor_api_key,
                ..any.clone()
            },
            AuditFilter {
                action: one.action,
                ..any.clone()
            },
            AuditFilter {
                target: one.target,
                ..any.clone()
            },
            AuditFilter {
                from: one.from,
                ..any.clone()
            },
            AuditFilter {
                before: one.from,
                ..any.clone()
            },
        ];
        filters.extend(single);
        filters.push(one);
    }
    filters.push(AuditFilter {
        action: Some(AuditAction::MemberAdded),
        ..any
    });
    filters
}

fn fits(filter: &AuditFilter, event: &RecordedEvent) -> bool {
    let user = |user| event.actor_user == Some(user);
    filter.actor_user.is_none_or(user)
        && filter
            .actor_api_key
            .is_none_or(|key| event.actor_api_key == Some(key))
        && filter.action.is_none_or(|action| event.action == action)
        && filter.target.is_none_or(|target| event.target == target)
        && filter.from.is_none_or(|from| from <= event.created_at)
        && filter.before.is_none_or(|before| event.created_at < before)
}

pub async fn filters_narrow_every_page_and_the_total(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let colleague = world.member(&home, Role::Developer).await;
    let both = world.membership(other.id(), colleague, Role::Developer, START);
    let mut work = world.write(&other).await;
    work.tx.members().insert(&both).await.unwrap();
    work.done().await;
    assortment(world, &home, colleague).await;
    assortment(world, &other, colleague).await;

    let all = events(world, &home).await;
    assert_eq!(all.len(), 10);
    for filter in filters(&all) {
        let fitting = all.iter().filter(|event| fits(&filter, event));
        let expected: Vec<_> = fitting.cloned().collect();
        let mut work = world.read(&home).await;
        let log = work.tx.audit_log();
        let page = async |page: &PageRequest| log.list(&filter, page).await.unwrap();
        assert_walks(&expected, page).await;
    }
}
