//! Transactions beside each other, and transactions that are given up.

use super::{
    idempotency::{key, outcome},
    projects::BY_AGE,
};
use crate::{
    walk::EVERYTHING,
    world::{START, World, after},
};
use domain::{
    access::Credential,
    id::{ProjectId, TenantId, UserId},
    idempotency::Claim,
    membership::Standing,
    permission::Permission,
    ports::{Access, StoreError, StoreResult, Unique},
    project::{Project, ProjectChange},
    role::Role,
    text::ProjectName,
};
use std::{future::Future, time::Duration};

/// More than any pool has connections.
const MANY: usize = 100;

/// Long enough for the other of two racing transactions to arrive while the first is open.
pub(super) const A_WHILE: Duration = Duration::from_millis(50);

/// Runs two transactions at once.
pub(super) async fn race<T: Send + 'static>(
    first: impl Future<Output = T> + Send + 'static,
    second: impl Future<Output = T> + Send + 'static,
) -> [T; 2] {
    let (first, second) = (tokio::spawn(first), tokio::spawn(second));
    [first.await.unwrap(), second.await.unwrap()]
}

pub(super) fn assert_one_taken(results: [StoreResult<()>; 2], what: Unique) {
    let refused: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    let [StoreError::Taken(taken)] = refused[..] else {
        panic!("{refused:?}");
    };
    assert_eq!(taken, what);
}

async fn project_count(world: &World, tenant: TenantId, user: UserId) -> usize {
    let (caller, need) = (Credential::User(user), Permission::ReadProjects);
    let mut work = world.enter(&caller, tenant, Access::Read, need).await;
    let page = work.tx.projects().list(&BY_AGE, &EVERYTHING).await.unwrap();
    page.items.len()
}

pub async fn the_database_answers(world: &World) {
    world.store().ping().await.unwrap();
}

pub async fn what_is_not_committed_is_seen_by_nobody_else(world: &World) {
    let home = world.organisation().await;
    let project = world.draft(&home, "Apollo");
    let mut writing = world.write(&home).await;
    writing.tx.projects().insert(&project).await.unwrap();
    assert_eq!(project_count(world, home.id(), home.owner).await, 0);
    writing.done().await;
    assert_eq!(project_count(world, home.id(), home.owner).await, 1);
}

pub async fn a_read_is_one_snapshot(world: &World) {
    let home = world.organisation().await;
    let mut reading = world.read(&home).await;
    let projects = reading.tx.projects();
    let before = projects.list(&BY_AGE, &EVERYTHING).await.unwrap();
    let project = world.project(&home, "Apollo").await;
    let after = projects.list(&BY_AGE, &EVERYTHING).await.unwrap();
    assert_eq!(after, before);
    assert_eq!(projects.find(project.id()).await.unwrap(), None);
}

pub async fn two_racing_requests_with_one_key_are_carried_out_once(world: &World) {
    let home = world.organisation().await;
    for round in 0..5 {
        let text = format!("race {round}");
        let attempt = || {
            let (world, home, key) = (world.clone(), home.clone(), key(&text));
            async move {
                let mut work = world.write(&home).await;
                let actor = home.owner.as_uuid();
                let claim = work.tx.idempotency().claim(actor, &key, START).await;
                let claim = claim.unwrap();
                if claim == Claim::Fresh {
                    let project = world.draft(&home, "Apollo");
                    work.tx.projects().insert(&project).await.unwrap();
                    tokio::time::sleep(A_WHILE).await;
                    let done = outcome(&project.id().to_string());
                    let records = work.tx.idempotency();
                    records.complete(actor, &key, &done).await.unwrap();
                    work.done().await;
                }
                claim
            }
        };
        let claims = race(attempt(), attempt()).await;
        let fresh = claims.iter().filter(|claim| **claim == Claim::Fresh);
        assert_eq!(fresh.count(), 1, "{claims:?}");
        let replays = claims
            .iter()
            .filter(|claim| matches!(claim, Claim::Replay(_)));
        assert_eq!(replays.count(), 1, "{claims:?}");
        let count = project_count(world, home.id(), home.owner).await;
        assert_eq!(count, round + 1);
    }
}

pub async fn whoever_waits_for_a_claim_that_is_given_up_gets_it(world: &World) {
    let home = world.organisation().await;
    let attempt = || {
        let (world, home) = (world.clone(), home.clone());
        async move {
            let mut work = world.write(&home).await;
            let actor = home.owner.as_uuid();
            let claim = work.tx.idempotency().claim(actor, &key("k"), START).await;
            tokio::time::sleep(A_WHILE).await;
            claim.unwrap()
        }
    };
    let claims = race(attempt(), attempt()).await;
    assert_eq!(claims, [Claim::Fresh, Claim::Fresh]);
}

pub async fn of_two_racing_registrations_of_an_address_one_succeeds(world: &World) {
    let first = world.newcomer();
    let mut second = world.newcomer();
    second.user.email = first.user.email.clone();
    let register = |account| {
        let world = world.clone();
        async move { world.register(&account).await }
    };
    let results = race(register(first), register(second)).await;
    assert_one_taken(results, Unique::Email);
}

pub async fn of_two_racing_foundings_of_a_slug_one_succeeds(world: &World) {
    let first = world.unfounded("Acme");
    let id = world.unfounded("Acme").id();
    let second = world.unfounded_at(id, "Acme", first.slug().clone());
    let (one, other) = (world.user().await, world.user().await);
    let found = |tenant, owner| {
        let world = world.clone();
        async move { world.found(&tenant, owner).await }
    };
    let results = race(found(first, one), found(second, other)).await;
    assert_one_taken(results, Unique::Slug);
}

