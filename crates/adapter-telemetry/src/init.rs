//! Installs the process-wide subscriber.

use crate::{TelemetrySettings, logging, tracing_export};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;

/// Why telemetry could not be installed.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The trace exporter could not be built, for instance because its endpoint is not a URL.
    #[error("the OTLP exporter could not be built: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Another subscriber is already installed in this process.
    #[error(transparent)]
    AlreadyInstalled(#[from] tracing::subscriber::SetGlobalDefaultError),
}

/// Keeps the trace exporter alive; dropping it sends the spans that are still buffered.
#[derive(Debug)]
#[must_use = "buffered spans are lost unless the guard lives as long as the process"]
pub struct Guard(Option<SdkTracerProvider>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(provider) = &self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "buffered spans could not be sent");
        }
    }
}

/// Installs logs on standard output, the panic hook and, with an endpoint, the trace exporter.
///
/// # Errors
/// [`InitError`] when the exporter cannot be built or a subscriber is already installed.
pub fn init(settings: &TelemetrySettings) -> Result<Guard, InitError> {
    let provider = tracing_export::provider(&settings.trace)?;
    let subscriber = tracing_subscriber::registry()
        .with(provider.as_ref().map(tracing_export::layer))
        .with(logging::stdout_layer(&settings.log));
    tracing::subscriber::set_global_default(subscriber)?;
    logging::log_panics();
    Ok(Guard(provider))
}
