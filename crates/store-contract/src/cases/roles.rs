//! What organisations say about roles.

use super::concurrency::{assert_one_taken, race};
use crate::world::{Organisation, World, after, assert_foreign, assert_stale, unrecorded};
use domain::{
    policy::Grants,
    ports::{StoreError, Unique},
    role::Role,
    role_definition::RoleDefinition,
    text::RoleDescription,
};

async fn found(world: &World, home: &Organisation, role: &Role) -> Option<RoleDefinition> {
    let mut work = world.read(home).await;
    work.tx.roles().find(role).await.unwrap()
}

async fn listed(world: &World, home: &Organisation) -> Vec<RoleDefinition> {
    let mut work = world.read(home).await;
    work.tx.roles().all().await.unwrap()
}

/// The next version of a definition, granting something else.
pub(super) fn granting(definition: &RoleDefinition, grants: &str) -> RoleDefinition {
    RoleDefinition {
        grants: Grants::parse(grants).unwrap(),
        version: definition.version + 1,
        updated_at: after(1),
        ..definition.clone()
    }
}

pub async fn every_field_of_a_definition_comes_back(world: &World) {
    let home = world.organisation().await;
    let full = RoleDefinition {
        version: 7,
        updated_at: after(1_234_567),
        ..world.undefined(&home, "auditor-2_x", "*:* read:projects update:*[owner]")
    };
    let built_in = RoleDefinition {
        description: Some(RoleDescription::parse("").unwrap()),
        ..world.undefined(&home, "developer", "read:projects")
    };
    let bare = RoleDefinition {
        description: None,
        created_by: None,
        ..world.undefined(&home, "guest", "")
    };
    for definition in [full, built_in, bare] {
        let mut work = world.write(&home).await;
        work.tx.roles().insert(&definition).await.unwrap();
        work.done().await;
        let stored = found(world, &home, &definition.role).await;
        assert_eq!(stored, Some(definition));
    }
    assert_eq!(found(world, &home, &Role::Viewer).await, None);
}

pub async fn definitions_are_told_by_name(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    world.define(&other, "a1", "").await;
    let mut expected = Vec::new();
    for name in [
        "a_b",
        "viewer",
        "ab",
        "a-b",
        "a1",
        "a_a",
        "a-c",
        "developer",
    ] {
        expected.push(world.define(&home, name, "").await);
    }
    expected.sort_by(|one, other| one.role.as_str().cmp(other.role.as_str()));
    assert_eq!(listed(world, &home).await, expected);
}

pub async fn a_role_is_defined_once(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let first = world.define(&home, "auditor", "read:*").await;
    let again = world.undefined(&home, "auditor", "*:*");
    let mut work = world.write(&home).await;
    let error = work.tx.roles().insert(&again).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Taken(Unique::Role)),
        "{error:?}"
    );
    drop(work);
    assert_eq!(listed(world, &home).await, [first]);
    world.define(&other, "auditor", "*:*").await;
}

pub async fn of_two_racing_definitions_of_a_role_one_succeeds(world: &World) {
    let home = world.organisation().await;
    let define = |grants| {
        let (world, home) = (world.clone(), home.clone());
        async move {
            let definition = world.undefined(&home, "auditor", grants);
            let mut work = world.write(&home).await;
            work.tx.roles().insert(&definition).await?;
            work.commit(unrecorded()).await
        }
    };
    let results = race(define("read:*"), define("read:projects")).await;
    assert_one_taken(results, Unique::Role);
}

pub async fn a_changed_definition_is_stored(world: &World) {
    let home = world.organisation().await;
    let definition = world.define(&home, "auditor", "read:*").await;
    let bystander = world.define(&home, "guest", "read:*").await;
    let changed = RoleDefinition {
        description: None,
        ..granting(&definition, "read:projects")
    };
    let mut work = world.write(&home).await;
    work.tx.roles().update(&changed).await.unwrap();
    work.done().await;
    assert_eq!(listed(world, &home).await, [changed, bystander]);
}

pub async fn a_definition_of_a_version_that_is_no_more_is_stale(world: &World) {
    let home = world.organisation().await;
    let definition = world.define(&home, "auditor", "read:*").await;
    let first = granting(&definition, "read:projects");
    let mut work = world.write(&home).await;
    work.tx.roles().update(&first).await.unwrap();
    work.done().await;

    let second = granting(&definition, "*:*");
    let mut work = world.write(&home).await;
    assert_stale(work.tx.roles().update(&second).await);
    drop(work);
    let mut work = world.write(&home).await;
    assert_stale(work.tx.roles().delete(&definition).await);
    drop(work);
    assert_eq!(listed(world, &home).await, [first]);
}

pub async fn a_deleted_definition_is_gone(world: &World) {
    let home = world.organisation().await;
    let definition = world.define(&home, "auditor", "read:*").await;
    let bystander = world.define(&home, "guest", "read:*").await;
    let mut work = world.write(&home).await;
    work.tx.roles().delete(&definition).await.unwrap();
    work.done().await;
    assert_eq!(found(world, &home, &definition.role).await, None);
    assert_eq!(listed(world, &home).await, [bystander]);

    let mut work = world.write(&home).await;
    assert_stale(work.tx.roles().delete(&definition).await);
    drop(work);
    let changed = granting(&definition, "*:*");
    let mut work = world.write(&home).await;
    assert_stale(work.tx.roles().update(&changed).await);
    drop(work);
    world.define(&home, "auditor", "read:projects").await;
}

pub async fn definitions_of_another_organisation_are_out_of_reach(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.define(&other, "auditor", "read:*").await;
    assert_eq!(found(world, &home, &theirs.role).await, None);
    assert_eq!(listed(world, &home).await, []);

    let changed = granting(&theirs, "*:*");
    let smuggled = world.undefined(&other, "guest", "*:*");
    let mut work = world.write(&home).await;
    assert_foreign(work.tx.roles().insert(&smuggled).await);
    assert_foreign(work.tx.roles().update(&changed).await);
    assert_foreign(work.tx.roles().delete(&theirs).await);
    let disguised = |definition: &RoleDefinition| RoleDefinition {
        tenant: home.id(),
        ..definition.clone()
    };
    let (changed, deleted) = (disguised(&changed), disguised(&theirs));
    assert_stale(work.tx.roles().update(&changed).await);
    assert_stale(work.tx.roles().delete(&deleted).await);
    work.done().await;
    assert_eq!(listed(world, &other).await, [theirs]);
}

pub async fn dropped_changes_leave_the_definitions_as_they_were(world: &World) {
    let home = world.organisation().await;
    let (first, second) = (
        world.define(&home, "auditor", "read:*").await,
        world.define(&home, "guest", "").await,
    );
    let mut work = world.write(&home).await;
    let roles = work.tx.roles();
    roles.update(&granting(&first, "*:*")).await.unwrap();
    roles.delete(&second).await.unwrap();
    let third = world.undefined(&home, "never", "");
    roles.insert(&third).await.unwrap();
    drop(work);
    assert_eq!(listed(world, &home).await, [first, second]);
}

pub async fn a_read_refuses_to_change_definitions(world: &World) {
    let home = world.organisation().await;
    let definition = world.define(&home, "auditor", "read:*").await;
    let new = world.undefined(&home, "guest", "");
    let mut work = world.read(&home).await;
    assert!(work.tx.roles().insert(&new).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    let changed = granting(&definition, "*:*");
    assert!(work.tx.roles().update(&changed).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    assert!(work.tx.roles().delete(&definition).await.is_err());
    drop(work);
    assert_eq!(listed(world, &home).await, [definition]);
}
