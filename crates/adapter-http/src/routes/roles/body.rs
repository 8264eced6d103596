use super::grant::{self, GrantBody};
use crate::{
    extract::{Checked, Fields, Input, text},
    openapi::{self, nullable_text},
    problem::Fault,
};
use application::{
    precondition::Precondition,
    roles::{CreateRole, ReplaceRole, RolePreview},
};
use domain::{
    idempotency::IdempotencyKey,
    policy::Grants,
    role::{Role, RoleName},
    text::{RoleDescription, TextError},
};
use serde_json::{Value, json};
use utoipa::{ToSchema, openapi::Object};

/// A role to be defined.
#[derive(ToSchema)]
#[schema(as = CreateRole, example = json!({ "name": "auditor", "description": "Looks, touches nothing",
    "permissions": [{ "permission": "read:*", "conditions": null }] }))]
pub(super) struct CreateRoleBody {
    /// Unique in the organisation, and none of the built-in names.
    #[schema(schema_with = openapi::role_name)]
    name: RoleName,
    #[schema(schema_with = description, required = false)]
    description: Option<RoleDescription>,
    /// At most 100. What is not permitted is denied.
    #[schema(value_type = Vec<GrantBody>, max_items = 100)]
    permissions: Grants,
}

impl CreateRoleBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.required("name", role_name);
            let description = read_description(fields);
            let permissions = grant::grants(fields);
            Ok(Self {
                name: name?,
                description: description?,
                permissions: permissions?,
            })
        })
    }

    /// The body with its defaults, keys in order: two bodies that mean the same are the same here.
    pub(super) fn canonical(&self) -> Value {
        json!({
            "description": self.description.as_ref().map(RoleDescription::as_str),
            "name": self.name.as_str(),
            "permissions": self.permissions.to_string(),
        })
    }

    pub(super) fn command(self, key: Option<IdempotencyKey>) -> CreateRole {
        CreateRole {
            name: self.name,
            description: self.description,
            grants: self.permissions,
            key,
        }
    }
}

/// What a role says from now on.
#[derive(ToSchema)]
#[schema(as = ReplaceRole, example = json!({ "description": null,
    "permissions": [{ "permission": "*:projects", "conditions": { "owner": true } }] }))]
pub(super) struct ReplaceRoleBody {
    #[schema(schema_with = description, required = false)]
    description: Option<RoleDescription>,
    /// At most 100. What is not permitted is denied.
    #[schema(value_type = Vec<GrantBody>, max_items = 100)]
    permissions: Grants,
}

impl ReplaceRoleBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let description = read_description(fields);
            let permissions = grant::grants(fields);
            Ok(Self {
                description: description?,
                permissions: permissions?,
            })
        })
    }

    pub(super) fn command(self, role: Role, precondition: Precondition) -> ReplaceRole {
        ReplaceRole {
            role,
            description: self.description,
            grants: self.permissions,
            precondition,
        }
    }
}

/// A change of a role that is not carried out.
#[derive(ToSchema)]
#[schema(as = PreviewRole, example = json!({ "permissions": [{ "permission": "read:projects" }] }))]
pub(super) struct PreviewRoleBody {
    /// What the role would permit; null when it would be deleted, or set back to its default.
    #[schema(value_type = Option<Vec<GrantBody>>, required = true, max_items = 100)]
    permissions: Option<Grants>,
}

impl PreviewRoleBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let permissions = if fields.is_null("permissions") {
                None
            } else {
                Some(grant::grants(fields)?)
            };
            Ok(Self { permissions })
        })
    }

    pub(super) fn asked(self, role: Role) -> RolePreview {
        RolePreview {
            role,
            grants: self.permissions,
        }
    }
}

fn read_description(fields: &mut Fields<'_>) -> Checked<Option<RoleDescription>> {
    fields.nullable("description", text(RoleDescription::parse))
}

fn role_name(value: Value) -> Result<RoleName, Fault> {
    let pattern = RoleName::PATTERN;
    text(|raw| RoleName::parse(&raw).ok_or(TextError::Pattern { pattern }))(value)
}

pub(super) fn description() -> Object {
    nullable_text::<{ RoleDescription::MIN_CHARS }, { RoleDescription::MAX_CHARS }>()
}
