use super::{
    SiloOutcome,
    failures::set_aside,
    queue::{Job, Queue},
};
use crate::{
    migrate::{
        connect,
        plane::{self, Forwarded, Plane},
    },
    store::{OpenError, PostgresSettings},
};
use domain::id::TenantId;
use sea_orm::DatabaseConnection;
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc::UnboundedSender, time::sleep};

/// A backend remembers every table that it has touched, for as long as it lives: after so many schemas it is replaced.
const SCHEMAS_PER_CONNECTION: usize = 100;
/// How long a silo is left alone that somebody else is working on.
const BUSY: Duration = Duration::from_millis(50);

/// Takes silos forward, one after the other.
pub(super) struct Worker {
    pub(super) settings: PostgresSettings,
    pub(super) scripts: Arc<[String]>,
    pub(super) queue: Arc<Queue>,
    pub(super) finished: UnboundedSender<(TenantId, SiloOutcome)>,
}

impl Worker {
    pub(super) async fn run(self) -> Result<(), OpenError> {
        let mut next = self.queue.take();
        while next.is_some() {
            let database = connect(&self.settings, &[]).await?;
            let result = self.some(&database, &mut next).await;
            let closed = database.close().await;
            result?;
            closed?;
        }
        Ok(())
    }

    /// As many silos as one connection is good for.
    async fn some(
        &self,
        database: &DatabaseConnection,
        next: &mut Option<Job>,
    ) -> Result<(), OpenError> {
        for _ in 0..SCHEMAS_PER_CONNECTION {
            let Some(job) = next.take() else { break };
            sleep(job.pause).await;
            self.one(database, job).await?;
            *next = self.queue.take();
        }
        Ok(())
    }

    async fn one(&self, database: &DatabaseConnection, job: Job) -> Result<(), OpenError> {
        let tenant = job.tenant;
        let outcome = match plane::forward(database, Plane::Silo(tenant), &self.scripts).await {
            Ok(Forwarded::By(0)) => SiloOutcome::Current,
            Ok(Forwarded::By(count)) => SiloOutcome::Migrated(count),
            Ok(Forwarded::Busy) => {
                self.queue.give_back(Job { pause: BUSY, ..job });
                return Ok(());
            }
            Err(failure) if failure.is_outage() => return Err(failure.error.into()),
            Err(failure) => match failure.pause(job.attempt) {
                Some(pause) => {
                    let attempt = job.attempt + 1;
                    self.queue.give_back(Job {
                        tenant,
                        attempt,
                        pause,
                    });
                    return Ok(());
                }
                None => set_aside(database, tenant, failure)
                    .await?
                    .map_or(SiloOutcome::Current, SiloOutcome::Failed),
            },
        };
        // Nobody listens any more when the run has been given up.
        let _ = self.finished.send((tenant, outcome));
        Ok(())
    }
}
