use super::{AuditAction, Fact, FieldChange, changes::changed};
use crate::{
    api_key::ApiKey,
    id::{TenantId, UserId},
    membership::Membership,
    permission::PermissionSet,
    project::{Project, ProjectState},
    resource::Resource,
    role::Role,
    role_definition::RoleDefinition,
    tenant::{Tenant, TenantState},
    text::{ApiKeyDescription, Description, Reason, RoleDescription},
};
use uuid::Uuid;

type Metadata = Vec<(&'static str, Fact)>;

/// An event that is about to be committed with its change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    action: AuditAction,
    target: Uuid,
    metadata: Metadata,
    changes: Vec<FieldChange>,
}

impl AuditEvent {
    fn new(action: AuditAction, target: Uuid, metadata: Metadata) -> Self {
        Self {
            action,
            target,
            metadata,
            changes: Vec::new(),
        }
    }

    fn with(mut self, changes: Vec<FieldChange>) -> Self {
        self.changes = changes;
        self
    }

    /// What happened.
    pub const fn action(&self) -> AuditAction {
        self.action
    }

    /// The row it happened to.
    pub const fn target(&self) -> Uuid {
        self.target
    }

    /// What else is worth knowing, in wire order.
    pub fn metadata(&self) -> &[(&'static str, Fact)] {
        &self.metadata
    }

    /// What is different afterwards, in wire order.
    pub fn changes(&self) -> &[FieldChange] {
        &self.changes
    }
}

/// Users.
impl AuditEvent {
    /// A user registered.
    pub fn user_registered(user: UserId) -> Self {
        Self::new(AuditAction::UserRegistered, user.as_uuid(), vec![])
    }

    /// A user logged in.
    pub fn user_logged_in(user: UserId) -> Self {
        Self::new(AuditAction::UserLoggedIn, user.as_uuid(), vec![])
    }

    /// A user tried to enter an organisation without being a member, or one that does not exist.
    pub fn user_access_denied(tenant: TenantId) -> Self {
        Self::new(AuditAction::UserAccessDenied, tenant.as_uuid(), vec![])
    }

    /// Somebody gave a wrong password for a user.
    pub fn user_login_failed(user: UserId) -> Self {
        Self::new(AuditAction::UserLoginFailed, user.as_uuid(), vec![])
    }
}

/// Organisations.
impl AuditEvent {
    /// An organisation was created.
    pub fn organisation_created(tenant: &Tenant) -> Self {
        let target = tenant.id().as_uuid();
        Self::new(AuditAction::OrganisationCreated, target, vec![])
    }

    /// An organisation was changed; `fields` are those that were sent.
    pub fn organisation_updated(before: &TenantState, tenant: &Tenant, fields: &[&str]) -> Self {
        let after = tenant.state();
        let days = |state: &TenantState| match state.api_key_max_days {
            None => Fact::Nothing,
            Some(days) => Fact::Number(days.into()),
        };
        let changes = changed([
            (
                "name",
                before.name.as_str().into(),
                after.name.as_str().into(),
            ),
            (
                "slug",
                before.slug.as_str().into(),
                after.slug.as_str().into(),
            ),
            ("api_key_max_days", days(before), days(after)),
        ]);
        let target = tenant.id().as_uuid();
        Self::new(AuditAction::OrganisationUpdated, target, sent(fields)).with(changes)
    }

    /// An operator set an organisation's status or tier, for a reason.
    pub fn organisation_operated(
        action: AuditAction,
        before: &TenantState,
        tenant: &Tenant,
        reason: &Reason,
    ) -> Self {
        let after = tenant.state();
        let changes = changed([
            (
                "status",
                before.status.as_str().into(),
                after.status.as_str().into(),
            ),
            (
                "tier",
                before.tier.as_str().into(),
                after.tier.as_str().into(),
            ),
        ]);
        let metadata = vec![("reason", reason.as_str().into())];
        Self::new(action, tenant.id().as_uuid(), metadata).with(changes)
    }
}

/// Members and roles.
impl AuditEvent {
    /// A member was added.
    pub fn member_added(member: &Membership) -> Self {
        let target = member.id.as_uuid();
        Self::new(AuditAction::MemberAdded, target, user_and_role(member))
    }

