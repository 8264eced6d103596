//! `migrate`.

use crate::{commands::block_on, compose, config::Settings};
use std::process::ExitCode;

/// Takes the schema of the configured database forward.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    block_on(compose::migrate(settings))?;
    println!("the schema of {} is up to date", settings.database.url);
    Ok(ExitCode::SUCCESS)
}
