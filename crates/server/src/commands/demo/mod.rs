//! `demo`: a readable data set, made by the use cases themselves, so that everything in it is as real requests make it.

mod data;
mod keys;
mod report;
mod resources;

use crate::{
    commands::{block_on, progress::Progress},
    compose::{Composition, compose},
    config::Settings,
};
use adapter_local::api_key::{ApiKeyMint, Brand};
use adapter_telemetry::Metrics;
use anyhow::{Context, bail, ensure};
use application::{
    App,
    auth::Register,
    error::{Challenge, Error},
    gate::{Caller, SignedIn},
    members::AddMember,
    organisations::CreateOrganisation,
    outcome::Outcome,
    projects::CreateProject,
};
use data::{ORGANISATIONS, Organisation, PEOPLE};
use domain::{
    access::{Credential, Origin},
    email::Email,
    id::{TenantId, UserId},
    password::Password,
    ports::{KeyMint, Unique},
    slug::Slug,
    tenant::TenantStatus,
    text::{Description, DisplayName, ProjectName, TenantName},
};
use keys::Keys;
use std::{collections::HashMap, process::ExitCode};
use time::OffsetDateTime;

/// What was made, for the report.
struct Made {
    password: String,
    organisation: TenantId,
    api_keys: Keys,
}

/// Fills a fresh database and prints what to try.
///
/// # Errors
/// In production, and when the database already holds the demo.
pub fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    ensure!(!settings.is_production(), "there is no demo in production");
    let made = block_on(async {
        let composition = compose(settings, &Metrics::new()?).await?;
        fill(&composition).await
    })?;
    report::print(settings, &made);
    Ok(ExitCode::SUCCESS)
}

async fn fill(composition: &Composition) -> anyhow::Result<Made> {
    let app = &*composition.app;
    let password = random_password();
    let steps = PEOPLE.len() + ORGANISATIONS.iter().map(Organisation::steps).sum::<usize>();
    let progress = Progress::new(steps);

    let mut users = HashMap::new();
    for (name, email) in PEOPLE {
        users.insert(email, register(app, name, email, &password).await?);
        progress.step(&format!("registered {email}"));
    }
    let mut first = None;
    for organisation in &ORGANISATIONS {
        let made = found(app, organisation, &users, &progress).await?;
        first.get_or_insert(made);
    }
    progress.done();
    let (organisation, api_keys) = first.context("the demo has an organisation")?;
    Ok(Made {
        password,
        organisation,
        api_keys,
    })
}

/// A different one each time: a database that was filled for a demo has no password that others know.
fn random_password() -> String {
    let random = ApiKeyMint::new(Brand::default(), b"demo").mint().raw;
    random.chars().rev().take(20).collect()
}

async fn register(app: &App, name: &str, email: &str, password: &str) -> anyhow::Result<UserId> {
    let command = Register {
        email: Email::parse(email)?,
        password: Password::new(password),
        display_name: DisplayName::parse(name)?,
        origin: origin(),
    };
    match app.auth.register(command).await {
        Ok(user) => Ok(user.id),
        Err(Error::Taken(Unique::Email)) => bail!("the database already holds the demo"),
        Err(error) => Err(error.into()),
    }
}

async fn found(
    app: &App,
    organisation: &Organisation,
    users: &HashMap<&str, UserId>,
    progress: &Progress,
) -> anyhow::Result<(TenantId, Keys)> {
    let user = |email: &str| {
        users
            .get(email)
            .copied()
            .context("the demo knows its people")
    };
    let owner = user(organisation.owner)?;
    let caller = Caller {
        credential: Credential::User(owner),
        challenge: Challenge::Token,
        origin: origin(),
    };
    let founder = SignedIn {
        user: owner,
        origin: origin(),
    };
    let command = CreateOrganisation {
        name: TenantName::parse(organisation.name)?,
        slug: Some(Slug::parse(organisation.slug)?),
        key: None,
    };
    let new = fresh(app.organisations.create(&founder, command).await?)?;
    let tenant = new.tenant.id();
    if new.tenant.status() == TenantStatus::Provisioning {
        app.onboarding.settle(&new, &origin()).await?;
    }
    progress.step(&format!("founded {}", organisation.name));
    for (email, role) in organisation.members {
        let command = AddMember {
            user: user(email)?,
            role: role.clone(),
            key: None,
        };
        app.members.add(&caller, tenant, command).await?;
        progress.step(&format!("added {email} as {}", role.as_str()));
    }
    let mut projects = HashMap::new();
    for (name, description, status) in organisation.projects {
        let command = CreateProject {
            name: ProjectName::parse(*name)?,
            description: Some(Description::parse(*description)?),
            status: *status,
            key: None,
        };
        let project = fresh(app.projects.create(&caller, tenant, command).await?)?;
        projects.insert(*name, project.id());
        progress.step(&format!("created {name}"));
    }
    for resource in organisation.resources {
        let command = resources::command(resource, &projects)?;
        app.resources.create(&caller, tenant, command).await?;
        progress.step(&format!("created {}", resource.name));
    }
    let api_keys = keys::make(app, &caller, tenant, progress).await?;
    Ok((tenant, api_keys))
}

/// Nobody asked; whatever lets the demo in says when.
fn origin() -> Origin {
    Origin::from(OffsetDateTime::UNIX_EPOCH)
}

fn fresh<T>(outcome: Outcome<T>) -> anyhow::Result<T> {
    match outcome {
        Outcome::Fresh(answer) => Ok(answer),
        Outcome::Replayed(_) => bail!("the demo repeats no request"),
    }
}
