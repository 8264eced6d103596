//! `admin`.

use crate::{commands::block_on, compose::compose, config::Settings};
use adapter_telemetry::Metrics;
use anyhow::Context;
use application::operators::OperatorCaller;
use clap::Subcommand;
use domain::{id::OperatorId, operator::Operator};
use std::process::ExitCode;
use time::OffsetDateTime;

/// What can be done about operators.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Prints a token that makes somebody an operator, once, within 15 minutes.
    Bootstrap,
    /// Lists operators.
    Operators,
    /// Takes an operator's key away.
    Revoke {
        /// The operator's id.
        operator: String,
    },
}

/// Runs the command on the configured database.
///
/// # Errors
/// When the database cannot be reached, or there is no such operator.
pub fn run(settings: &Settings, command: &AdminCommand) -> anyhow::Result<ExitCode> {
    block_on(async {
        let app = compose(settings, &Metrics::new()?).await?.app;
        let console = OperatorCaller::console(OffsetDateTime::UNIX_EPOCH);
        match command {
            AdminCommand::Bootstrap => println!("{}", app.operators.issue_token().await?),
            AdminCommand::Operators => {
                for operator in app.operators.list(&console).await? {
                    println!("{}", line(&operator));
                }
            }
            AdminCommand::Revoke { operator } => {
                let id = OperatorId::parse(operator).context("an operator's id is a UUID")?;
                println!("{}", line(&app.operators.revoke(&console, id).await?));
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn line(operator: &Operator) -> String {
    let state = match operator.revoked_at {
        None => "active".to_owned(),
        Some(at) => format!("revoked at {at}"),
    };
    format!("{}  {}  {state}", operator.id, operator.name.as_str())
}
