//! Idempotency keys.

use crate::world::{Organisation, START, World, after, unrecorded};
use domain::{
    access::Credential,
    id::{TenantId, UserId},
    idempotency::{Claim, IdempotencyKey, StoredOutcome},
    permission::Permission,
    ports::Access,
    role::Role,
};
use time::{Duration, OffsetDateTime};

pub(super) fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey {
        key: key.to_owned(),
        operation: "POST /projects".to_owned(),
        fingerprint: [1; 32],
        keep: Duration::HOUR,
    }
}

pub(super) fn outcome(text: &str) -> StoredOutcome {
    StoredOutcome(text.to_owned())
}

/// Claims in an organisation as a user and, where the key is fresh, completes it.
pub(super) async fn attempt(
    world: &World,
    (tenant, user): (TenantId, UserId),
    key: &IdempotencyKey,
    now: OffsetDateTime,
    answer: &str,
) -> Claim {
    let (caller, need) = (Credential::User(user), Permission::UpdateProjects);
    let mut work = world.enter(&caller, tenant, Access::Write, need).await;
    let (actor, records) = (user.as_uuid(), work.tx.idempotency());
    let claim = records.claim(actor, key, now).await.unwrap();
    if claim == Claim::Fresh {
        let answer = outcome(answer);
        records.complete(actor, key, &answer).await.unwrap();
        work.done().await;
    }
    claim
}

/// The same outside all organisations.
async fn attempt_outside(
    world: &World,
    user: UserId,
    key: &IdempotencyKey,
    now: OffsetDateTime,
    answer: &str,
) -> Claim {
    let mut tx = world.platform(Some(user), Access::Write).await;
    let (actor, records) = (user.as_uuid(), tx.idempotency());
    let claim = records.claim(actor, key, now).await.unwrap();
    if claim == Claim::Fresh {
        let answer = outcome(answer);
        records.complete(actor, key, &answer).await.unwrap();
        tx.commit(user, &now.into(), unrecorded()).await.unwrap();
    }
    claim
}

fn owner(home: &Organisation) -> (TenantId, UserId) {
    (home.id(), home.owner)
}

pub async fn a_repeated_key_replays_the_first_outcome(world: &World) {
    let home = world.organisation().await;
    let (key, text) = (
        key("Ünïcode 🔑 '\"\\ %"),
        "{\"a\" : 1,\n \"b\":\"é🚀\\u0001\"} ",
    );
    let first = attempt(world, owner(&home), &key, START, text).await;
    assert_eq!(first, Claim::Fresh);
    for micros in [0, 1, 3_599_999_999] {
        let again = attempt(world, owner(&home), &key, after(micros), "other").await;
        assert_eq!(again, Claim::Replay(outcome(text)));
    }
}

pub async fn a_key_with_another_body_is_a_mismatch(world: &World) {
    let home = world.organisation().await;
    attempt(world, owner(&home), &key("k"), START, "first").await;
    let mut other = key("k");
    other.fingerprint[31] = 2;
    let claim = attempt(world, owner(&home), &other, START, "other").await;
    assert_eq!(claim, Claim::Mismatch);
    let claim = attempt(world, owner(&home), &key("k"), START, "again").await;
    assert_eq!(claim, Claim::Replay(outcome("first")));
}

pub async fn a_key_belongs_to_its_text_its_operation_its_actor_and_its_organisation(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let colleague = world.member(&home, Role::Member).await;
    let both = world.membership(other.id(), home.owner, Role::Owner, START);
    let mut work = world.write(&other).await;
    work.tx.members().insert(&both).await.unwrap();
    work.done().await;

    let mut elsewhere = key("k");
    "POST /keys".clone_into(&mut elsewhere.operation);
    let scopes = [
        (owner(&home), key("k")),
        (owner(&home), key("K")),
        (owner(&home), key("k ")),
        (owner(&home), elsewhere),
        ((home.id(), colleague), key("k")),
        ((other.id(), home.owner), key("k")),
    ];
    for (n, (who, key)) in scopes.iter().enumerate() {
        let claim = attempt(world, *who, key, START, &n.to_string()).await;
        assert_eq!(claim, Claim::Fresh, "{n}");
    }
    for (n, (who, key)) in scopes.iter().enumerate() {
        let claim = attempt(world, *who, key, START, "again").await;
        assert_eq!(claim, Claim::Replay(outcome(&n.to_string())), "{n}");
    }
}

pub async fn an_expired_key_is_fresh_again(world: &World) {
    let home = world.organisation().await;
    attempt(world, owner(&home), &key("k"), START, "first").await;
    let mut changed = key("k");
    changed.fingerprint = [2; 32];
    let later = START + Duration::HOUR + Duration::SECOND;
    let claim = attempt(world, owner(&home), &changed, later, "second").await;
    assert_eq!(claim, Claim::Fresh);
    let claim = attempt(world, owner(&home), &changed, later, "third").await;
    assert_eq!(claim, Claim::Replay(outcome("second")));
}

