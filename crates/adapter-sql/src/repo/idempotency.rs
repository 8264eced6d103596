//! One implementation for two tables: a tenant's records, and those of users outside all tenants.

use super::one_row;
use crate::{
    error::{corrupt, store_error},
    lease::{Lease, Wire},
    tx::{SqlPlatformTx, SqlTenantTx},
};
use async_trait::async_trait;
use domain::{
    id::TenantId,
    idempotency::{Claim, IdempotencyKey, StoredOutcome},
    ports::{IdempotencyRepository, StoreResult},
};
use sea_orm::{
    ConnectionTrait, DeriveIden,
    sea_query::{Cond, Expr, ExprTrait, OnConflict, Query},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// The columns of both tables; only the tenant's has the first.
#[derive(Clone, Copy, DeriveIden)]
pub(crate) enum Record {
    OrganisationId,
    ActorId,
    Operation,
    IdempotencyKey,
    Fingerprint,
    Outcome,
    ExpiresAt,
}

/// The two tables.
#[derive(Clone, Copy, DeriveIden)]
pub(crate) enum Table {
    IdempotencyRecords,
    UserIdempotencyRecords,
}

/// Where an actor's records are.
struct Records<'a, W: Wire> {
    lease: &'a Lease<W>,
    tenant: Option<TenantId>,
    actor: Uuid,
}

impl<W: Wire> Records<'_, W> {
    const fn table(&self) -> Table {
        if self.tenant.is_some() {
            Table::IdempotencyRecords
        } else {
            Table::UserIdempotencyRecords
        }
    }

    /// The record of a key.
    fn of(&self, key: &IdempotencyKey) -> Cond {
        let tenant = self
            .tenant
            .map(|id| Expr::col(Record::OrganisationId).eq(id.as_uuid()));
        Cond::all()
            .add_option(tenant)
            .add(Expr::col(Record::ActorId).eq(self.actor))
            .add(Expr::col(Record::Operation).eq(key.operation.as_str()))
            .add(Expr::col(Record::IdempotencyKey).eq(key.key.as_str()))
    }

    /// Inserts the record, or takes over an expired one. Waits for whoever is inserting the same.
    async fn take(&self, key: &IdempotencyKey, now: OffsetDateTime) -> StoreResult<bool> {
        let table = self.table();
        let mut columns = vec![Record::ActorId, Record::Operation, Record::IdempotencyKey];
        let mut values: Vec<Expr> = vec![
            self.actor.into(),
            key.operation.as_str().into(),
            key.key.as_str().into(),
        ];
        if let Some(tenant) = self.tenant {
            columns.insert(0, Record::OrganisationId);
            values.insert(0, tenant.as_uuid().into());
        }
        let conflict = OnConflict::columns(columns.clone())
            .update_columns([Record::Fingerprint, Record::Outcome, Record::ExpiresAt])
            .action_and_where(Expr::col((table, Record::ExpiresAt)).lte(now))
            .to_owned();
        columns.extend([Record::Fingerprint, Record::Outcome, Record::ExpiresAt]);
        values.extend([
            key.fingerprint.to_vec().into(),
            Option::<String>::None.into(),
            (now + key.keep).into(),
        ]);
        let insert = Query::insert()
            .into_table(table)
            .columns(columns)
            .values_panic(values)
            .on_conflict(conflict)
            .to_owned();
        let inserted = self.lease.execute(&insert).await.map_err(store_error)?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn claim(&self, key: &IdempotencyKey, now: OffsetDateTime) -> StoreResult<Claim> {
        if self.take(key, now).await? {
            return Ok(Claim::Fresh);
        }
        let select = Query::select()
            .columns([Record::Fingerprint, Record::Outcome])
            .from(self.table())
            .cond_where(self.of(key))
            .to_owned();
        let row = self.lease.query_one(&select).await.map_err(store_error)?;
        let row = row.ok_or_else(|| corrupt("idempotency_records", "outcome"))?;
        let fingerprint: Vec<u8> = row.try_get("", "fingerprint").map_err(store_error)?;
        if fingerprint != key.fingerprint {
            return Ok(Claim::Mismatch);
        }
        let outcome: Option<String> = row.try_get("", "outcome").map_err(store_error)?;
        let outcome = outcome.ok_or_else(|| corrupt("idempotency_records", "outcome"))?;
        Ok(Claim::Replay(StoredOutcome(outcome)))
    }

    async fn complete(&self, key: &IdempotencyKey, outcome: &StoredOutcome) -> StoreResult<()> {
        let update = Query::update()
            .table(self.table())
            .value(Record::Outcome, outcome.0.as_str())
            .cond_where(self.of(key))
            .to_owned();
        let updated = self.lease.execute(&update).await.map_err(store_error)?;
        one_row(updated.rows_affected())
    }
}

#[async_trait]
impl<W: Wire> IdempotencyRepository for SqlTenantTx<W> {
    async fn claim(
        &mut self,
        actor: Uuid,
        key: &IdempotencyKey,
        now: OffsetDateTime,
    ) -> StoreResult<Claim> {
        let records = Records {
            lease: &self.lease,
            tenant: Some(self.tenant),
            actor,
        };
        records.claim(key, now).await
    }

    async fn complete(
        &mut self,
        actor: Uuid,
        key: &IdempotencyKey,
        outcome: &StoredOutcome,
    ) -> StoreResult<()> {
        let records = Records {
            lease: &self.lease,
            tenant: Some(self.tenant),
            actor,
        };
        records.complete(key, outcome).await
    }
}

#[async_trait]
impl<W: Wire> IdempotencyRepository for SqlPlatformTx<W> {
    async fn claim(
        &mut self,
        actor: Uuid,
        key: &IdempotencyKey,
        now: OffsetDateTime,
    ) -> StoreResult<Claim> {
        Records {
            lease: &self.lease,
            tenant: None,
            actor,
        }
        .claim(key, now)
        .await
    }

    async fn complete(
        &mut self,
        actor: Uuid,
        key: &IdempotencyKey,
        outcome: &StoredOutcome,
    ) -> StoreResult<()> {
        Records {
            lease: &self.lease,
            tenant: None,
            actor,
        }
        .complete(key, outcome)
        .await
    }
}