    /// A member's role was set from `old` to the one that it has now.
    pub fn member_role_changed(member: &Membership, old: &Role) -> Self {
        let (before, after) = (Fact::from(old.as_str()), Fact::from(member.role.as_str()));
        let metadata = vec![
            ("user_id", Fact::Text(member.user.to_string())),
            ("old_role", before.clone()),
            ("new_role", after.clone()),
        ];
        Self::new(
            AuditAction::MemberRoleChanged,
            member.id.as_uuid(),
            metadata,
        )
        .with(changed([("role", before, after)]))
    }

    /// A member was removed.
    pub fn member_removed(member: &Membership) -> Self {
        let target = member.id.as_uuid();
        Self::new(AuditAction::MemberRemoved, target, user_and_role(member))
    }

    /// A role was defined, or a built-in one defined anew.
    pub fn role_created(role: &RoleDefinition) -> Self {
        Self::new(AuditAction::RoleCreated, role.id.as_uuid(), named(role)).with(changed([(
            "permissions",
            Fact::Nothing,
            grants(role),
        )]))
    }

    /// What a role grants was replaced.
    pub fn role_updated(before: &RoleDefinition, role: &RoleDefinition) -> Self {
        let description = |role: &RoleDefinition| {
            Fact::from(role.description.as_ref().map(RoleDescription::as_str))
        };
        let changes = changed([
            ("description", description(before), description(role)),
            ("permissions", grants(before), grants(role)),
        ]);
        Self::new(AuditAction::RoleUpdated, role.id.as_uuid(), named(role)).with(changes)
    }