pub async fn a_dropped_claim_leaves_the_key_free(world: &World) {
    let home = world.organisation().await;
    let actor = home.owner.as_uuid();
    let mut work = world.write(&home).await;
    let records = work.tx.idempotency();
    let claim = records.claim(actor, &key("k"), START).await.unwrap();
    assert_eq!(claim, Claim::Fresh);
    let lost = outcome("lost");
    records.complete(actor, &key("k"), &lost).await.unwrap();
    drop(work);

    let mut other = key("k");
    other.fingerprint = [2; 32];
    let claim = attempt(world, owner(&home), &other, START, "kept").await;
    assert_eq!(claim, Claim::Fresh);
}

pub async fn a_read_refuses_to_claim(world: &World) {
    let home = world.organisation().await;
    let mut work = world.read(&home).await;
    let records = work.tx.idempotency();
    let claim = records.claim(home.owner.as_uuid(), &key("k"), START).await;
    assert!(claim.is_err(), "{claim:?}");
}

pub async fn a_key_outside_organisations_belongs_to_its_user(world: &World) {
    let (user, other) = (world.user().await, world.user().await);
    for (who, answer) in [(user, "mine"), (other, "theirs")] {
        let claim = attempt_outside(world, who, &key("k"), START, answer).await;
        assert_eq!(claim, Claim::Fresh);
    }
    for (who, answer) in [(user, "mine"), (other, "theirs")] {
        let claim = attempt_outside(world, who, &key("k"), START, "again").await;
        assert_eq!(claim, Claim::Replay(outcome(answer)));
    }
    let mut changed = key("k");
    changed.fingerprint = [2; 32];
    let claim = attempt_outside(world, user, &changed, START, "again").await;
    assert_eq!(claim, Claim::Mismatch);
    let later = START + Duration::HOUR + Duration::SECOND;
    let claim = attempt_outside(world, user, &changed, later, "second").await;
    assert_eq!(claim, Claim::Fresh);
}

pub async fn keys_outside_and_inside_organisations_are_apart(world: &World) {
    let home = world.organisation().await;
    let claim = attempt_outside(world, home.owner, &key("k"), START, "outside").await;
    assert_eq!(claim, Claim::Fresh);
    let claim = attempt(world, owner(&home), &key("k"), START, "inside").await;
    assert_eq!(claim, Claim::Fresh);
    let claim = attempt_outside(world, home.owner, &key("k"), START, "again").await;
    assert_eq!(claim, Claim::Replay(outcome("outside")));
}

/// The founding of an organisation completes its key before the organisation is entered.
pub async fn an_outcome_from_before_entering_commits_with_the_organisation(world: &World) {
    let (tenant, owner) = (world.unfounded("Acme"), world.user().await);
    let mut tx = world.platform(Some(owner), Access::Write).await;
    let (actor, key, answer) = (owner.as_uuid(), key("k"), outcome("founded"));
    let claim = tx.idempotency().claim(actor, &key, START);
    assert_eq!(claim.await.unwrap(), Claim::Fresh);
    tx.tenants().insert(&tenant).await.unwrap();
    let completed = tx.idempotency().complete(actor, &key, &answer);
    completed.await.unwrap();
    let scope = domain::access::TenantScope::founder(tenant.id(), owner, START);
    let mut tx = tx.enter(scope.clone()).await.unwrap();
    let membership = world.membership(tenant.id(), owner, Role::Owner, START);
    tx.members().insert(&membership).await.unwrap();
    tx.commit(&scope, unrecorded()).await.unwrap();

    let claim = attempt_outside(world, owner, &key, START, "again").await;
    assert_eq!(claim, Claim::Replay(answer));
}

pub async fn sweeping_deletes_what_has_expired_everywhere_and_nothing_else(world: &World) {
    let (home, other) = (world.organisation().await, world.organisation().await);
    let mut long = key("long");
    long.keep = Duration::DAY;
    for home in [&home, &other] {
        for key in [&key("a"), &key("b"), &long] {
            attempt(world, owner(home), key, START, "kept").await;
            attempt_outside(world, home.owner, key, START, "kept").await;
        }
    }
    let store = world.store();
    let early = START + Duration::HOUR - Duration::SECOND;
    assert_eq!(store.sweep_idempotency(early).await.unwrap(), 0);
    let later = START + Duration::HOUR + Duration::SECOND;
    assert_eq!(store.sweep_idempotency(later).await.unwrap(), 8);
    assert_eq!(store.sweep_idempotency(later).await.unwrap(), 0);

    for home in [&home, &other] {
        let kept = Claim::Replay(outcome("kept"));
        let inside = attempt(world, owner(home), &long, later, "again").await;
        assert_eq!(inside, kept);
        let outside = attempt_outside(world, home.owner, &long, later, "again").await;
        assert_eq!(outside, kept);
        // By the clock of the first request the swept ones would still be there.
        let swept = attempt(world, owner(home), &key("a"), START, "again").await;
        assert_eq!(swept, Claim::Fresh);
        let swept = attempt_outside(world, home.owner, &key("b"), START, "again").await;
        assert_eq!(swept, Claim::Fresh);
    }
}
