//! API keys of an organisation.

use crate::{
    walk::assert_walks,
    world::{IssuedKey, Organisation, START, World, after, assert_foreign, assert_stale, terms},
};
use domain::{
    api_key::{ApiKey, KeyTerms},
    id::ApiKeyId,
    network::AddressList,
    permission::PermissionSet,
    ports::KeyUse,
    role::Role,
    text::ApiKeyDescription,
};
use time::OffsetDateTime;

async fn found(world: &World, home: &Organisation, id: ApiKeyId) -> Option<ApiKey> {
    let mut work = world.read(home).await;
    work.tx.api_keys().find(id).await.unwrap()
}

async fn last_used(
    world: &World,
    home: &Organisation,
    issued: &IssuedKey,
) -> Option<OffsetDateTime> {
    found(world, home, issued.key.id)
        .await
        .unwrap()
        .last_used_at
}

/// A key that is not stored yet and may do nothing.
fn unissued(world: &World, home: &Organisation, name: &str) -> IssuedKey {
    world.unissued(home, home.owner, terms(name, PermissionSet::EMPTY), START)
}

fn used(issued: &IssuedKey, at: OffsetDateTime) -> KeyUse {
    KeyUse {
        key: issued.key.id,
        at,
        from: None,
    }
}

async fn revoke(world: &World, home: &Organisation, key: &ApiKey, at: OffsetDateTime) -> ApiKey {
    let mut revoked = key.clone();
    assert!(revoked.revoke(at));
    let mut work = world.write(home).await;
    work.tx.api_keys().revoke(&revoked).await.unwrap();
    work.done().await;
    revoked
}

pub async fn every_field_of_a_key_comes_back(world: &World) {
    let home = world.organisation().await;
    let creator = world.member(&home, Role::Admin).await;
    let bounded = KeyTerms {
        description: Some(ApiKeyDescription::parse(" for 'CI' 🤖").unwrap()),
        expires_at: Some(after(1_234_567)),
        allowed_from: Some(AddressList::parse("203.0.113.9 10.0.0.0/8 2001:db8::/32").unwrap()),
        ..terms("déploy 🔑", PermissionSet::ALL)
    };
    let mut full = world.unissued(&home, creator, bounded, START);
    full.key.revoked_at = Some(after(3));
    full.key.last_used_at = Some(after(2));
    full.key.last_used_from = Some("2001:db8::1".parse().unwrap());
    full.key.updated_at = after(4);
    let mut plain = unissued(world, &home, " ");
    plain.key.terms.description = Some(ApiKeyDescription::parse("").unwrap());
    let powerless = unissued(world, &home, "none");
    for issued in [full, plain, powerless] {
        world.issue(&home, &issued).await;
        let stored = found(world, &home, issued.key.id).await;
        assert_eq!(stored, Some(issued.key));
    }
}

pub async fn an_unknown_key_is_not_found(world: &World) {
    let home = world.organisation().await;
    world.api_key(&home, home.owner).await;
    let unknown = ApiKeyId::from_uuid(world.uuid());
    assert_eq!(found(world, &home, unknown).await, None);
}

pub async fn keys_are_listed_newest_first_revoked_ones_included(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    world.api_key(&other, other.owner).await;
    let mut expected = Vec::new();
    for created in [after(3), after(1), after(3), after(2), after(-1)] {
        let terms = terms("deploy", PermissionSet::EMPTY);
        let issued = world.unissued(&home, home.owner, terms, created);
        world.issue(&home, &issued).await;
        expected.push(issued.key);
    }
    expected[3] = revoke(world, &home, &expected[3], after(9)).await;
    expected.sort_by_key(|key| std::cmp::Reverse((key.created_at, key.id)));

    let mut work = world.read(&home).await;
    let keys = work.tx.api_keys();
    assert_walks(&expected, async |page| keys.list(page).await.unwrap()).await;
}

pub async fn a_revocation_is_stored(world: &World) {
    let home = world.organisation().await;
    let (issued, bystander) = (
        world.api_key(&home, home.owner).await,
        world.api_key(&home, home.owner).await,
    );
    let revoked = revoke(world, &home, &issued.key, after(5)).await;
    let stored = found(world, &home, issued.key.id).await.unwrap();
    assert_eq!(stored, revoked);
    assert_eq!(stored.revoked_at, Some(after(5)));
    let untouched = found(world, &home, bystander.key.id).await;
    assert_eq!(untouched, Some(bystander.key));
}

pub async fn revoking_twice_is_stale_and_keeps_the_first_time(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let first = revoke(world, &home, &issued.key, after(5)).await;

    let mut again = issued.key;
    again.revoke(after(6));
    let mut work = world.write(&home).await;
    assert_stale(work.tx.api_keys().revoke(&again).await);
    drop(work);
    assert_eq!(found(world, &home, again.id).await, Some(first));
}

pub async fn revoking_a_key_that_never_was_is_stale(world: &World) {
    let home = world.organisation().await;
    let mut never = unissued(world, &home, "never").key;
    never.revoke(after(1));
    let mut work = world.write(&home).await;
    assert_stale(work.tx.api_keys().revoke(&never).await);
}

