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
