//! Work that no request waits for.

use super::tenants;
use crate::config::RetentionSettings;
use application::App;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

/// How often the uses of API keys are stored.
const FLUSH_EVERY: Duration = Duration::from_secs(5);
/// How often refusals are recorded.
const RECORD_EVERY: Duration = Duration::from_secs(1);
/// How often what has outlived its time is deleted.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// The running tasks.
pub(super) struct Background {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
    tenants: JoinHandle<()>,
}

/// Starts the tasks on this runtime.
pub(super) fn start(app: Arc<App>, retention: RetentionSettings) -> Background {
    let (stop, mut stopped) = watch::channel(());
    let tenants = tokio::spawn(tenants::run(app.clone(), stop.subscribe()));
    let task = tokio::spawn(async move {
        let (mut flush, mut sweep) = (interval(FLUSH_EVERY), interval(SWEEP_EVERY));
        let mut record = interval(RECORD_EVERY);
        record.set_missed_tick_behavior(MissedTickBehavior::Delay);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = flush.tick() => store_uses(&app).await,
                _ = record.tick() => record_refusals(&app).await,
                _ = sweep.tick() => {
                    delete_expired(&app).await;
                    purge_deleted(&app, retention).await;
                }
                _ = stopped.changed() => break,
            }
        }
        store_uses(&app).await;
        record_refusals(&app).await;
    });
    Background {
        stop,
        task,
        tenants,
    }
}

impl Background {
    /// Stores what is left and ends.
    pub(super) async fn stop(self) {
        drop(self.stop);
        for task in [self.task, self.tenants] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a background task failed");
            }
        }
    }
}

async fn store_uses(app: &App) {
    if let Err(error) = app.key_usage.flush().await {
        tracing::warn!(%error, "the uses of API keys could not be stored; they are kept");
    }
}

async fn record_refusals(app: &App) {
    if let Err(error) = app.record_refusals().await {
        tracing::warn!(%error, "refusals could not be recorded; they are kept");
    }
}

async fn delete_expired(app: &App) {
    match app.sweep_idempotency().await {
        Ok(0) => {}
        Ok(deleted) => tracing::info!(deleted, "deleted expired idempotency records"),
        Err(error) => tracing::warn!(%error, "expired idempotency records could not be deleted"),
    }
}

async fn purge_deleted(app: &App, retention: RetentionSettings) {
    let keep = time::Duration::days(retention.deleted_days.into());
    match app.sweep_deleted(keep).await {
        Ok(0) => {}
        Ok(purged) => tracing::info!(purged, "purged deleted projects and resources"),
        Err(error) => {
            tracing::warn!(%error, "deleted projects and resources could not be purged");
        }
    }
}
