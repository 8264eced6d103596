//! Members of an organisation.

use crate::{
    walk::assert_walks,
    world::{Organisation, World, after, assert_foreign, assert_stale},
};
use domain::{
    id::UserId,
    membership::{Member, Membership, Roster},
    policy::Policy,
    ports::{StoreError, Unique},
    role::Role,
};

async fn found(world: &World, home: &Organisation, user: UserId) -> Option<Member> {
    let mut work = world.read(home).await;
    work.tx.members().find(user).await.unwrap()
}

async fn add(world: &World, home: &Organisation, membership: &Membership) {
    let mut work = world.write(home).await;
    work.tx.members().insert(membership).await.unwrap();
    work.done().await;
}

pub async fn a_member_of_every_role_is_found_with_the_user(world: &World) {
    let home = world.organisation().await;
    let custom = Role::parse("auditor").unwrap();
    for role in Role::BUILT_IN.into_iter().chain([custom]) {
        let account = world.newcomer();
        world.register(&account).await.unwrap();
        let user = account.user;
        let mut membership = world.membership(home.id(), user.id, role, after(3));
        membership.updated_at = after(4);
        add(world, &home, &membership).await;
        let expected = Member {
            membership,
            user: user.clone(),
        };
        assert_eq!(found(world, &home, user.id).await, Some(expected));
    }
}

pub async fn whoever_is_not_a_member_is_not_found(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    assert_eq!(found(world, &home, other.owner).await, None);
    assert_eq!(found(world, &home, world.user().await).await, None);
}

pub async fn members_are_listed_oldest_first(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    world.member(&other, Role::Member).await;
    let mut expected = vec![found(world, &home, home.owner).await.unwrap()];
    for joined in [after(9), after(1), after(5), after(5), after(1), after(-1)] {
        let user = world.user().await;
        let membership = world.membership(home.id(), user, Role::Viewer, joined);
        add(world, &home, &membership).await;
        expected.push(found(world, &home, user).await.unwrap());
    }
    expected.sort_by_key(|member| (member.membership.created_at, member.membership.id));

    let mut work = world.read(&home).await;
    let members = work.tx.members();
    assert_walks(&expected, async |page| members.list(page).await.unwrap()).await;
}

pub async fn a_user_is_a_member_once(world: &World) {
    let home = world.organisation().await;
    let again = world.membership(home.id(), home.owner, Role::Viewer, after(1));
    let mut work = world.write(&home).await;
    let error = work.tx.members().insert(&again).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Taken(Unique::Membership)),
        "{error:?}"
    );
    drop(work);
    let member = found(world, &home, home.owner).await.unwrap();
    assert_eq!(member.membership.role, Role::Owner);
}

pub async fn a_user_may_belong_to_two_organisations_in_two_roles(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let membership = world.membership(home.id(), other.owner, Role::Viewer, after(1));
    add(world, &home, &membership).await;

    let here = found(world, &home, other.owner).await.unwrap();
    let there = found(world, &other, other.owner).await.unwrap();
    assert_eq!(here.membership, membership);
    assert_eq!(there.membership.role, Role::Owner);
}

pub async fn a_changed_role_is_stored(world: &World) {
    let home = world.organisation().await;
    let user = world.member(&home, Role::Member).await;
    let bystander = world.member(&home, Role::Member).await;
    let mut member = found(world, &home, user).await.unwrap();
    assert!(member.membership.change_role(Role::Admin, after(7)));
    let mut work = world.write(&home).await;
    let members = work.tx.members();
    members.set_role(&member.membership).await.unwrap();
    work.done().await;

    assert_eq!(found(world, &home, user).await, Some(member));
    let bystander = found(world, &home, bystander).await.unwrap();
    assert_eq!(bystander.membership.role, Role::Member);
}

pub async fn a_removed_member_is_gone(world: &World) {
    let home = world.organisation().await;
    let user = world.member(&home, Role::Member).await;
    let bystander = world.member(&home, Role::Member).await;
    let mut work = world.write(&home).await;
    let members = work.tx.members();
    members.remove(user, &Role::Member).await.unwrap();
    work.done().await;

    assert_eq!(found(world, &home, user).await, None);
    assert!(found(world, &home, bystander).await.is_some());
    let again = world.membership(home.id(), user, Role::Viewer, after(8));
    add(world, &home, &again).await;
    let member = found(world, &home, user).await.unwrap();
    assert_eq!(member.membership, again);
}

pub async fn changing_or_removing_someone_who_is_gone_is_stale(world: &World) {
    let home = world.organisation().await;
    let gone = world.membership(home.id(), world.user().await, Role::Member, after(1));
    let mut work = world.write(&home).await;
    assert_stale(work.tx.members().set_role(&gone).await);
    drop(work);
    let mut work = world.write(&home).await;
    assert_stale(work.tx.members().remove(gone.user, &gone.role).await);
}

