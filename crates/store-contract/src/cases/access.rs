//! Seals: what storage knows about callers, through every door.

use super::projects::BY_AGE;
use crate::{
    walk::{EVERYTHING, first},
    world::{Organisation, START, World, after, terms},
};
use domain::{
    access::{AccessDenied, Actor, Credential, Origin},
    api_key::{KeyDigest, KeyId},
    id::{ProjectId, TenantId, UserId},
    permission::Permission,
    policy::Reach,
    ports::Access,
    project::{ProjectFilter, ProjectSort, ProjectStatus},
    role::Role,
};

const READ: Permission = Permission::ReadProjects;
const WRITE: Permission = Permission::UpdateProjects;

/// What all four doors say to a caller, which has to be the same.
pub(super) async fn verdict(
    world: &World,
    caller: &Credential,
    tenant: TenantId,
    need: Permission,
) -> Result<Actor, AccessDenied> {
    verdict_on(world, caller, tenant, need, START.into()).await
}

/// The same at any time, from any address.
pub(super) async fn verdict_on(
    world: &World,
    caller: &Credential,
    tenant: TenantId,
    need: Permission,
    origin: Origin,
) -> Result<Actor, AccessDenied> {
    let (store, mut verdicts) = (world.store(), Vec::new());
    for access in [Access::Read, Access::Write] {
        let sealed = store.begin(caller, tenant, access).await.unwrap();
        verdicts.push(sealed.open(need, origin.clone()).map(|(scope, _)| scope));
    }
    let any = ProjectId::from_uuid(world.uuid());
    let sealed = store.project(caller, tenant, any).await.unwrap();
    verdicts.push(sealed.open(need, origin.clone()).map(|(scope, _)| scope));
    let sealed = store.projects(caller, tenant, &BY_AGE, &EVERYTHING);
    let opened = sealed.await.unwrap().open(need, origin.clone());
    verdicts.push(opened.map(|(scope, _)| scope));

    assert!(
        verdicts.iter().all(|verdict| *verdict == verdicts[0]),
        "the doors disagree: {verdicts:?}"
    );
    let scope = verdicts.remove(0)?;
    assert_eq!((scope.tenant(), scope.origin()), (tenant, &origin));
    Ok(scope.actor())
}

pub(super) async fn set_role(world: &World, home: &Organisation, user: UserId, role: Role) {
    let mut work = world.write(home).await;
    let members = work.tx.members();
    let mut member = members.find(user).await.unwrap().unwrap();
    assert!(member.membership.change_role(role, after(1)));
    members.set_role(&member.membership).await.unwrap();
    work.done().await;
}

async fn remove(world: &World, home: &Organisation, user: UserId, role: Role) {
    let mut work = world.write(home).await;
    work.tx.members().remove(user, &role).await.unwrap();
    work.done().await;
}

pub async fn a_member_is_let_in_exactly_as_far_as_the_role_goes(world: &World) {
    let home = world.organisation().await;
    for role in Role::BUILT_IN {
        let user = world.member(&home, role.clone()).await;
        let caller = Credential::User(user);
        for need in Permission::ALL {
            let (need, actor) = (*need, Actor::User(user));
            let expected = if role.policy(None).reach(need) == Reach::Everything {
                Ok(actor)
            } else {
                Err(AccessDenied::Missing { need, actor })
            };
            let got = verdict(world, &caller, home.id(), need).await;
            assert_eq!(got, expected, "{role:?} {need:?}");
        }
    }
}

pub async fn a_stranger_cannot_tell_an_organisation_from_none(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let nowhere = TenantId::from_uuid(world.uuid());
    for user in [world.user().await, other.owner] {
        let caller = Credential::User(user);
        for tenant in [home.id(), nowhere] {
            let got = verdict(world, &caller, tenant, READ).await;
            assert_eq!(got, Err(AccessDenied::Stranger));
        }
    }
}

pub async fn an_unknown_user_is_nobody(world: &World) {
    let home = world.organisation().await;
    let caller = Credential::User(UserId::from_uuid(world.uuid()));
    let got = verdict(world, &caller, home.id(), READ).await;
    assert_eq!(got, Err(AccessDenied::Unauthenticated));
}

pub async fn an_inactive_member_is_nobody(world: &World) {
    let (home, mut account) = (world.organisation().await, world.newcomer());
    account.user.is_active = false;
    world.register(&account).await.unwrap();
    let user = account.user.id;
    let membership = world.membership(home.id(), user, Role::Owner, START);
    let mut work = world.write(&home).await;
    work.tx.members().insert(&membership).await.unwrap();
    work.done().await;
    let issued = world.api_key(&home, user).await;

    let got = verdict(world, &Credential::User(user), home.id(), READ).await;
    assert_eq!(got, Err(AccessDenied::Unauthenticated));
    let got = verdict(world, &issued.credential(), home.id(), READ).await;
    let (need, actor) = (READ, Actor::ApiKey(issued.key.id));
    assert_eq!(got, Err(AccessDenied::Missing { need, actor }));
}

pub async fn a_changed_or_removed_member_is_judged_by_what_is_true_now(world: &World) {
    let home = world.organisation().await;
    let user = world.member(&home, Role::Member).await;
    let caller = Credential::User(user);
    set_role(world, &home, user, Role::Viewer).await;
    let got = verdict(world, &caller, home.id(), WRITE).await;
    let (need, actor) = (WRITE, Actor::User(user));
    assert_eq!(got, Err(AccessDenied::Missing { need, actor }));
    set_role(world, &home, user, Role::Admin).await;
    let need = Permission::UpdateMembers;
    let got = verdict(world, &caller, home.id(), need).await;
    assert_eq!(got, Ok(Actor::User(user)));
    remove(world, &home, user, Role::Admin).await;
    let got = verdict(world, &caller, home.id(), READ).await;
    assert_eq!(got, Err(AccessDenied::Stranger));
}