    /// A role was deleted, or a built-in one set back to its default.
    pub fn role_deleted(role: &RoleDefinition) -> Self {
        Self::new(AuditAction::RoleDeleted, role.id.as_uuid(), named(role)).with(changed([(
            "permissions",
            grants(role),
            Fact::Nothing,
        )]))
    }
}

/// Projects and resources.
impl AuditEvent {
    /// A project was created.
    pub fn project_created(project: &Project) -> Self {
        let metadata = vec![
            ("project_name", project.name().as_str().into()),
            ("status", project.status().as_str().into()),
        ];
        Self::new(
            AuditAction::ProjectCreated,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A project was changed; `fields` are those that were sent.
    pub fn project_updated(before: &ProjectState, project: &Project, fields: &[&str]) -> Self {
        let after = project.state();
        let description =
            |state: &ProjectState| Fact::from(state.description.as_ref().map(Description::as_str));
        let changes = changed([
            (
                "name",
                before.name.as_str().into(),
                after.name.as_str().into(),
            ),
            ("description", description(before), description(after)),
            (
                "status",
                before.status.as_str().into(),
                after.status.as_str().into(),
            ),
        ]);
        Self::new(
            AuditAction::ProjectUpdated,
            project.id().as_uuid(),
            sent(fields),
        )
        .with(changes)
    }

    /// A project was deleted.
    pub fn project_deleted(project: &Project) -> Self {
        let metadata = vec![("project_name", project.name().as_str().into())];
        Self::new(
            AuditAction::ProjectDeleted,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A deleted project was brought back.
    pub fn project_restored(project: &Project) -> Self {
        let metadata = vec![("project_name", project.name().as_str().into())];
        Self::new(
            AuditAction::ProjectRestored,
            project.id().as_uuid(),
            metadata,
        )
    }

    /// A resource was created.
    pub fn resource_created(resource: &Resource) -> Self {
        Self::about(AuditAction::ResourceCreated, resource)
    }

    /// A resource was changed. Of the document only its size is recorded: it may hold anything.
    pub fn resource_updated(before: &Resource, resource: &Resource) -> Self {
        let project =
            |one: &Resource| Fact::from(one.state().project.map(|id| Fact::Text(id.to_string())));
        let size = |one: &Resource| {
            Fact::Number(i64::try_from(one.state().data.bytes()).unwrap_or(i64::MAX))
        };
        let mut changes = changed([
            (
                "name",
                before.name().as_str().into(),
                resource.name().as_str().into(),
            ),
            ("project_id", project(before), project(resource)),
        ]);
        if before.state().data != resource.state().data {
            let (before, after) = (size(before), size(resource));
            let field = "data_bytes";
            changes.push(FieldChange {
                field,
                before,
                after,
            });
        }
        Self::about(AuditAction::ResourceUpdated, resource).with(changes)
    }

    /// A resource was deleted.
    pub fn resource_deleted(resource: &Resource) -> Self {
        Self::about(AuditAction::ResourceDeleted, resource)
    }

    /// A deleted resource was brought back.
    pub fn resource_restored(resource: &Resource) -> Self {
        Self::about(AuditAction::ResourceRestored, resource)
    }

    fn about(action: AuditAction, resource: &Resource) -> Self {
        let metadata = vec![("resource_name", resource.name().as_str().into())];
        Self::new(action, resource.id().as_uuid(), metadata)
    }
}

/// API keys.
impl AuditEvent {
    /// An API key was created.
    pub fn api_key_created(key: &ApiKey) -> Self {
        let scopes = ("scopes", Fact::Nothing, listed(key.terms.scopes));
        Self::new(
            AuditAction::ApiKeyCreated,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
        .with(changed([scopes]))
    }

    /// An API key's name or description was set.
    pub fn api_key_updated(before: &ApiKey, key: &ApiKey) -> Self {
        let description = |key: &ApiKey| {
            Fact::from(
                key.terms
                    .description
                    .as_ref()
                    .map(ApiKeyDescription::as_str),
            )
        };
        let changes = changed([
            (
                "name",
                before.terms.name.as_str().into(),
                key.terms.name.as_str().into(),
            ),
            ("description", description(before), description(key)),
        ]);
        Self::new(
            AuditAction::ApiKeyUpdated,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
        .with(changes)
    }

    /// An API key got a new secret.
    pub fn api_key_rotated(before: &ApiKey, key: &ApiKey) -> Self {
        let prefix = (
            "key_prefix",
            before.prefix.as_str().into(),
            key.prefix.as_str().into(),
        );
        Self::new(
            AuditAction::ApiKeyRotated,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
        .with(changed([prefix]))
    }

    /// An API key was revoked.
    pub fn api_key_revoked(key: &ApiKey) -> Self {
        Self::new(
            AuditAction::ApiKeyRevoked,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
    }
}

/// What somebody was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denial {
    /// To use permissions.
    Use(PermissionSet),
    /// To give permissions away.
    Grant(PermissionSet),
}

impl AuditEvent {
    /// Somebody who belongs to the organisation was refused something.
    pub fn denied(tenant: TenantId, denial: Denial) -> Self {
        let (action, permissions) = match denial {
            Denial::Use(permissions) => (AuditAction::AccessDenied, permissions),
            Denial::Grant(permissions) => (AuditAction::EscalationDenied, permissions),
        };
        Self::new(
            action,
            tenant.as_uuid(),
            vec![("permissions", listed(permissions))],
        )
    }
}

fn sent(fields: &[&str]) -> Metadata {
    let fields = fields.iter().map(|field| (*field).to_owned());
    vec![("changed_fields", Fact::List(fields.collect()))]
}

fn listed(permissions: PermissionSet) -> Fact {
    Fact::List(
        permissions
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
    )
}

fn grants(role: &RoleDefinition) -> Fact {
    Fact::List(role.grants.iter().map(ToString::to_string).collect())
}

fn named(role: &RoleDefinition) -> Metadata {
    vec![("role", role.role.as_str().into())]
}

fn user_and_role(member: &Membership) -> Metadata {
    vec![
        ("user_id", Fact::Text(member.user.to_string())),
        ("role", member.role.as_str().into()),
    ]
}

fn name_and_prefix(key: &ApiKey) -> Metadata {
    vec![
        ("api_key_name", key.terms.name.as_str().into()),
        ("key_prefix", key.prefix.as_str().into()),
    ]
}
