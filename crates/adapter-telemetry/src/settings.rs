//! What can be chosen about telemetry.

use serde::{Deserialize, Serialize};
use tracing::level_filters::LevelFilter;

/// Everything that [`crate::init()`] needs.
#[derive(Clone, Debug)]
pub struct TelemetrySettings {
    /// How events are written.
    pub log: LogSettings,
    /// Where spans go.
    pub trace: TraceSettings,
}

/// How events are written to standard output.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogSettings {
    /// The least severe level that is written.
    pub level: LogLevel,
    /// The form of a line.
    pub format: LogFormat,
}

/// Where spans go. Without an endpoint no span is recorded.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// Base URL of an OTLP/HTTP collector (`http://127.0.0.1:4318`); plain `http` only.
    pub endpoint: Option<String>,
    /// Share of new traces that are recorded, 0 to 1. A caller's decision in `traceparent` goes before it.
    pub sample_ratio: f64,
    /// `service.name` of the exported resource.
    pub service_name: String,
    /// `service.version` of the exported resource.
    pub service_version: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", rename_all = "lowercase")]
pub enum LogFormat {
    /// [`Self::Pretty`] when standard output is a terminal, else [`Self::Json`].
    #[default]
    Auto,
    /// One JSON object a line.
    Json,
    /// Readable text, one event a line.
    Pretty,
}

impl TryFrom<String> for LogFormat {
    type Error = &'static str;

    fn try_from(raw: String) -> Result<Self, &'static str> {
        match raw.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "json" => Ok(Self::Json),
            "pretty" => Ok(Self::Pretty),
            _ => Err("must be one of auto, json, pretty"),
        }
    }
}

/// The least severe level that is written. Names are accepted in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", rename_all = "UPPERCASE")]
pub enum LogLevel {
    /// Accepted for compatibility; there is no event above `ERROR`, so it behaves like it.
    Critical,
    /// Failures that need a human.
    Error,
    /// Something is odd, the request was still answered.
    Warning,
    /// One line a request and life-cycle events.
    #[default]
    Info,
    /// For development.
    Debug,
    /// Everything, third-party internals included.
    Trace,
}

impl LogLevel {
    /// The filter that lets this level and everything more severe pass.
    pub const fn filter(self) -> LevelFilter {
        match self {
            Self::Critical | Self::Error => LevelFilter::ERROR,
            Self::Warning => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

impl TryFrom<String> for LogLevel {
    type Error = &'static str;

    fn try_from(raw: String) -> Result<Self, &'static str> {
        match raw.to_ascii_uppercase().as_str() {
            "CRITICAL" => Ok(Self::Critical),
            "ERROR" => Ok(Self::Error),
            "WARNING" => Ok(Self::Warning),
            "INFO" => Ok(Self::Info),
            "DEBUG" => Ok(Self::Debug),
            "TRACE" => Ok(Self::Trace),
            _ => Err("must be one of CRITICAL, ERROR, WARNING, INFO, DEBUG, TRACE"),
        }
    }
}
