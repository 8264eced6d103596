//! What roles grant, through every door: the definition of this moment decides.

use super::{
    access::{set_role, verdict},
    roles::granting,
};
use crate::world::{Organisation, START, World};
use domain::{
    access::{AccessDenied, Actor, Credential},
    id::UserId,
    membership::Roster,
    permission::Permission,
    policy::{Grants, Policy, Reach},
    ports::Access,
    role::Role,
};

const READ: Permission = Permission::ReadProjects;
const WRITE: Permission = Permission::UpdateProjects;

/// Whether a member is let in to read and to write projects.
async fn may(world: &World, home: &Organisation, user: UserId) -> [bool; 2] {
    let (caller, actor) = (Credential::User(user), Actor::User(user));
    let read = verdict(world, &caller, home.id(), READ).await;
    let write = verdict(world, &caller, home.id(), WRITE).await;
    [(READ, read), (WRITE, write)].map(|(need, verdict)| {
        let missing = Err(AccessDenied::Missing { need, actor });
        assert!(verdict == Ok(actor) || verdict == missing, "{verdict:?}");
        verdict.is_ok()
    })
}

pub async fn a_definition_decides_from_the_next_request_on(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    world.define(&other, "developer", "read:projects").await;
    for (role, undefined) in [("auditor", [false, false]), ("developer", [true, true])] {
        let user = world.member(&home, Role::parse(role).unwrap()).await;
        assert_eq!(may(world, &home, user).await, undefined, "{role}");
        let narrow = world.define(&home, role, "read:projects").await;
        assert_eq!(may(world, &home, user).await, [true, false], "{role}");
        let wide = granting(&narrow, "read:* *:projects");
        let mut work = world.write(&home).await;
        work.tx.roles().update(&wide).await.unwrap();
        work.done().await;
        assert_eq!(may(world, &home, user).await, [true, true], "{role}");
        let empty = granting(&wide, "");
        let mut work = world.write(&home).await;
        work.tx.roles().update(&empty).await.unwrap();
        work.done().await;
        assert_eq!(may(world, &home, user).await, [false, false], "{role}");
        let mut work = world.write(&home).await;
        work.tx.roles().delete(&empty).await.unwrap();
        work.done().await;
        assert_eq!(may(world, &home, user).await, undefined, "{role}");
    }
}

pub async fn owners_and_admins_are_what_they_are_whatever_is_defined(world: &World) {
    let home = world.organisation().await;
    let admin = world.member(&home, Role::Admin).await;
    world.define(&home, "owner", "").await;
    world.define(&home, "admin", "").await;
    for user in [home.owner, admin] {
        assert_eq!(may(world, &home, user).await, [true, true]);
    }
}

pub async fn a_grant_under_a_condition_reaches_ones_own(world: &World) {
    let home = world.organisation().await;
    let role = Role::parse("freelancer").unwrap();
    let user = world.member(&home, role).await;
    world
        .define(&home, "freelancer", "read:* update:projects[owner]")
        .await;
    assert_eq!(may(world, &home, user).await, [true, false]);
    let (store, caller) = (world.store(), Credential::User(user));
    let sealed = store.begin(&caller, home.id(), Access::Write).await;
    let (scope, _) = sealed.unwrap().open_to_own(WRITE, START).unwrap();
    assert_eq!(scope.reach(), Reach::Own);
    assert_eq!(scope.only_of(), Some(user));
}

pub async fn a_key_is_cut_to_what_its_creators_role_grants_now(world: &World) {
    let home = world.organisation().await;
    let role = Role::parse("robot-keeper").unwrap();
    let creator = world.member(&home, role).await;
    let definition = world.define(&home, "robot-keeper", "*:projects").await;
    let issued = world.api_key(&home, creator).await;
    let (caller, actor) = (issued.credential(), Actor::ApiKey(issued.key.id));
    let got = verdict(world, &caller, home.id(), WRITE).await;
    assert_eq!(got, Ok(actor));

    let mut work = world.write(&home).await;
    let narrow = granting(&definition, "read:projects");
    work.tx.roles().update(&narrow).await.unwrap();
    work.done().await;
    let got = verdict(world, &caller, home.id(), READ).await;
    assert_eq!(got, Ok(actor));
    let (got, need) = (verdict(world, &caller, home.id(), WRITE).await, WRITE);
    assert_eq!(got, Err(AccessDenied::Missing { need, actor }));
}

pub async fn the_roster_knows_what_the_actors_role_grants_now(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let recruiter = Role::parse("recruiter").unwrap();
    let user = world.member(&home, recruiter.clone()).await;
    world.define(&other, "recruiter", "*:*").await;
    let roster = async || {
        let mut work = world.write(&home).await;
        work.tx.members().lock_roster(user).await.unwrap()
    };
    let knows = |actor| Roster { actor, owners: 1 };
    assert_eq!(roster().await, knows(Policy::NOTHING));
    let definition = world.define(&home, "recruiter", "*:members").await;
    assert_eq!(roster().await, knows(definition.policy()));
    set_role(world, &home, user, Role::Developer).await;
    assert_eq!(roster().await, knows(Role::Developer.policy(None)));
}

pub async fn a_definition_that_cannot_be_read_grants_nothing_and_is_no_error(world: &World) {
    let home = world.organisation().await;
    let developer = world.member(&home, Role::Developer).await;
    let issued = world.api_key(&home, developer).await;
    let definition = world.define(&home, "developer", "*:projects").await;
    world
        .tamper("UPDATE roles SET grants = 'read:projects update:projects[!]'")
        .await;
    assert_eq!(may(world, &home, developer).await, [false, false]);
    let got = verdict(world, &issued.credential(), home.id(), READ).await;
    let (need, actor) = (READ, Actor::ApiKey(issued.key.id));
    assert_eq!(got, Err(AccessDenied::Missing { need, actor }));
    let mut work = world.write(&home).await;
    let roster = work.tx.members().lock_roster(developer).await.unwrap();
    assert_eq!(roster.actor, Policy::NOTHING);

    // It can be seen, and replaced.
    let roles = work.tx.roles();
    let stored = roles.find(&Role::Developer).await.unwrap().unwrap();
    assert_eq!(stored.grants, Grants::default());
    let repaired = granting(&definition, "read:projects");
    roles.update(&repaired).await.unwrap();
    work.done().await;
    assert_eq!(may(world, &home, developer).await, [true, false]);
}
