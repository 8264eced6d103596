//! `doctor --isolation`: whether organisations see anything of one another, on this very set-up.
//!
//! Two organisations are made wherever this configuration can put one, with a canary text in everything that is theirs.
//! Then the owner and the API key of one of them call every operation of the API document with what belongs to the
//! other. The canary must not show, and what exists must not be told from what does not.

mod accounts;
mod answer;
mod body;
mod client;
mod contents;
mod document;
mod names;
mod organisations;
mod places;
mod probe;
mod report;
mod server;
#[cfg(test)]
mod tests;
mod view;
mod walk;

use super::database;
use crate::{
    compose::compose,
    config::Settings,
    serve::{http_settings, stop_signal},
};
use accounts::Puppet;
use actix_web::rt;
use adapter_telemetry::Metrics;
use anyhow::Context;
use organisations::Organisations;
use report::Report;
use server::Server;
use std::{
    process::ExitCode,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use walk::{Pair, Site, Walked};

/// Probes this set-up, and prints an operation a line.
///
/// # Errors
/// When nothing can be proved; what was found is told by the exit code.
pub fn run(settings: &Settings, json: bool) -> anyhow::Result<ExitCode> {
    let report = rt::System::new().block_on(prove(settings))?;
    if json {
        println!("{:#}", report.json());
    } else {
        println!("{}", report.text());
    }
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn prove(settings: &Settings) -> anyhow::Result<Report> {
    let catalogues = database::catalogues(settings).await;
    let places = places::all(settings)?;
    let metrics = Metrics::new()?;
    let composition = compose(settings, &metrics).await?;
    let (app, ports) = (composition.app.clone(), composition.ports.clone());
    let accounts = (
        accounts::puppet(&ports, "a").await?,
        accounts::puppet(&ports, "b").await?,
    );
    let organisations = Rc::new(Organisations::new(app, ports.clone()));
    let server = Server::start(settings, &composition, metrics)?;
    let site = Site {
        address: server.address,
        base: settings.http.base_path.clone(),
        document: serde_json::to_value(adapter_http::openapi(&http_settings(settings)?))?,
        ports,
        stopped: stop_on_signal(),
    };
    let names = places.iter().map(|place| place.name.clone()).collect();
    // In a task of its own, so that what it has made is purged even after a panic.
    let walked = rt::spawn(probed(organisations.clone(), accounts, places, site)).await;
    let purged = organisations.purge_made().await;
    server.stop().await;
    let Walked { lines, requests } = match (walked.context("the probe failed")?, purged) {
        (Err(error), Err(left)) => Err(error.context(left)),
        (walked, purged) => purged.and(walked),
    }?;
    Ok(Report {
        catalogues,
        places: names,
        requests,
        operations: lines,
    })
}

async fn probed(
    organisations: Rc<Organisations>,
    (watched, watching): (Puppet, Puppet),
    places: Vec<places::Place>,
    site: Site,
) -> anyhow::Result<Walked> {
    for account in [&watched, &watching] {
        organisations.purge_leftovers(account.id).await?;
    }
    let mut pairs = Vec::new();
    for place in places {
        pairs.push(Pair {
            watched: organisations.found(&watched, &place).await?,
            watching: organisations.found(&watching, &place).await?,
            place: place.name,
        });
    }
    let walked = rt::task::spawn_blocking(move || site.walk(&pairs)).await;
    walked.context("the probe failed")?
}

/// Is set by the first signal to stop; a second one ends the process at once.
fn stop_on_signal() -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let signalled = stopped.clone();
    rt::spawn(async move {
        stop_signal().await;
        signalled.store(true, Ordering::Relaxed);
        stop_signal().await;
        std::process::exit(1);
    });
    stopped
}
