//! `openapi`.

use crate::{config::Settings, serve::http_settings};
use std::process::ExitCode;

/// Prints the OpenAPI document of this configuration as JSON.
///
/// # Errors
/// When it cannot be rendered.
pub fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let document = adapter_http::openapi(&http_settings(settings)?);
    println!("{}", document.to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}
