//! Renaming and rotating API keys.

use super::access::verdict_on;
use crate::world::{
    IssuedKey, Organisation, START, World, after, assert_foreign, assert_stale, terms,
};
use domain::{
    access::{AccessDenied, Actor},
    api_key::{ApiKey, KeyTerms, NewKey},
    permission::{Permission, PermissionSet},
    text::{ApiKeyDescription, ApiKeyName},
};
use time::{Duration, OffsetDateTime};

const OVERLAP: Duration = Duration::HOUR;

async fn found(world: &World, home: &Organisation, key: &ApiKey) -> ApiKey {
    let mut work = world.read(home).await;
    work.tx.api_keys().find(key.id).await.unwrap().unwrap()
}

/// The key with another name, not stored yet.
fn renamed(key: &ApiKey) -> ApiKey {
    let mut renamed = key.clone();
    let (name, description) = (
        ApiKeyName::parse("näme").unwrap(),
        ApiKeyDescription::parse("for CI").unwrap(),
    );
    assert!(renamed.rename(Some(name), Some(Some(description)), after(9)));
    renamed
}

/// Gives a key a new secret, not stored yet.
fn turned(world: &World, key: &ApiKey, overlap: Duration, at: OffsetDateTime) -> (ApiKey, NewKey) {
    let (mut key, secret) = (key.clone(), world.secret());
    key.rotate(&secret, overlap, at).unwrap();
    (key, secret)
}

/// The same, stored.
async fn rotate(
    world: &World,
    home: &Organisation,
    issued: &IssuedKey,
    overlap: Duration,
    at: OffsetDateTime,
) -> IssuedKey {
    let (key, secret) = turned(world, &issued.key, overlap, at);
    let mut work = world.write(home).await;
    work.tx.api_keys().rotate(&key, &secret).await.unwrap();
    work.done().await;
    IssuedKey { key, secret }
}

/// Whether a secret counts.
async fn counts(world: &World, home: &Organisation, of: &IssuedKey, at: OffsetDateTime) -> bool {
    let (caller, need) = (of.credential(), Permission::ReadProjects);
    match verdict_on(world, &caller, home.id(), need, at.into()).await {
        Ok(actor) => {
            assert_eq!(actor, Actor::ApiKey(of.key.id));
            true
        }
        Err(denied) => {
            assert_eq!(denied, AccessDenied::Unauthenticated);
            false
        }
    }
}

pub async fn a_new_name_and_description_are_stored(world: &World) {
    let home = world.organisation().await;
    let (issued, bystander) = (
        world.api_key(&home, home.owner).await,
        world.api_key(&home, home.owner).await,
    );
    let mut changed = renamed(&issued.key);
    for description in [changed.terms.description.clone(), None] {
        changed.terms.description = description;
        let mut work = world.write(&home).await;
        work.tx.api_keys().rename(&changed).await.unwrap();
        work.done().await;
        assert_eq!(found(world, &home, &issued.key).await, changed);
    }
    let untouched = found(world, &home, &bystander.key).await;
    assert_eq!(untouched, bystander.key);
}

pub async fn a_new_secret_takes_the_place_of_the_one_before(world: &World) {
    let home = world.organisation().await;
    let (first, bystander) = (
        world.api_key(&home, home.owner).await,
        world.api_key(&home, home.owner).await,
    );
    let second = rotate(world, &home, &first, OVERLAP, START).await;
    assert_eq!(found(world, &home, &first.key).await, second.key);
    let untouched = found(world, &home, &bystander.key).await;
    assert_eq!(untouched, bystander.key);

    let end = START + OVERLAP;
    for (at, old) in [
        (START, true),
        (end - Duration::MICROSECOND, true),
        (end, false),
        (end + Duration::DAY, false),
    ] {
        assert_eq!(counts(world, &home, &first, at).await, old, "{at}");
        assert!(counts(world, &home, &second, at).await, "{at}");
        assert!(counts(world, &home, &bystander, at).await, "{at}");
    }
}

pub async fn a_digest_counts_with_its_own_key_id_only(world: &World) {
    let home = world.organisation().await;
    let first = world.api_key(&home, home.owner).await;
    let second = rotate(world, &home, &first, OVERLAP, START).await;
    for (id, digest) in [(&first, &second), (&second, &first)] {
        let secret = NewKey {
            digest: digest.secret.digest,
            ..id.secret.clone()
        };
        let (key, mixed) = (id.key.clone(), secret);
        let mixed = IssuedKey { key, secret: mixed };
        assert!(!counts(world, &home, &mixed, START).await);
    }
}

