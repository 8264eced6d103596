use super::SiloFailure;
use crate::{
    migrate::{plane::Failure, statement},
    store::explained,
};
use domain::id::TenantId;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait, Value};

/// Forced row-level security binds the owner, too.
const ENTER: &str = "SELECT set_config('app.tenant_id', $1::text, true)";

/// Not of an organisation that is gone: nobody would ever clear it.
const SET_ASIDE: &str = "
INSERT INTO platform.silo_failures (organisation_id, migration, error, failed_at)
SELECT o.id, $2, $3, now() FROM platform.organisations o WHERE o.id = $1 FOR KEY SHARE
ON CONFLICT (organisation_id) DO UPDATE
   SET migration = excluded.migration, error = excluded.error, failed_at = excluded.failed_at";

/// Writes down why a silo stayed as it was; `None` when its organisation has been purged meanwhile.
pub(super) async fn set_aside(
    database: &DatabaseConnection,
    tenant: TenantId,
    failure: Failure,
) -> Result<Option<SiloFailure>, DbErr> {
    let failure = SiloFailure {
        migration: failure.migration,
        reason: explained(&failure.error),
    };
    let id: Value = tenant.as_uuid().into();
    let transaction = database.begin().await?;
    let enter = statement(ENTER, [id.clone()]);
    transaction.execute_raw(enter).await?;
    let migration = failure.migration.clone().into();
    let reason = failure.reason.clone().into();
    let write = statement(SET_ASIDE, [id, migration, reason]);
    let written = transaction.execute_raw(write).await?;
    transaction.commit().await?;
    Ok((written.rows_affected() > 0).then_some(failure))
}
