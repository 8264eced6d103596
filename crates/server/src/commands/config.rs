//! `config check` and `config show`.

use crate::{config::Settings, serve::Refused};
use std::process::ExitCode;

/// Settings that could be read are valid; in production they also have to be safe.
///
/// # Errors
/// [`Refused`] with the first thing that is not safe.
pub fn check(settings: &Settings) -> anyhow::Result<ExitCode> {
    Refused::check(settings)?;
    println!("the configuration is valid");
    Ok(ExitCode::SUCCESS)
}

/// Prints the settings without their secrets.
pub fn show(settings: &Settings) -> ExitCode {
    print!("{}", settings.show());
    ExitCode::SUCCESS
}
