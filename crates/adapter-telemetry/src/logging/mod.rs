//! Log lines.
//!
//! Each event is one line, whatever its fields contain: control characters are escaped in both formats. A JSON line
//! always has `timestamp` (RFC 3339, UTC), `level`, `logger` and `message`, then the event's own fields, then those of
//! the spans around it from the innermost outwards; the first of equal names wins.

mod escape;
mod fields;
mod layer;
mod line;
mod panics;
#[cfg(test)]
mod tests;

pub use layer::LogLayer;
pub use line::LineFormat;
pub use panics::log_panics;

use crate::{LogFormat, LogSettings};
use std::io::{self, IsTerminal};

/// The layer that writes to standard output in the chosen form.
pub fn stdout_layer(settings: &LogSettings) -> LogLayer<fn() -> io::Stdout> {
    let terminal = io::stdout().is_terminal();
    let format = match settings.format {
        LogFormat::Json => LineFormat::Json,
        LogFormat::Auto if !terminal => LineFormat::Json,
        LogFormat::Auto | LogFormat::Pretty => LineFormat::Text { colour: terminal },
    };
    LogLayer::new(settings.level.filter(), format, io::stdout)
}
