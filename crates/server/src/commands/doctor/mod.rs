//! `doctor`: this set-up, item by item.

mod database;
pub mod isolation;
mod report;

use crate::{
    commands::block_on,
    config::{CheckItem, Outcome, Settings},
};
use std::process::ExitCode;

/// Checks the settings and the database, and prints what passes, what warns and what fails. Outside production, what
/// would keep a production server from starting is a warning.
///
/// # Errors
/// When the report cannot be made; what fails in it is told by the exit code.
pub fn run(settings: &Settings, json: bool) -> anyhow::Result<ExitCode> {
    let mut items = settings.checklist();
    items.extend(block_on(async { Ok(database::items(settings).await) })?);
    if !settings.is_production() {
        items.iter_mut().for_each(soften);
    }
    if json {
        report::json(settings, &items);
    } else {
        report::text(settings, &items);
    }
    let failed = items
        .iter()
        .any(|item| matches!(item.outcome, Outcome::Fail(_)));
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn soften(item: &mut CheckItem) {
    if let Outcome::Fail(reason) = &item.outcome {
        item.outcome = Outcome::Warn(format!("{reason} (refused in production)"));
    }
}