pub async fn keys_of_another_organisation_are_out_of_reach(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.api_key(&other, other.owner).await;
    assert_eq!(found(world, &home, theirs.key.id).await, None);

    let mut revoked = theirs.key.clone();
    revoked.revoke(after(1));
    let mut work = world.write(&home).await;
    assert_foreign(work.tx.api_keys().revoke(&revoked).await);
    drop(work);
    let mut disguised = revoked.clone();
    disguised.tenant = home.id();
    let mut work = world.write(&home).await;
    assert_stale(work.tx.api_keys().revoke(&disguised).await);
    drop(work);
    let IssuedKey { key, secret } = unissued(world, &other, "smuggled");
    let mut work = world.write(&home).await;
    assert_foreign(work.tx.api_keys().insert(&key, &secret).await);
    drop(work);

    let untouched = found(world, &other, theirs.key.id).await;
    assert_eq!(untouched, Some(theirs.key));
    assert_eq!(found(world, &other, key.id).await, None);
}

pub async fn dropped_changes_leave_the_keys_as_they_were(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let IssuedKey { key, secret } = unissued(world, &home, "gone");
    let mut revoked = issued.key.clone();
    revoked.revoke(after(1));
    let mut work = world.write(&home).await;
    work.tx.api_keys().insert(&key, &secret).await.unwrap();
    work.tx.api_keys().revoke(&revoked).await.unwrap();
    drop(work);

    assert_eq!(found(world, &home, key.id).await, None);
    let untouched = found(world, &home, issued.key.id).await;
    assert_eq!(untouched, Some(issued.key));
}

pub async fn a_read_refuses_to_change_keys(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let IssuedKey { key, secret } = unissued(world, &home, "gone");
    let mut revoked = issued.key.clone();
    revoked.revoke(after(1));

    let mut work = world.read(&home).await;
    assert!(work.tx.api_keys().insert(&key, &secret).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    assert!(work.tx.api_keys().revoke(&revoked).await.is_err());
    drop(work);
    let untouched = found(world, &home, issued.key.id).await;
    assert_eq!(untouched, Some(issued.key));
    assert_eq!(found(world, &home, key.id).await, None);
}

pub async fn the_latest_use_of_a_key_stays(world: &World) {
    let home = world.organisation().await;
    let (first, second, unused) = (
        world.api_key(&home, home.owner).await,
        world.api_key(&home, home.owner).await,
        world.api_key(&home, home.owner).await,
    );
    for (used, expected) in [
        ([after(20), after(7)], [after(20), after(7)]),
        ([after(10), after(8)], [after(20), after(8)]),
        ([after(30), after(8)], [after(30), after(8)]),
    ] {
        let uses = [self::used(&first, used[0]), self::used(&second, used[1])];
        let store = world.store();
        store.record_key_use(home.id(), &uses).await.unwrap();
        let stored = [
            last_used(world, &home, &first).await,
            last_used(world, &home, &second).await,
        ];
        assert_eq!(stored, expected.map(Some));
    }
    assert_eq!(last_used(world, &home, &unused).await, None);

    let mut work = world.read(&home).await;
    let page = work.tx.api_keys().list(&crate::walk::EVERYTHING);
    let mut listed: Vec<_> = page.await.unwrap().items;
    listed.sort_by_key(|key| key.id);
    let times: Vec<_> = listed.iter().map(|key| key.last_used_at).collect();
    assert_eq!(times, [Some(after(30)), Some(after(8)), None]);
}

pub async fn recording_no_use_changes_nothing(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let store = world.store();
    store.record_key_use(home.id(), &[]).await.unwrap();
    let unknown = [used(&unissued(world, &home, "unknown"), after(1))];
    store.record_key_use(home.id(), &unknown).await.unwrap();
    assert_eq!(last_used(world, &home, &issued).await, None);
}

pub async fn a_use_is_recorded_in_the_keys_own_organisation_only(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.api_key(&other, other.owner).await;
    let uses = [used(&theirs, after(1))];
    let store = world.store();
    store.record_key_use(home.id(), &uses).await.unwrap();
    assert_eq!(last_used(world, &other, &theirs).await, None);
}

pub async fn where_a_key_was_last_used_goes_with_when(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let (here, there) = ("203.0.113.9", "2001:db8::1");
    for (micros, from, expected) in [
        (5, Some(here), Some(here)),
        (4, Some(there), Some(here)),
        (6, Some(there), Some(there)),
        (7, None, None),
    ] {
        let from = from.map(|address| address.parse().unwrap());
        let uses = [KeyUse {
            from,
            ..used(&issued, after(micros))
        }];
        let store = world.store();
        store.record_key_use(home.id(), &uses).await.unwrap();
        let stored = found(world, &home, issued.key.id).await.unwrap();
        let expected = expected.map(|address| address.parse().unwrap());
        assert_eq!(stored.last_used_from, expected, "{micros}");
        assert_eq!(stored.updated_at, issued.key.updated_at);
    }
}