pub async fn without_an_overlap_the_secret_before_stops_at_once(world: &World) {
    let home = world.organisation().await;
    let first = world.api_key(&home, home.owner).await;
    let second = rotate(world, &home, &first, Duration::ZERO, START).await;
    assert!(!counts(world, &home, &first, START).await);
    assert!(counts(world, &home, &second, START).await);
}

pub async fn a_second_rotation_ends_the_first_secret_at_once(world: &World) {
    let home = world.organisation().await;
    let first = world.api_key(&home, home.owner).await;
    let second = rotate(world, &home, &first, OVERLAP, START).await;
    let third = rotate(world, &home, &second, OVERLAP, after(1)).await;
    assert!(!counts(world, &home, &first, after(1)).await);
    assert!(counts(world, &home, &second, after(1)).await);
    assert!(counts(world, &home, &third, after(1)).await);
}

pub async fn both_secrets_end_with_the_key(world: &World) {
    let home = world.organisation().await;
    let expiring = KeyTerms {
        expires_at: Some(after(10)),
        ..terms("expiring", PermissionSet::ALL)
    };
    let first = world.unissued(&home, home.owner, expiring, START);
    world.issue(&home, &first).await;
    let second = rotate(world, &home, &first, OVERLAP, START).await;
    for secret in [&first, &second] {
        assert!(counts(world, &home, secret, after(9)).await);
        assert!(!counts(world, &home, secret, after(10)).await);
    }

    let first = world.api_key(&home, home.owner).await;
    let second = rotate(world, &home, &first, OVERLAP, START).await;
    let mut revoked = second.key.clone();
    assert!(revoked.revoke(after(1)));
    let mut work = world.write(&home).await;
    work.tx.api_keys().revoke(&revoked).await.unwrap();
    work.done().await;
    for secret in [&first, &second] {
        assert!(!counts(world, &home, secret, after(2)).await);
    }
}

pub async fn rotating_a_key_that_is_revoked_or_gone_is_stale(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let (turned, secret) = turned(world, &issued.key, OVERLAP, START);
    let mut revoked = issued.key.clone();
    assert!(revoked.revoke(after(1)));
    let mut work = world.write(&home).await;
    work.tx.api_keys().revoke(&revoked).await.unwrap();
    work.done().await;
    let mut work = world.write(&home).await;
    assert_stale(work.tx.api_keys().rotate(&turned, &secret).await);
    drop(work);
    assert_eq!(found(world, &home, &issued.key).await, revoked);

    let never = terms("never", PermissionSet::EMPTY);
    let IssuedKey { key, secret } = world.unissued(&home, home.owner, never, START);
    let mut work = world.write(&home).await;
    assert_stale(work.tx.api_keys().rotate(&key, &secret).await);
    assert_stale(work.tx.api_keys().rename(&key).await);
}

pub async fn another_organisations_keys_are_neither_renamed_nor_rotated(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let theirs = world.api_key(&other, other.owner).await;
    let (mut turned, secret) = turned(world, &theirs.key, OVERLAP, START);
    let mut changed = renamed(&theirs.key);
    let mut work = world.write(&home).await;
    assert_foreign(work.tx.api_keys().rotate(&turned, &secret).await);
    assert_foreign(work.tx.api_keys().rename(&changed).await);
    (turned.tenant, changed.tenant) = (home.id(), home.id());
    assert_stale(work.tx.api_keys().rotate(&turned, &secret).await);
    assert_stale(work.tx.api_keys().rename(&changed).await);
    work.done().await;
    assert_eq!(found(world, &other, &theirs.key).await, theirs.key);
    assert!(counts(world, &other, &theirs, START).await);
}

pub async fn a_key_is_as_it_was_after_a_dropped_change_and_a_refused_one(world: &World) {
    let home = world.organisation().await;
    let issued = world.api_key(&home, home.owner).await;
    let (turned, secret) = turned(world, &issued.key, OVERLAP, START);
    let changed = renamed(&issued.key);
    let mut work = world.write(&home).await;
    work.tx.api_keys().rename(&changed).await.unwrap();
    work.tx.api_keys().rotate(&turned, &secret).await.unwrap();
    drop(work);
    let mut work = world.read(&home).await;
    assert!(work.tx.api_keys().rename(&changed).await.is_err());
    drop(work);
    let mut work = world.read(&home).await;
    let rotated = work.tx.api_keys().rotate(&turned, &secret).await;
    assert!(rotated.is_err());
    drop(work);

    assert_eq!(found(world, &home, &issued.key).await, issued.key);
    assert!(counts(world, &home, &issued, START).await);
    let key = turned;
    assert!(!counts(world, &home, &IssuedKey { key, secret }, START).await);
}
