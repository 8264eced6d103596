//! Organisations between two states: whoever began with them, they are gone on with.

use application::{App, error::Error, onboarding::Progress};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// How often it is looked for organisations to go on with.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often refused operators are told of.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Goes on with organisations until told to stop, and then with the rest after the next start.
pub(super) async fn run(app: Arc<App>, mut stopped: watch::Receiver<()>) {
    let (mut look, mut tell) = (interval(LOOK_EVERY), interval(TELL_EVERY));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let work = async {
            tokio::select! {
                _ = look.tick() => go_on(&app).await,
                _ = tell.tick() => tell_of_refusals(&app),
            }
        };
        tokio::select! {
            () = work => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn go_on(app: &App) {
    if let Err(error) = try_to_go_on(app).await {
        let error = told(error);
        tracing::warn!(
            error,
            "it could not be looked for organisations to go on with"
        );
    }
}

async fn try_to_go_on(app: &App) -> Result<(), Error> {
    for one in app.onboarding.resume().await? {
        let organisation_id = one.tenant;
        match one.progress {
            Ok(Progress::Opened) => tracing::info!(%organisation_id, "set up an organisation"),
            Ok(Progress::GivenUp) => {
                tracing::error!(%organisation_id, "gave up setting up an organisation");
            }
            Ok(Progress::Settled) => {}
            Err(error) => {
                let error = told(error);
                tracing::warn!(%organisation_id, error, "an organisation is not set up yet");
            }
        }
    }
    for one in app.tenants.sweep().await? {
        let organisation_id = one.tenant;
        match one.rows {
            Ok(0) => {}
            Ok(rows) => tracing::info!(%organisation_id, rows, "purged an organisation"),
            Err(error) => {
                let error = told(error);
                tracing::warn!(%organisation_id, error, "an organisation is not purged yet");
            }
        }
    }
    Ok(())
}

fn tell_of_refusals(app: &App) {
    match app.operators.take_refused() {
        0 => {}
        refused => tracing::warn!(
            refused,
            "operator credentials were refused within ten seconds"
        ),
    }
}

/// An error with everything that led to it, on one line.
fn told(error: Error) -> String {
    format!("{:#}", anyhow::Error::from(error))
}
