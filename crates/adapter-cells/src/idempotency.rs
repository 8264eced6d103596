use crate::tx::CellTx;
use async_trait::async_trait;
use domain::{
    idempotency::{Claim, IdempotencyKey, StoredOutcome},
    ports::{IdempotencyRepository, StoreResult},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// A key is claimed in both databases, always in this order, and counts as used when either says so.
#[async_trait]
impl IdempotencyRepository for CellTx {
    async fn claim(
        &mut self,
        actor: Uuid,
        key: &IdempotencyKey,
        now: OffsetDateTime,
    ) -> StoreResult<Claim> {
        match self.main.idempotency().claim(actor, key, now).await? {
            Claim::Fresh => {
                self.data()
                    .await?
                    .idempotency()
                    .claim(actor, key, now)
                    .await
            }
            used => Ok(used),
        }
    }

    async fn complete(
        &mut self,
        actor: Uuid,
        key: &IdempotencyKey,
        outcome: &StoredOutcome,
    ) -> StoreResult<()> {
        self.main
            .idempotency()
            .complete(actor, key, outcome)
            .await?;
        let data = self.data().await?;
        data.idempotency().complete(actor, key, outcome).await
    }
}