pub async fn removing_someone_in_another_role_is_stale(world: &World) {
    let home = world.organisation().await;
    let user = world.member(&home, Role::Admin).await;
    let mut work = world.write(&home).await;
    assert_stale(work.tx.members().remove(user, &Role::Member).await);
    drop(work);
    assert!(found(world, &home, user).await.is_some());
}

pub async fn the_roster_counts_owners_and_knows_the_actor(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let admin = world.member(&home, Role::Admin).await;
    world.member(&home, Role::Owner).await;
    world.member(&other, Role::Owner).await;
    for (user, actor) in [
        (home.owner, Role::Owner.policy(None)),
        (admin, Role::Admin.policy(None)),
        (other.owner, Policy::NOTHING),
    ] {
        let mut work = world.write(&home).await;
        let roster = work.tx.members().lock_roster(user).await.unwrap();
        assert_eq!(roster, Roster { actor, owners: 2 });
    }
}

pub async fn members_of_another_organisation_are_out_of_reach(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.member(&other, Role::Member).await;
    let before = found(world, &other, theirs).await.unwrap();

    let mut foreign = before.membership.clone();
    foreign.change_role(Role::Viewer, after(1));
    let mut work = world.write(&home).await;
    assert_foreign(work.tx.members().set_role(&foreign).await);
    drop(work);
    let mut work = world.write(&home).await;
    assert_stale(work.tx.members().remove(theirs, &Role::Member).await);
    drop(work);
    let mut work = world.write(&home).await;
    let smuggled = world.membership(other.id(), home.owner, Role::Owner, after(1));
    assert_foreign(work.tx.members().insert(&smuggled).await);
    drop(work);

    assert_eq!(found(world, &other, theirs).await, Some(before));
    assert_eq!(found(world, &other, home.owner).await, None);
}

pub async fn dropped_changes_leave_the_members_as_they_were(world: &World) {
    let home = world.organisation().await;
    let (user, newcomer) = (world.member(&home, Role::Member).await, world.user().await);
    let mut changed = found(world, &home, user).await.unwrap().membership;
    changed.change_role(Role::Owner, after(1));
    let mut work = world.write(&home).await;
    let members = work.tx.members();
    members.set_role(&changed).await.unwrap();
    members.remove(home.owner, &Role::Owner).await.unwrap();
    let joining = world.membership(home.id(), newcomer, Role::Admin, after(1));
    members.insert(&joining).await.unwrap();
    drop(work);

    let role = async |user| {
        let member = found(world, &home, user).await;
        member.map(|member| member.membership.role)
    };
    assert_eq!(role(user).await, Some(Role::Member));
    assert_eq!(role(home.owner).await, Some(Role::Owner));
    assert_eq!(role(newcomer).await, None);
}

pub async fn a_read_refuses_to_change_members(world: &World) {
    let home = world.organisation().await;
    let (user, newcomer) = (world.member(&home, Role::Member).await, world.user().await);
    let mut changed = found(world, &home, user).await.unwrap().membership;
    changed.change_role(Role::Owner, after(1));
    let joining = world.membership(home.id(), newcomer, Role::Admin, after(1));

    let mut work = world.read(&home).await;
    assert!(work.tx.members().set_role(&changed).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    assert!(work.tx.members().remove(user, &Role::Member).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    assert!(work.tx.members().insert(&joining).await.is_err());
    drop(work);
    let member = found(world, &home, user).await.unwrap();
    assert_eq!(member.membership.role, Role::Member);
    assert_eq!(found(world, &home, newcomer).await, None);
}

pub async fn the_holders_of_a_role_are_told_oldest_first_and_no_more_than_asked_for(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let auditor = Role::parse("auditor").unwrap();
    world.member(&other, auditor.clone()).await;
    world.member(&home, Role::Viewer).await;
    let mut expected = Vec::new();
    for joined in [after(3), after(1), after(3), after(2)] {
        let user = world.user().await;
        let membership = world.membership(home.id(), user, auditor.clone(), joined);
        add(world, &home, &membership).await;
        expected.push(found(world, &home, user).await.unwrap());
    }
    expected.sort_by_key(|member| (member.membership.created_at, member.membership.id));

    let mut work = world.read(&home).await;
    let members = work.tx.members();
    assert_eq!(members.holding(&auditor, 10).await.unwrap(), expected);
    assert_eq!(members.holding(&auditor, 3).await.unwrap(), expected[..3]);
    assert_eq!(members.holders(&auditor).await.unwrap(), 4);
    assert_eq!(members.holders(&Role::Developer).await.unwrap(), 0);
    let nobody = members.holding(&Role::Developer, 10).await.unwrap();
    assert_eq!(nobody, []);
}
