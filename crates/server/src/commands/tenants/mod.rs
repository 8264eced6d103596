//! `tenants`: what the operator plane can do, from a console.

mod print;

use crate::{commands::block_on, compose::compose, config::Settings};
use adapter_telemetry::Metrics;
use anyhow::Context;
use application::{
    App,
    onboarding::Founded,
    operators::OperatorCaller,
    outcome::Outcome,
    tenants::{CreateTenant, Owner, PurgeTenant},
};
use clap::{Args, Subcommand};
use domain::{
    access::Origin,
    email::Email,
    id::{TenantId, UserId},
    page::{PageRequest, Start},
    slug::Slug,
    tenant::{Isolation, Tenant, TenantFilter, TenantStatus, Tier},
    text::{ApiKeyName, DatabaseName, Reason, TenantName},
};
use std::process::ExitCode;
use time::OffsetDateTime;

/// What can be done about organisations.
#[derive(Debug, Subcommand)]
pub enum TenantsCommand {
    /// Lists organisations, oldest first.
    List {
        /// Only organisations with this status.
        #[arg(long)]
        status: Option<String>,
        /// Only organisations of this tier.
        #[arg(long)]
        tier: Option<String>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Founds an organisation for an existing user.
    Create(Create),
    /// Shows an organisation.
    Show {
        /// The organisation's id.
        organisation: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Closes an organisation for everyone.
    Suspend(Change),
    /// Opens a closed organisation again.
    Reactivate(Change),
    /// Sets what an organisation is entitled to.
    SetTier {
        /// `free`, `pro` or `enterprise`.
        #[arg(long)]
        tier: String,
        #[command(flatten)]
        change: Change,
    },
    /// Closes an organisation for good; it is purged when the grace period is over.
    Delete(Change),
    /// Removes an organisation that was closed for good, with all that it has.
    Purge {
        /// Within the grace period too.
        #[arg(long)]
        early: bool,
        #[command(flatten)]
        change: Change,
    },
}

/// A new organisation.
#[derive(Debug, Args)]
pub struct Create {
    /// The organisation's name.
    name: String,
    /// Who is going to own it: a user's id or e-mail address.
    #[arg(long)]
    owner: String,
    /// The organisation's slug; derived from the name when it is left out.
    #[arg(long)]
    slug: Option<String>,
    /// `free`, `pro` or `enterprise`.
    #[arg(long)]
    tier: Option<String>,
    /// `pool` or `silo`.
    #[arg(long)]
    isolation: Option<String>,
    /// The configured database to put its data into.
    #[arg(long)]
    database: Option<String>,
    /// The name of a first API key.
    #[arg(long)]
    api_key: Option<String>,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// What is changed, and why.
#[derive(Debug, Args)]
pub struct Change {
    /// The organisation's id.
    organisation: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command on the configured database.
///
/// # Errors
/// When the database cannot be reached, or the command is refused.
pub fn run(settings: &Settings, command: TenantsCommand) -> anyhow::Result<ExitCode> {
    block_on(async {
        let app = compose(settings, &Metrics::new()?).await?.app;
        execute(&app, command).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn execute(app: &App, command: TenantsCommand) -> anyhow::Result<()> {
    let (tenants, by) = (&app.tenants, OperatorCaller::console(nowhere()));
    match command {
        TenantsCommand::List { status, tier, json } => {
            let filter = filter(status.as_deref(), tier.as_deref())?;
            print::all(&all(app, &by, &filter).await?, json);
        }
        TenantsCommand::Create(create) => {
            let json = create.json;
            print::founded(&found(app, &by, create).await?, json);
        }
        TenantsCommand::Show { organisation, json } => {
            print::one(&tenants.show(&by, id(&organisation)?).await?, json);
        }
        TenantsCommand::Suspend(change) => {
            let (id, reason) = change.parts()?;
            print::one(&tenants.suspend(&by, id, reason).await?, change.json);
        }
        TenantsCommand::Reactivate(change) => {
            let (id, reason) = change.parts()?;
            print::one(&tenants.reactivate(&by, id, reason).await?, change.json);
        }
        TenantsCommand::SetTier { tier, change } => {
            let ((id, reason), tier) = (change.parts()?, self::tier(&tier)?);
            let set = tenants.set_tier(&by, id, tier, reason).await?;
            print::one(&set, change.json);
        }
        TenantsCommand::Delete(change) => {
            let (id, reason) = change.parts()?;
            print::one(&tenants.delete(&by, id, reason).await?, change.json);
        }
        TenantsCommand::Purge { early, change } => {
            let (id, reason) = change.parts()?;
            let rows = tenants.purge(&by, id, PurgeTenant { early, reason });
            print::purged(id, rows.await?, change.json);
        }
    }
    Ok(())
}

impl Change {
    fn parts(&self) -> anyhow::Result<(TenantId, Reason)> {
        let reason = Reason::parse(&*self.reason).context("--reason")?;
        Ok((id(&self.organisation)?, reason))
    }
}

/// Every page.
async fn all(app: &App, by: &OperatorCaller, filter: &TenantFilter) -> anyhow::Result<Vec<Tenant>> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = PageRequest {
            limit: PageRequest::MAX_LIMIT,
            start: Start::After(after),
        };
        let page = app.tenants.list(by, filter, &page).await?;
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

async fn found(app: &App, by: &OperatorCaller, create: Create) -> anyhow::Result<Founded> {
    let owner = match UserId::parse(&create.owner) {
        Some(id) => Owner::Id(id),
        None => Owner::Email(Email::parse(&create.owner).context("--owner")?),
    };
    let isolation = |raw: &str| Isolation::parse(raw).context("--isolation is pool or silo");
    let command = CreateTenant {
        name: TenantName::parse(create.name).context("the name")?,
        slug: create.slug.map(Slug::parse).transpose().context("--slug")?,
        tier: create.tier.as_deref().map(tier).transpose()?,
        isolation: create.isolation.as_deref().map(isolation).transpose()?,
        database: create
            .database
            .map(DatabaseName::parse)
            .transpose()
            .context("--database")?,
        owner,
        key_name: create
            .api_key
            .map(ApiKeyName::parse)
            .transpose()
            .context("--api-key")?,
        reason: Reason::parse(create.reason).context("--reason")?,
        key: None,
    };
    let (Outcome::Fresh(mut founded) | Outcome::Replayed(mut founded)) =
        app.tenants.create(by, command).await?;
    if founded.tenant.status() == TenantStatus::Provisioning
        && let Some(tenant) = app.onboarding.settle(&founded, &nowhere()).await?
    {
        founded.tenant = tenant;
    }
    Ok(founded)
}

fn filter(status: Option<&str>, tier: Option<&str>) -> anyhow::Result<TenantFilter> {
    let status = status.map(|raw| {
        let words = "--status is provisioning, active, suspended, deleting or deleted";
        TenantStatus::parse(raw).context(words)
    });
    Ok(TenantFilter {
        status: status.transpose()?,
        tier: tier.map(self::tier).transpose()?,
    })
}

fn tier(raw: &str) -> anyhow::Result<Tier> {
    Tier::parse(raw).context("--tier is free, pro or enterprise")
}

fn id(raw: &str) -> anyhow::Result<TenantId> {
    TenantId::parse(raw).context("an organisation's id is a UUID")
}

/// A console has no address; whatever lets it in says when.
fn nowhere() -> Origin {
    Origin::from(OffsetDateTime::UNIX_EPOCH)
}
