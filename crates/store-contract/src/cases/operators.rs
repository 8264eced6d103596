//! Operators, the tokens that make them, and what they did.

use crate::world::{START, World, after};
use domain::{
    access::Origin,
    api_key::KeyDigest,
    id::OperatorId,
    operator::{BootstrapToken, Operator, OperatorAction, OperatorEvent},
    ports::{Access, StoreError, StoreResult, Unique},
    tenant::Tenant,
    text::{OperatorName, Reason},
};
use time::{Duration, OffsetDateTime};

/// An operator of this name, with a digest that nobody else has.
fn draft(world: &World, name: &str, at: OffsetDateTime) -> (Operator, KeyDigest) {
    let operator = Operator {
        id: OperatorId::from_uuid(world.uuid()),
        name: OperatorName::parse(name).unwrap(),
        created_at: at,
        revoked_at: None,
    };
    (operator, digest(world))
}

fn digest(world: &World) -> KeyDigest {
    let mut bytes = [0xA5; 32];
    bytes[..16].copy_from_slice(world.uuid().as_bytes());
    KeyDigest::new(bytes)
}

fn reason() -> Reason {
    Reason::parse("Grund: „weil“").unwrap()
}

async fn appoint(world: &World, (operator, digest): &(Operator, KeyDigest)) -> StoreResult<()> {
    let mut tx = world.platform(None, Access::Write).await;
    tx.operators().insert(operator, digest).await?;
    let event = OperatorEvent::appointed(operator);
    tx.commit_operated(&event, &operator.created_at.into())
        .await
}

async fn issue(world: &World, at: OffsetDateTime) -> KeyDigest {
    let digest = digest(world);
    let mut tx = world.platform(None, Access::Write).await;
    let token = BootstrapToken::issue(digest, at);
    tx.operators().insert_token(&token).await.unwrap();
    let by = OperatorName::parse(Operator::CONSOLE).unwrap();
    let event = OperatorEvent::bootstrap_issued(&by);
    tx.commit_operated(&event, &at.into()).await.unwrap();
    digest
}

/// Whether the token was good, in a transaction that is committed or not.
async fn take(world: &World, token: &KeyDigest, now: OffsetDateTime, commit: bool) -> bool {
    let mut tx = world.platform(None, Access::Write).await;
    let good = tx.operators().take_token(token, now).await.unwrap();
    if commit {
        let by = OperatorName::parse(Operator::SYSTEM).unwrap();
        let event = OperatorEvent::bootstrap_issued(&by);
        tx.commit_operated(&event, &now.into()).await.unwrap();
    }
    good
}

async fn all(world: &World) -> Vec<Operator> {
    let mut tx = world.platform(None, Access::Read).await;
    tx.operators().all().await.unwrap()
}

async fn founder(world: &World, tenant: &Tenant) -> Option<(OperatorName, Reason)> {
    let mut tx = world.platform(None, Access::Read).await;
    tx.operators().founder(tenant).await.unwrap()
}

pub async fn an_operator_is_found_by_id_and_by_what_the_key_hashes_to(world: &World) {
    let (first, second) = (
        draft(world, "Ünïcode 🦊", after(3)),
        draft(world, "b", START),
    );
    appoint(world, &first).await.unwrap();
    appoint(world, &second).await.unwrap();
    assert_eq!(all(world).await, [second.0.clone(), first.0.clone()]);

    let mut tx = world.platform(None, Access::Read).await;
    let operators = tx.operators();
    for known in [&first, &second] {
        let found = operators.find_by_digest(&known.1).await.unwrap();
        assert_eq!(found.as_ref(), Some(known));
        assert_eq!(
            operators.find(known.0.id).await.unwrap().as_ref(),
            Some(&known.0)
        );
    }
    let unknown = draft(world, "c", START);
    assert_eq!(operators.find_by_digest(&unknown.1).await.unwrap(), None);
    assert_eq!(operators.find(unknown.0.id).await.unwrap(), None);
}