pub async fn a_key_is_let_in_within_its_scopes(world: &World) {
    let home = world.organisation().await;
    let both = world.api_key(&home, home.owner).await;
    let scopes = [READ].into_iter().collect();
    let reader = world.unissued(&home, home.owner, terms("reader", scopes), START);
    world.issue(&home, &reader).await;

    for (issued, need, let_in) in [
        (&both, READ, true),
        (&both, WRITE, true),
        (&both, Permission::ReadOrganisation, false),
        (&reader, READ, true),
        (&reader, WRITE, false),
    ] {
        let actor = Actor::ApiKey(issued.key.id);
        let expected = if let_in {
            Ok(actor)
        } else {
            Err(AccessDenied::Missing { need, actor })
        };
        let got = verdict(world, &issued.credential(), home.id(), need).await;
        assert_eq!(got, expected, "{need:?}");
    }
}

pub async fn an_unknown_or_forged_key_is_nobody(world: &World) {
    let home = world.organisation().await;
    let secret = world.api_key(&home, home.owner).await.secret;
    let mut bytes = *secret.digest.as_bytes();
    bytes[31] ^= 1;
    let unknown = KeyId::parse(&"Z".repeat(KeyId::CHARS)).unwrap();
    for (key_id, digest) in [
        (unknown, secret.digest),
        (secret.key_id.clone(), KeyDigest::new(bytes)),
    ] {
        let caller = Credential::ApiKey { key_id, digest };
        let got = verdict(world, &caller, home.id(), READ).await;
        assert_eq!(got, Err(AccessDenied::Unauthenticated));
    }
}

pub async fn a_revoked_key_is_nobody_on_the_next_request(world: &World) {
    let home = world.organisation().await;
    let mut issued = world.api_key(&home, home.owner).await;
    issued.key.revoke(after(1));
    let mut work = world.write(&home).await;
    work.tx.api_keys().revoke(&issued.key).await.unwrap();
    work.done().await;
    let got = verdict(world, &issued.credential(), home.id(), READ).await;
    assert_eq!(got, Err(AccessDenied::Unauthenticated));
}

pub async fn a_key_is_a_stranger_everywhere_but_at_home(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let issued = world.api_key(&home, home.owner).await;
    let nowhere = TenantId::from_uuid(world.uuid());
    for tenant in [other.id(), nowhere] {
        let got = verdict(world, &issued.credential(), tenant, READ).await;
        assert_eq!(got, Err(AccessDenied::Stranger));
    }
}

pub async fn a_key_never_exceeds_its_creator(world: &World) {
    let home = world.organisation().await;
    let creator = world.member(&home, Role::Admin).await;
    let issued = world.api_key(&home, creator).await;
    let (caller, key) = (issued.credential(), Actor::ApiKey(issued.key.id));

    set_role(world, &home, creator, Role::Viewer).await;
    let got = verdict(world, &caller, home.id(), READ).await;
    assert_eq!(got, Ok(key));
    let got = verdict(world, &caller, home.id(), WRITE).await;
    let (need, actor) = (WRITE, key);
    assert_eq!(got, Err(AccessDenied::Missing { need, actor }));

    remove(world, &home, creator, Role::Viewer).await;
    let got = verdict(world, &caller, home.id(), READ).await;
    let need = READ;
    assert_eq!(got, Err(AccessDenied::Missing { need, actor }));
}

pub async fn the_hot_reads_see_what_the_repository_sees(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.project(&other, "Theirs").await;
    let gone = world.project(&home, "Gone").await;
    let mut ids = vec![theirs.id(), gone.id(), ProjectId::from_uuid(world.uuid())];
    for name in ["Apollo", "gemini", "Ärger", "Mercury"] {
        ids.push(world.project(&home, name).await.id());
    }
    let mut work = world.write(&home).await;
    work.tx.projects().delete(&gone, after(1)).await.unwrap();
    work.done().await;

    let issued = world.api_key(&home, home.owner).await;
    let viewer = world.member(&home, Role::Viewer).await;
    for caller in [Credential::User(viewer), issued.credential()] {
        for id in &ids {
            let hot = world.store().project(&caller, home.id(), *id).await;
            let (_, hot) = hot.unwrap().open(READ, START).unwrap();
            let mut work = world.enter(&caller, home.id(), Access::Read, READ).await;
            let plain = work.tx.projects().find(*id).await.unwrap();
            assert_eq!(hot, plain);
            assert_eq!(hot.is_some(), ids[3..].contains(id));
        }
        assert_lists_agree(world, &caller, home.id()).await;
    }
}

async fn assert_lists_agree(world: &World, caller: &Credential, tenant: TenantId) {
    for sort_by in ProjectSort::ALL {
        for (descending, status) in [(false, None), (true, Some(ProjectStatus::Active))] {
            let filter = ProjectFilter {
                status,
                name: None,
                created_by: None,
                sort_by: *sort_by,
                descending,
            };
            for page in [first(2), EVERYTHING.clone()] {
                let hot = world.store().projects(caller, tenant, &filter, &page).await;
                let (_, hot) = hot.unwrap().open(READ, START).unwrap();
                let mut work = world.enter(caller, tenant, Access::Read, READ).await;
                let plain = work.tx.projects().list(&filter, &page).await.unwrap();
                assert_eq!(hot, plain);
                assert_eq!(hot.total, Some(4));
            }
        }
    }
}
