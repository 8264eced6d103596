//! The `saas-api` binary: reads the configuration, wires the application and runs one command.

mod cli;
mod commands;
mod compose;
mod config;
mod serve;

use clap::Parser;
use std::process::ExitCode;

/// The configuration is not usable (`EX_CONFIG` of sysexits.h).
const EX_CONFIG: u8 = 78;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("saas-api: {error:#}");
            let misconfigured = error.is::<config::ConfigError>()
                || error.is::<serve::Refused>()
                || compose::unsafe_role(&error);
            if misconfigured {
                ExitCode::from(EX_CONFIG)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
