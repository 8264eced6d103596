//! `serve`: from settings to a listening server, and back down in order.

mod announce;
mod background;
mod http;
mod refused;
mod signals;
mod telemetry_ports;
mod tenants;
mod waiting;

pub use http::{api, http_settings, public};
pub use refused::Refused;
pub use signals::stop as stop_signal;

use crate::{
    compose::{Composition, compose, unreachable},
    config::Settings,
};
use adapter_telemetry::{LogSettings, Metrics, TelemetrySettings, TraceSettings};
use anyhow::Context;
use std::{net::TcpListener, process::ExitCode, time::Duration};
use tokio::time::sleep;

/// How long to wait before a database that cannot be reached is tried again.
const BACK_OFF: Duration = Duration::from_millis(500);

/// Serves until told to stop.
///
/// # Errors
/// [`Refused`] for settings that are not safe in production; otherwise what kept the server from starting.
pub fn serve(settings: &Settings) -> anyhow::Result<ExitCode> {
    Refused::check(settings)?;
    let _telemetry = adapter_telemetry::init(&telemetry(settings))?;
    actix_web::rt::System::new().block_on(run(settings))
}

async fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let address = (settings.http.host.as_str(), settings.http.port);
    let listener = TcpListener::bind(address).with_context(|| {
        format!(
            "cannot listen on {}:{}",
            settings.http.host, settings.http.port
        )
    })?;
    let metrics = Metrics::new()?;
    let composition = composed(settings, &metrics, &listener).await?;
    announce::announce(settings, &listener)?;
    let background = background::start(composition.app.clone(), settings.retention);
    http::serve(settings, &composition, metrics, listener).await?;
    background.stop().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Builds the application; while the database cannot be reached, says so to whoever asks and tries again.
async fn composed(
    settings: &Settings,
    metrics: &Metrics,
    listener: &TcpListener,
) -> anyhow::Result<Composition> {
    let error = match compose(settings, metrics).await {
        Err(error) if unreachable(&error) => error,
        done => return done,
    };
    tracing::warn!(error = format!("{error:#}"), "waiting for the database");
    let waiting = waiting::StandIn::serve(settings, listener.try_clone()?)?;
    let composition = loop {
        tokio::select! {
            () = sleep(BACK_OFF) => {}
            () = signals::stop() => anyhow::bail!("stopped while waiting for the database"),
        }
        match compose(settings, metrics).await {
            Err(error) if unreachable(&error) => {}
            done => break done?,
        }
    };
    waiting.stop().await;
    Ok(composition)
}

fn telemetry(settings: &Settings) -> TelemetrySettings {
    TelemetrySettings {
        log: LogSettings {
            level: settings.log.level,
            format: settings.log.format,
        },
        trace: TraceSettings {
            endpoint: settings.telemetry.otlp_endpoint.clone(),
            sample_ratio: settings.telemetry.trace_sample_ratio,
            service_name: settings.app.name.clone(),
            service_version: settings.app.version.clone(),
        },
    }
}
