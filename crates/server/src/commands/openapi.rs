//! `openapi`.

use crate::{config::Settings, serve::http_settings};
use std::process::ExitCode;

/// Prints the OpenAPI document of this configuration as JSON, or that of the operator plane.
///
/// # Errors
/// When it cannot be rendered.
pub fn run(settings: &Settings, admin: bool) -> anyhow::Result<ExitCode> {
    let settings = http_settings(settings)?;
    let document = if admin {
        adapter_http::admin_openapi(&settings)
    } else {
        adapter_http::openapi(&settings)
    };
    println!("{}", document.to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}
