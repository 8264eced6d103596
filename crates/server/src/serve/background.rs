//! Work that no request waits for.

use application::App;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

/// How often the uses of API keys are stored.
const FLUSH_EVERY: Duration = Duration::from_secs(5);
/// How often expired idempotency records are deleted.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// The running tasks.
pub(super) struct Background {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

/// Starts the tasks on this runtime.
pub(super) fn start(app: Arc<App>) -> Background {
    let (stop, mut stopped) = watch::channel(());
    let task = tokio::spawn(async move {
        let (mut flush, mut sweep) = (interval(FLUSH_EVERY), interval(SWEEP_EVERY));
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = flush.tick() => store_uses(&app).await,
                _ = sweep.tick() => delete_expired(&app).await,
                _ = stopped.changed() => break store_uses(&app).await,
            }
        }
    });
    Background { stop, task }
}

impl Background {
    /// Stores what is left and ends.
    pub(super) async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the background task failed");
        }
    }
}

async fn store_uses(app: &App) {
    if let Err(error) = app.key_usage.flush().await {
        tracing::warn!(%error, "the uses of API keys could not be stored; they are kept");
    }
}

async fn delete_expired(app: &App) {
    match app.sweep_idempotency().await {
        Ok(0) => {}
        Ok(deleted) => tracing::info!(deleted, "deleted expired idempotency records"),
        Err(error) => tracing::warn!(%error, "expired idempotency records could not be deleted"),
    }
}
