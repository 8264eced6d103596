//! Idempotent answers: carried out now, or replayed from the first time.

use crate::{
    error::Error,
    stored::{self, Stored},
};
use domain::{
    idempotency::{Claim, IdempotencyKey},
    ports::{Counted, Counters, IdempotencyRepository, StoreError},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// A use case's answer, and whether it was carried out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Carried out now.
    Fresh(T),
    /// Carried out before; this is what was answered then.
    Replayed(T),
}

/// Claims the key, if there is one: the first answer when it was used before, `None` when the request is to be
/// carried out.
pub(crate) async fn replay<T: Stored>(
    records: &mut dyn IdempotencyRepository,
    actor: Uuid,
    key: Option<&IdempotencyKey>,
    now: OffsetDateTime,
    counters: &dyn Counters,
) -> Result<Option<T>, Error> {
    let Some(key) = key else { return Ok(None) };
    match records.claim(actor, key, now).await {
        Ok(Claim::Fresh) => Ok(None),
        Ok(Claim::Replay(outcome)) => {
            counters.count(Counted::IdempotencyReplay);
            stored::decode(&outcome).map(Some)
        }
        Ok(Claim::Mismatch) => {
            counters.count(Counted::IdempotencyConflict);
            Err(Error::IdempotencyMismatch)
        }
        Err(StoreError::Contended(_)) => Err(Error::IdempotencyInProgress),
        Err(error) => Err(error.into()),
    }
}

/// Keeps the answer beside its effect, if the request has a key.
pub(crate) async fn remember<T: Stored>(
    records: &mut dyn IdempotencyRepository,
    actor: Uuid,
    key: Option<&IdempotencyKey>,
    answer: &T,
) -> Result<(), Error> {
    let Some(key) = key else { return Ok(()) };
    Ok(records
        .complete(actor, key, &stored::encode(answer)?)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{ports::MockIdempotencyRepository, project::Project, role::Role};

    /// What `replay` makes of what the repository answers, and what it counted.
    async fn replayed(
        answer: fn() -> Result<Claim, StoreError>,
    ) -> (Result<Option<Project>, Error>, Vec<Counted>) {
        let world = Fixture::member(Role::Owner).start();
        let mut records = MockIdempotencyRepository::new();
        records
            .expect_claim()
            .once()
            .returning(move |_, _, _| answer());
        let (actor, key) = (user_id().as_uuid(), idempotency_key());
        let counters = &*world.ports.counters;
        let result = replay(&mut records, actor, Some(&key), NOW, counters).await;
        (result, world.counted())
    }

    #[tokio::test]
    async fn without_a_key_nothing_is_claimed_or_stored() {
        let world = Fixture::member(Role::Owner).start();
        let mut records = MockIdempotencyRepository::new();
        let (actor, counters) = (user_id().as_uuid(), &*world.ports.counters);
        let first = replay::<Project>(&mut records, actor, None, NOW, counters).await;
        assert!(first.unwrap().is_none());
        let kept = remember(&mut records, actor, None, &project()).await;
        assert!(kept.is_ok());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_fresh_key_goes_on_and_counts_nothing() {
        let (result, counted) = replayed(|| Ok(Claim::Fresh)).await;
        assert!(result.unwrap().is_none());
        assert_eq!(counted, []);
    }

    #[tokio::test]
    async fn a_used_key_returns_the_first_answer() {
        let first = || {
            let stored = stored::encode(&project()).ok();
            Ok(Claim::Replay(stored.expect("a project has a stored form")))
        };
        let (result, counted) = replayed(first).await;
        assert_eq!(result.unwrap(), Some(project()));
        assert_eq!(counted, [Counted::IdempotencyReplay]);
    }

    #[tokio::test]
    async fn a_key_with_another_body_is_a_conflict() {
        let (result, counted) = replayed(|| Ok(Claim::Mismatch)).await;
        assert!(matches!(result, Err(Error::IdempotencyMismatch)));
        assert_eq!(counted, [Counted::IdempotencyConflict]);
    }

    #[tokio::test]
    async fn a_key_whose_first_request_has_not_ended_is_in_progress() {
        let (result, counted) = replayed(|| Err(StoreError::Contended("slow".into()))).await;
        assert!(matches!(result, Err(Error::IdempotencyInProgress)));
        assert_eq!(counted, []);
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_not_a_conflict() {
        let (result, counted) = replayed(|| Err(StoreError::Unavailable("away".into()))).await;
        assert!(matches!(result, Err(Error::Unavailable(_))));
        assert_eq!(counted, []);
    }

    #[tokio::test]
    async fn a_corrupt_outcome_is_a_fault_of_ours() {
        let (result, _) = replayed(|| Ok(Claim::Replay(corrupt_outcome()))).await;
        assert!(matches!(result, Err(Error::Internal(_))));
    }
}
