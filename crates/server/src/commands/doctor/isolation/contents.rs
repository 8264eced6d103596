//! What a probed organisation has: one thing of each kind, with the canary in it.

use super::names::Names;
use anyhow::{Context, bail};
use application::{
    App, Ports, api_keys::IssueApiKey, error::Challenge, gate::Caller, outcome::Outcome,
    projects::CreateProject, resources::CreateResource, roles::CreateRole,
};
use domain::{
    access::Credential,
    api_key::KeyTerms,
    document::{Document, Json},
    id::{ProjectId, TenantId, UserId},
    permission::{Pattern, Permission, PermissionSet},
    policy::Grants,
    project::ProjectStatus,
    role::RoleName,
    text::{ApiKeyName, Description, ProjectName, ResourceName, RoleDescription},
};
use time::OffsetDateTime;

/// What was made.
pub(super) struct Contents {
    pub(super) names: Names,
    /// The raw key.
    pub(super) key: String,
}

/// Somebody at the console, in the name of this user.
pub(super) fn caller(user: UserId, now: OffsetDateTime) -> Caller {
    Caller {
        credential: Credential::User(user),
        challenge: Challenge::Token,
        origin: now.into(),
    }
}

/// What a use case answers that no request was repeated for.
///
/// # Errors
/// When it was repeated.
pub(super) fn fresh<T>(outcome: Outcome<T>) -> anyhow::Result<T> {
    match outcome {
        Outcome::Fresh(answer) => Ok(answer),
        Outcome::Replayed(_) => bail!("nothing was asked for before"),
    }
}

/// Fills an organisation, as its owner.
///
/// # Errors
/// Those of the use cases.
pub(super) async fn fill(
    app: &App,
    ports: &Ports,
    by: &Caller,
    tenant: TenantId,
    owner: UserId,
    canary: &str,
) -> anyhow::Result<Contents> {
    let command = CreateProject {
        name: ProjectName::parse(canary)?,
        description: Some(Description::parse(canary)?),
        status: ProjectStatus::Active,
        key: None,
    };
    let project = fresh(app.projects.create(by, tenant, command).await?)?.id();
    let command = resource(project, canary)?;
    let resource = fresh(app.resources.create(by, tenant, command).await?)?.id();
    let role = role_name(ports);
    let command = CreateRole {
        name: RoleName::parse(&role).context("a role of ours has a name")?,
        description: Some(RoleDescription::parse(canary)?),
        grants: Grants::parse("read:projects").context("what roles of ours grant can be read")?,
        key: None,
    };
    fresh(app.roles.create(by, tenant, command).await?)?;
    let issued = fresh(app.api_keys.issue(by, tenant, api_key(canary)?).await?)?;
    let names = Names {
        organisation: tenant.to_string(),
        project: project.to_string(),
        resource: resource.to_string(),
        role,
        api_key: issued.key.id.to_string(),
        member: owner.to_string(),
    };
    let key = issued.raw.context("a new key is shown")?;
    Ok(Contents { names, key })
}

/// A name that no role has. It is no secret: whoever looks for the role has to say it.
pub(super) fn role_name(ports: &Ports) -> String {
    let id = ports.ids.uuid().simple().to_string();
    format!("probe-{}", &id[id.len() - 20..])
}

fn resource(project: ProjectId, canary: &str) -> anyhow::Result<CreateResource> {
    let data = vec![("canary".to_owned(), Json::Text(canary.to_owned()))];
    Ok(CreateResource {
        name: ResourceName::parse(canary)?,
        project: Some(project),
        data: Document::new(Json::Object(data))?,
        key: None,
    })
}

/// A key that may do all that keys may do.
fn api_key(canary: &str) -> anyhow::Result<IssueApiKey> {
    let scope = |permission: &Permission| {
        let pattern = Pattern::parse(permission.as_str()).ok()?;
        KeyTerms::scope(pattern).ok()
    };
    let scopes = Permission::ALL.iter().filter_map(scope);
    Ok(IssueApiKey {
        name: ApiKeyName::parse(canary)?,
        description: None,
        scopes: Some(scopes.fold(PermissionSet::EMPTY, PermissionSet::union)),
        expires_at: None,
        allowed_from: None,
        key: None,
    })
}