pub async fn an_operators_name_is_taken_once(world: &World) {
    appoint(world, &draft(world, "grace", START)).await.unwrap();
    let error = appoint(world, &draft(world, "grace", after(1)))
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Taken(Unique::Operator)),
        "{error:?}"
    );
    appoint(world, &draft(world, "Grace", after(1)))
        .await
        .unwrap();
    assert_eq!(all(world).await.len(), 2);
}

pub async fn an_operators_key_is_taken_away_once(world: &World) {
    let (mut operator, digest) = draft(world, "grace", START);
    appoint(world, &(operator.clone(), digest)).await.unwrap();
    operator.revoke(after(5));
    let event = OperatorEvent::revoked(&operator.name, &operator);
    let mut tx = world.platform(None, Access::Write).await;
    tx.operators().revoke(&operator).await.unwrap();
    tx.commit_operated(&event, &after(5).into()).await.unwrap();

    let mut tx = world.platform(None, Access::Write).await;
    let found = tx.operators().find_by_digest(&digest).await.unwrap();
    assert_eq!(found, Some((operator.clone(), digest)));
    let error = tx.operators().revoke(&operator).await.unwrap_err();
    assert!(matches!(error, StoreError::Stale), "{error:?}");
}

pub async fn a_bootstrap_token_is_good_once_and_until_it_expires(world: &World) {
    let (used, expired) = (issue(world, START).await, issue(world, START).await);
    let last = START + BootstrapToken::LIFE - Duration::MICROSECOND;
    assert!(
        !take(world, &digest(world), last, true).await,
        "nobody issued it"
    );
    assert!(take(world, &used, last, false).await);
    assert!(
        take(world, &used, last, true).await,
        "it was not committed before"
    );
    assert!(!take(world, &used, last, true).await);
    let over = START + BootstrapToken::LIFE;
    assert!(!take(world, &expired, over, true).await);
    assert!(take(world, &expired, last, true).await);
}

pub async fn of_two_who_race_for_a_bootstrap_token_one_gets_it(world: &World) {
    let token = issue(world, START).await;
    let (world, other) = (world.clone(), world.clone());
    let first = tokio::spawn(async move { take(&world, &token, START, true).await });
    let second = tokio::spawn(async move { take(&other, &token, START, true).await });
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert!(first != second, "{first} and {second}");
}

pub async fn a_dropped_appointment_leaves_nothing(world: &World) {
    let (operator, digest) = draft(world, "grace", START);
    let mut tx = world.platform(None, Access::Write).await;
    tx.operators().insert(&operator, &digest).await.unwrap();
    let event = OperatorEvent::appointed(&operator);
    tx.operators().record(&event, &START.into()).await.unwrap();
    drop(tx);
    assert_eq!(all(world).await, []);
}

pub async fn the_operator_who_founded_an_organisation_is_known(world: &World) {
    let (founded, other) = (world.organisation().await, world.organisation().await);
    let name = OperatorName::parse("grace").unwrap();
    let origin = Origin {
        address: Some("2001:db8::1".parse().unwrap()),
        request_id: Some("request 1".into()),
        ..founded.tenant.state().created_at.into()
    };
    let actions = [
        OperatorAction::OrganisationSuspended,
        OperatorAction::OrganisationCreated,
    ];
    for action in actions {
        assert_eq!(founder(world, &founded.tenant).await, None);
        let tx = world.platform(None, Access::Write).await;
        let event = OperatorEvent::operated(&name, action, &founded.tenant, &reason());
        tx.commit_operated(&event, &origin).await.unwrap();
    }
    assert_eq!(
        founder(world, &founded.tenant).await,
        Some((name, reason()))
    );
    assert_eq!(founder(world, &other.tenant).await, None);
}

pub async fn a_read_refuses_to_change_anything_about_operators(world: &World) {
    let (operator, digest) = draft(world, "grace", START);
    let mut tx = world.platform(None, Access::Read).await;
    assert!(tx.operators().insert(&operator, &digest).await.is_err());
    assert_eq!(all(world).await, []);
}
