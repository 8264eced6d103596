//! API keys of the demo.

use super::fresh;
use crate::commands::progress::Progress;
use anyhow::Context;
use application::{
    App,
    api_keys::{IssueApiKey, IssuedKey, RotateApiKey},
    gate::Caller,
    organisations::UpdateOrganisation,
    precondition::Precondition,
};
use domain::{
    id::TenantId,
    permission::{Permission, PermissionSet},
    tenant::TenantChange,
    text::{ApiKeyDescription, ApiKeyName},
};
use time::Duration;

/// Steps of progress that it takes to make them.
pub(super) const STEPS: usize = 4;
/// How long they live.
pub(super) const MAX_DAYS: u16 = 90;

/// What the reading key may see.
const READER: [Permission; 5] = [
    Permission::ReadOrganisation,
    Permission::ReadMembers,
    Permission::ReadRoles,
    Permission::ReadProjects,
    Permission::ReadResources,
];

/// Raw keys, to be shown.
pub(super) struct Keys {
    pub(super) automation: String,
    pub(super) reader: String,
}

/// Bounds the life of keys, and makes two: one that works on projects, and one that reads, rotated once.
pub(super) async fn make(
    app: &App,
    caller: &Caller,
    tenant: TenantId,
    progress: &Progress,
) -> anyhow::Result<Keys> {
    let change = TenantChange {
        api_key_max_days: Some(Some(MAX_DAYS)),
        ..TenantChange::default()
    };
    let command = UpdateOrganisation {
        change,
        precondition: Precondition::None,
    };
    app.organisations.update(caller, tenant, command).await?;
    progress.step(&format!("bounded the life of API keys to {MAX_DAYS} days"));

    let issue = async |name: &str, description: &str, scopes: Option<PermissionSet>| {
        let command = IssueApiKey {
            name: ApiKeyName::parse(name)?,
            description: Some(ApiKeyDescription::parse(description)?),
            scopes,
            expires_at: None,
            allowed_from: None,
            key: None,
        };
        let outcome = app.api_keys.issue(caller, tenant, command).await?;
        progress.step(&format!("issued the API key {name}"));
        fresh(outcome)
    };
    let automation = issue("Demo automation", "Works on projects", None).await?;
    let scopes = Some(READER.into_iter().collect());
    let reader = issue("Nightly report", "Reads, and was rotated once", scopes).await?;

    let command = RotateApiKey {
        overlap: Duration::DAY,
        key: None,
    };
    let rotated = app.api_keys.rotate(caller, tenant, reader.key.id, command);
    let reader = fresh(rotated.await?)?;
    progress.step("rotated the API key Nightly report");
    Ok(Keys {
        automation: shown(automation)?,
        reader: shown(reader)?,
    })
}

fn shown(issued: IssuedKey) -> anyhow::Result<String> {
    issued.raw.context("a new key is shown")
}
