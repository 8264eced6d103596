//! Panics as log lines.

use std::panic::{self, PanicHookInfo};

/// Replaces the process's panic hook: a panic becomes one `ERROR` line with its place in the source.
///
/// The payload is left out because it may quote what a client sent, or a secret.
pub fn log_panics() {
    panic::set_hook(Box::new(log_panic));
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    tracing::error!(target: "panic", location, "panicked");
}
