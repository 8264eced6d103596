use super::super::roles::permission_rule;
use crate::{
    extract::{Checked, Fields, Input, choice, uuid},
    openapi,
    problem::Fault,
};
use application::access::{Check, CheckAccess, Ownable};
use domain::{
    id::{ProjectId, ResourceId, UserId},
    permission::{Action, Permission, ResourceKind},
};
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// Kinds of things that have an owner.
const OWNED: &[ResourceKind] = &[ResourceKind::Projects, ResourceKind::Resources];

/// Questions about what somebody may do.
#[derive(ToSchema)]
#[schema(as = CheckAccess, example = json!({ "checks": [{ "permission": "update:projects",
    "resource": { "kind": "projects", "id": "0198c0de-0000-7000-8000-00000000000b" } }] }))]
pub(super) struct CheckAccessBody {
    /// The member; whoever asks when it is null or left out. Asking about others needs `read:members`.
    #[schema(value_type = Option<Uuid>, required = false)]
    user_id: Option<UserId>,
    #[schema(value_type = Vec<CheckBody>, min_items = 1, max_items = 100)]
    checks: Vec<Check>,
}

/// One question.
#[derive(ToSchema)]
#[schema(as = AccessQuestion)]
#[expect(
    dead_code,
    reason = "describes what `check` reads for the API document only"
)]
struct CheckBody {
    /// `action:resource`, without `*`.
    permission: String,
    /// What it would be done to; without it, something that belongs to somebody else.
    #[schema(required = false)]
    resource: Option<OwnableBody>,
}

/// Something that has an owner.
#[derive(ToSchema)]
#[schema(as = OwnedThing)]
#[expect(
    dead_code,
    reason = "describes what `ownable` reads for the API document only"
)]
struct OwnableBody {
    /// The same as in the permission.
    #[schema(schema_with = kind)]
    kind: String,
    id: Uuid,
}

impl CheckAccessBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let user_id = fields.nullable("user_id", |value| uuid(value).map(UserId::from_uuid));
            let checks = fields.objects("checks", 1..=CheckAccess::MAX_CHECKS, check);
            Ok(Self {
                user_id: user_id?,
                checks: checks?,
            })
        })
    }

    pub(super) fn asked(self) -> CheckAccess {
        CheckAccess {
            user: self.user_id,
            checks: self.checks,
        }
    }
}

fn check(fields: &mut Fields<'_>) -> Checked<Check> {
    let permission = fields.required("permission", permission_rule);
    let named = fields.nullable_object("resource", ownable);
    let (permission, named) = (permission?, named?);
    let Some((kind, id)) = named else {
        let to = None;
        return Ok(Check { permission, to });
    };
    if !is_about_one(permission, kind) {
        let fault = Fault::value_error("is not what the permission is about");
        return fields.refuse("resource", fault);
    }
    let to = Some(match kind {
        ResourceKind::Projects => Ownable::Project(ProjectId::from_uuid(id)),
        _ => Ownable::Resource(ResourceId::from_uuid(id)),
    });
    Ok(Check { permission, to })
}

/// Whether the permission is about a single thing of this kind.
fn is_about_one(permission: Permission, kind: ResourceKind) -> bool {
    let mut actions = Action::ALL.iter();
    permission.has_owner() && actions.any(|it| Permission::of(*it, kind) == Some(permission))
}

fn ownable(fields: &mut Fields<'_>) -> Checked<(ResourceKind, Uuid)> {
    let kind = fields.required("kind", choice(OWNED, ResourceKind::as_str));
    let id = fields.required("id", uuid);
    Ok((kind?, id?))
}

pub(super) fn kind() -> Object {
    openapi::choice(OWNED, ResourceKind::as_str)
}

pub(super) fn permission() -> Object {
    openapi::choice(Permission::ALL, Permission::as_str)
}