pub async fn of_two_racing_additions_of_a_member_one_succeeds(world: &World) {
    let (home, user) = (world.organisation().await, world.user().await);
    let add = || {
        let (world, home) = (world.clone(), home.clone());
        async move {
            let membership = world.membership(home.id(), user, Role::Member, START);
            let mut work = world.write(&home).await;
            work.tx.members().insert(&membership).await?;
            work.commit(crate::world::unrecorded()).await
        }
    };
    let results = race(add(), add()).await;
    assert_one_taken(results, Unique::Membership);
}

/// What the use case does: let in, lock, judge by what is true under the lock, remove.
async fn remove(world: World, tenant: TenantId, actor: UserId, target: UserId) -> bool {
    let caller = Credential::User(actor);
    let sealed = world.store().begin(&caller, tenant, Access::Write).await;
    let opened = sealed.unwrap().open(Permission::DeleteMembers, START);
    let Ok((scope, mut tx)) = opened else {
        return false;
    };
    let roster = tx.members().lock_roster(actor).await.unwrap();
    let owner = Standing::by_default(Role::Owner);
    if roster.may_remove(&owner).is_err() {
        return false;
    }
    tx.members().remove(target, &Role::Owner).await.unwrap();
    tx.commit(&scope, crate::world::unrecorded()).await.unwrap();
    true
}

pub async fn of_two_owners_who_remove_each_other_one_stays(world: &World) {
    for _ in 0..20 {
        let home = world.organisation().await;
        let (tenant, one) = (home.id(), home.owner);
        let other = world.member(&home, Role::Owner).await;
        let removed = race(
            remove(world.clone(), tenant, one, other),
            remove(world.clone(), tenant, other, one),
        )
        .await;
        assert!(removed[0] ^ removed[1], "{removed:?}");
        let left = if removed[0] { one } else { other };
        let caller = Credential::User(left);
        let need = Permission::DeleteOrganisation;
        let mut work = world.enter(&caller, tenant, Access::Read, need).await;
        let members = work.tx.members().list(&EVERYTHING).await.unwrap();
        assert_eq!(members.total, Some(1));
    }
}

async fn append(world: World, caller: Credential, tenant: TenantId, id: ProjectId, what: char) {
    let need = Permission::UpdateProjects;
    let mut work = world.enter(&caller, tenant, Access::Write, need).await;
    let mut project = work.tx.projects().find(id).await.unwrap().unwrap();
    tokio::time::sleep(A_WHILE).await;
    let name = format!("{}{what}", project.name().as_str());
    let change = ProjectChange {
        name: Some(ProjectName::parse(name).unwrap()),
        ..ProjectChange::default()
    };
    assert!(project.apply(change, None, after(1)));
    work.tx.projects().update(&project).await.unwrap();
    work.done().await;
}

pub async fn a_project_that_was_found_to_be_changed_is_held_until_it_is(world: &World) {
    let home = world.organisation().await;
    let id = world.project(&home, "x").await.id();
    let (tenant, owner) = (home.id(), Credential::User(home.owner));
    let append = |what| append(world.clone(), owner.clone(), tenant, id, what);
    race(append('a'), append('b')).await;

    let mut work = world.read(&home).await;
    let found: Project = work.tx.projects().find(id).await.unwrap().unwrap();
    assert_eq!(found.version(), 3);
    let name = found.name().as_str();
    assert!(["xab", "xba"].contains(&name), "{name}");
}

pub async fn transactions_that_are_dropped_give_their_connection_back(world: &World) {
    let home = world.organisation().await;
    let (caller, account) = (Credential::User(home.owner), world.newcomer());
    for n in 0..MANY {
        let mut work = world.write(&home).await;
        let project = world.draft(&home, "Gone");
        work.tx.projects().insert(&project).await.unwrap();
        drop(work);
        drop(world.read(&home).await);
        let access = if n % 2 == 0 {
            Access::Read
        } else {
            Access::Write
        };
        drop(world.store().begin(&caller, home.id(), access).await);
        let mut tx = world.platform(Some(account.user.id), Access::Write).await;
        tx.users().insert(&account).await.unwrap();
        drop(tx);
    }
    assert_eq!(project_count(world, home.id(), home.owner).await, 0);
    world.register(&account).await.unwrap();
}

pub async fn transactions_that_failed_give_their_connection_back(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let again = world.membership(home.id(), home.owner, Role::Viewer, START);
    let stranger = Credential::User(other.owner);
    for _ in 0..MANY {
        let mut work = world.write(&home).await;
        assert!(work.tx.members().insert(&again).await.is_err());
        drop(work);
        let sealed = world.store().begin(&stranger, home.id(), Access::Write);
        let opened = sealed.await.unwrap().open(Permission::ReadProjects, START);
        assert!(opened.is_err());
    }
    world.project(&home, "Apollo").await;
    assert_eq!(project_count(world, home.id(), home.owner).await, 1);
}

/// A request whose client hangs up is cut off between two statements, or in the middle of one.
pub async fn transactions_that_are_cut_off_give_their_connection_back(world: &World) {
    let home = world.organisation().await;
    for n in 0..MANY {
        let (task_world, home) = (world.clone(), home.clone());
        let task = tokio::spawn(async move {
            let mut work = task_world.write(&home).await;
            loop {
                let project = task_world.draft(&home, "Gone");
                work.tx.projects().insert(&project).await.unwrap();
            }
        });
        let cut_off_at = u64::try_from(n % 10).unwrap() * 400;
        tokio::time::sleep(Duration::from_micros(cut_off_at)).await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    assert_eq!(project_count(world, home.id(), home.owner).await, 0);
    world.project(&home, "Apollo").await;
    assert_eq!(project_count(world, home.id(), home.owner).await, 1);
}
