//! `migrate`.

use crate::{
    commands::{block_on, progress::Progress},
    compose,
    config::Settings,
};
use adapter_postgres::{Plan, SiloOutcome, SiloReport, SiloStep};
use std::{num::NonZeroUsize, process::ExitCode};

/// Takes the schema of the configured database forward, and every silo. The exit code tells whether all of them went.
///
/// # Errors
/// When the database cannot be reached, or a migration of what all share fails.
pub fn run(settings: &Settings, jobs: u8) -> anyhow::Result<ExitCode> {
    let mut plan = Plan::default();
    plan.jobs = NonZeroUsize::new(jobs.into()).unwrap_or(plan.jobs);
    let mut progress: Option<Progress> = None;
    let mut on_step = |step: &SiloStep| {
        // Each database has silos of its own.
        let bar = progress.get_or_insert_with(|| Progress::new(step.total));
        bar.step(&line(step));
        if step.finished == step.total {
            bar.done();
            progress = None;
        }
    };
    let report = block_on(compose::migrate(settings, &plan, &mut on_step))?;
    Ok(tell(settings, &report))
}

fn line(step: &SiloStep) -> String {
    let tenant = step.tenant;
    match &step.outcome {
        SiloOutcome::Migrated(count) => format!("{tenant}: {count} applied"),
        SiloOutcome::Current => format!("{tenant}: nothing to do"),
        SiloOutcome::Failed(failure) => format!("{tenant}: {failure}"),
    }
}

fn tell(settings: &Settings, report: &SiloReport) -> ExitCode {
    let SiloReport {
        migrated,
        current,
        failed,
    } = report;
    if migrated + current + failed.len() > 0 {
        let failed = failed.len();
        println!("silos: {migrated} migrated, {current} already there, {failed} failed");
    }
    if failed.is_empty() {
        let url = &settings.database.url;
        println!("the schema of {url} is up to date");
        return ExitCode::SUCCESS;
    }
    for (tenant, failure) in failed {
        eprintln!("saas-api: the silo of {tenant} was set aside: {failure}");
    }
    ExitCode::FAILURE
}

/// Prints what [`run`] would do.
///
/// # Errors
/// When a database cannot be asked.
pub fn dry_run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let databases = block_on(compose::outstanding(settings))?;
    let mut nothing = true;
    for (cell, outstanding) in databases {
        let place = cell.map_or_else(String::new, |name| format!(" to the cell {name}"));
        for name in &outstanding.shared {
            println!("would apply {name}{place}");
        }
        for silo in &outstanding.silos {
            match &silo.lacking {
                Ok(names) => println!("would apply {} to {}", names.join(", "), silo.tenant),
                Err(reason) => println!("cannot look into the silo of {}: {reason}", silo.tenant),
            }
        }
        nothing &= outstanding.shared.is_empty() && outstanding.silos.is_empty();
    }
    if nothing {
        println!("nothing to do");
    }
    Ok(ExitCode::SUCCESS)
}
