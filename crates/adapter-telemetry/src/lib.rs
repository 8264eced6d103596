//! Logs, metrics and traces.
//!
//! | part | what it gives |
//! | --- | --- |
//! | [`logging`] | one event a line: JSON, or readable text on a terminal |
//! | [`metrics`] | the families behind `/metrics`, and the [`domain::ports::Counters`] port |
//! | [`tracing_export`] | optional spans over OTLP, continuing the caller's W3C trace |
//!
//! [`init()`] installs logs and traces for the whole process and returns a [`Guard`]; metrics are a value that the
//! composition root passes on.

mod init;
pub mod logging;
pub mod metrics;
mod settings;
pub mod tracing_export;

pub use init::{Guard, InitError, init};
pub use metrics::Metrics;
pub use settings::{LogFormat, LogLevel, LogSettings, TelemetrySettings, TraceSettings};
