//! Takes the silos forward: side by side, one transaction a schema, and none in the way of another.
//!
//! Two runners share the work: whoever has a tenant's lock does it, the other goes on to the next and comes back.
//! A silo that fails is written down in `platform.silo_failures` and left as it was until a later run succeeds.

mod failures;
mod lifecycle;
mod queue;
mod report;
mod worker;

pub use report::{Lacking, OnStep, SiloFailure, SiloOutcome, SiloReport, SiloStep};

use crate::{
    migrate::{connect, statement},
    store::{OpenError, PostgresSettings},
};
use domain::id::TenantId;
use migration::TenantMigration;
use queue::Queue;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use std::{num::NonZeroUsize, sync::Arc};
use tokio::{sync::mpsc, task::JoinSet};
use uuid::Uuid;
use worker::Worker;

/// Silos of this database. One that is being provisioned and has no schema yet is made at the newest version; any other
/// without a schema has lost it.
const SILOS: &str = "
SELECT o.id
  FROM platform.organisations o
  LEFT JOIN pg_namespace n ON n.nspname = platform.silo_schema(o.id)
 WHERE o.placement = 'silo' AND o.database IS NULL AND (o.status <> 'provisioning' OR n.oid IS NOT NULL)
 ORDER BY o.id";

/// Runs the scripts that silos lack.
pub(crate) async fn forward(
    settings: &PostgresSettings,
    jobs: NonZeroUsize,
    scripts: Vec<String>,
    on_step: &mut OnStep<'_>,
) -> Result<SiloReport, OpenError> {
    let database = connect(settings, &[]).await?;
    let silos = list(&database).await;
    database.close().await?;
    let silos = silos?;
    let total = silos.len();
    let queue = Arc::new(Queue::of(silos));
    let scripts: Arc<[String]> = scripts.into();
    let (finished, mut receive) = mpsc::unbounded_channel();
    let mut workers = JoinSet::new();
    for _ in 0..jobs.get().min(total) {
        let worker = Worker {
            settings: settings.clone(),
            scripts: scripts.clone(),
            queue: queue.clone(),
            finished: finished.clone(),
        };
        workers.spawn(worker.run());
    }
    drop(finished);

    let mut report = SiloReport::default();
    while let Some((tenant, outcome)) = receive.recv().await {
        report.add(tenant, &outcome);
        on_step(&SiloStep {
            tenant,
            outcome,
            finished: report.finished(),
            total,
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended.map_err(|panic| OpenError::Unusable(panic.to_string()))??;
    }
    Ok(report)
}

/// What each silo lacks; nothing where silos cannot be yet.
pub(crate) async fn lacking(
    database: &DatabaseConnection,
    migrations: &[TenantMigration],
) -> Result<Vec<Lacking>, DbErr> {
    let known = "SELECT to_regclass('platform.tenant_scripts') IS NOT NULL AS known";
    let row = database.query_one_raw(statement(known, [])).await?;
    if !row.map_or(Ok(false), |row| row.try_get("", "known"))? {
        return Ok(Vec::new());
    }
    let mut silos = Vec::new();
    for tenant in list(database).await? {
        let ledger = format!(
            "SELECT name FROM t_{}.tenant_migrations",
            tenant.as_uuid().simple()
        );
        let lacking = match database.query_all_raw(statement(&ledger, [])).await {
            Err(error) => Err(error.to_string()),
            Ok(rows) => {
                let applied: Result<Vec<String>, _> =
                    rows.iter().map(|row| row.try_get("", "name")).collect();
                let applied = applied?;
                let names = migrations.iter().map(|migration| migration.name.to_owned());
                Ok(names.filter(|name| !applied.contains(name)).collect())
            }
        };
        if lacking.as_ref().is_ok_and(Vec::is_empty) {
            continue;
        }
        silos.push(Lacking { tenant, lacking });
    }
    Ok(silos)
}

async fn list(database: &DatabaseConnection) -> Result<Vec<TenantId>, DbErr> {
    let rows = database.query_all_raw(statement(SILOS, [])).await?;
    rows.iter()
        .map(|row| row.try_get::<Uuid>("", "id").map(TenantId::from_uuid))
        .collect()
}
