//! The command line.

use crate::{
    commands::{self, admin::AdminCommand, keys::KeyAlgorithm, tenants::TenantsCommand},
    config::Settings,
    serve,
};
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// A multi-tenant SaaS backend. Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "saas-api", version)]
pub struct Cli {
    /// TOML file with settings; the environment (`SAAS_API_…`) goes before it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the API.
    Serve,
    /// Takes the database schema forward, and every silo. Safe to interrupt and to repeat.
    Migrate {
        /// How many silos are worked on at once, each over a connection of its own.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
        jobs: u8,
        /// Prints what would be done, and changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Makes signing keys.
    #[command(subcommand)]
    Keys(Keys),
    /// Looks at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Prints the OpenAPI document.
    Openapi {
        /// That of the operator plane.
        #[arg(long)]
        admin: bool,
    },
    /// Operators: whoever runs the platform.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Organisations, from their founding to their end.
    #[command(subcommand)]
    Tenants(TenantsCommand),
    /// Checks this set-up item by item against the production checklist.
    Doctor {
        /// Probes instead whether organisations see anything of one another; makes some for it, and purges them.
        #[arg(long)]
        isolation: bool,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Asks the running server whether it is healthy; for containers.
    Healthcheck,
    /// Fills a fresh database with demo data and prints what to try.
    Demo,
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Prints a new private key (PKCS#8 PEM).
    Generate {
        /// What to sign with.
        #[arg(long, value_enum, default_value_t = KeyAlgorithm::Eddsa)]
        alg: KeyAlgorithm,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Reads and validates the configuration.
    Check,
    /// Prints the configuration, with every secret redacted.
    Show,
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// With the one line to print; `main` knows the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let settings = || Settings::load(self.config.as_deref(), std::env::vars());
        match self.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::serve(&settings()?),
            Command::Migrate { dry_run: true, .. } => commands::migrate::dry_run(&settings()?),
            Command::Migrate { jobs, .. } => commands::migrate::run(&settings()?, jobs),
            Command::Keys(Keys::Generate { alg }) => commands::keys::generate(alg),
            Command::Config(ConfigCommand::Check) => commands::config::check(&settings()?),
            Command::Config(ConfigCommand::Show) => Ok(commands::config::show(&settings()?)),
            Command::Openapi { admin } => commands::openapi::run(&settings()?, admin),
            Command::Admin(command) => commands::admin::run(&settings()?, &command),
            Command::Tenants(command) => commands::tenants::run(&settings()?, command),
            Command::Doctor { isolation, json } if isolation => {
                commands::doctor::isolation::run(&settings()?, json)
            }
            Command::Doctor { json, .. } => commands::doctor::run(&settings()?, json),
            Command::Healthcheck => commands::healthcheck::run(&settings()?),
            Command::Demo => commands::demo::run(&settings()?),
        }
    }
}
