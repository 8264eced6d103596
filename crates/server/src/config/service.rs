//! Small sections: the service itself, repeated requests, what is kept, logs and traces.

use super::error::{ConfigError, not_blank, require, within};
use adapter_telemetry::{LogFormat, LogLevel};
use serde::{Deserialize, Serialize};
use url::Url;

/// The section `app`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct AppSettings {
    /// The service's name in health answers and API documents.
    pub name: String,
    /// The service's version in health answers and API documents.
    pub version: String,
}

impl Default for AppSettings {
    fn default() -> Self {
        Self {
            name: "multi-tenant-saas-api".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl AppSettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        not_blank("app.name", &self.name)?;
        not_blank("app.version", &self.version)
    }
}

/// The section `idempotency`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdempotencySettings {
    /// How long an outcome is kept for repeated requests, in hours.
    pub keep_hours: u32,
}

impl Default for IdempotencySettings {
    fn default() -> Self {
        Self { keep_hours: 24 }
    }
}

impl IdempotencySettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        within("idempotency.keep_hours", self.keep_hours, 1..=8760)
    }
}

/// The section `retention`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// How long deleted projects and resources can be restored, in days; 0 keeps them for the next hour at the most.
    pub deleted_days: u16,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { deleted_days: 30 }
    }
}

impl RetentionSettings {
    pub(super) fn validate(self) -> Result<(), ConfigError> {
        within("retention.deleted_days", self.deleted_days, 0..=3650)
    }
}

/// The section `log`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// The least severe level that is written.
    pub level: LogLevel,
    /// The form of a line.
    pub format: LogFormat,
}

/// The section `telemetry`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySettings {
    /// Base URL of an OTLP/HTTP collector; unset records no traces.
    pub otlp_endpoint: Option<String>,
    /// Share of new traces that are recorded, 0 to 1.
    pub trace_sample_ratio: f64,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            trace_sample_ratio: 0.1,
        }
    }
}

impl TelemetrySettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        within(
            "telemetry.trace_sample_ratio",
            self.trace_sample_ratio,
            0.0..=1.0,
        )?;
        let plain = |text: &String| {
            Url::parse(text).is_ok_and(|url| {
                url.scheme() == "http" && url.has_host() && url.password().is_none()
            })
        };
        require(
            self.otlp_endpoint.as_ref().is_none_or(plain),
            "telemetry.otlp_endpoint",
            "must be an http URL without credentials, like http://127.0.0.1:4318",
        )
    }
}
