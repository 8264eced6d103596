//! Which events to list.

use crate::{
    Api,
    extract::{Checked, Input, choice, instant, uuid},
    openapi::{Operation, choice_parameter, instant_parameter, uuid_parameter},
    wire::CursorScope,
};
use domain::{
    audit::{AuditAction, AuditFilter},
    id::{ApiKeyId, TenantId, UserId},
};
use time::OffsetDateTime;

/// Describes the parameters.
pub(super) fn describe(operation: Operation) -> Operation {
    let only = [
        ("actor_user_id", "Only what this user did."),
        ("actor_api_key_id", "Only what this API key did."),
        ("target_id", "Only what was done to this."),
    ];
    let ids = only.map(|(name, description)| uuid_parameter(name, description));
    let actions = choice_parameter(
        "action",
        "Only this.",
        AuditAction::ALL,
        AuditAction::as_str,
    );
    ids.into_iter()
        .fold(operation, Operation::parameter)
        .parameter(actions)
        .parameter(instant_parameter("from", "Only from this instant on."))
        .parameter(instant_parameter("to", "Only before this instant."))
}

pub(super) fn read(input: &mut Input) -> Checked<AuditFilter> {
    let user = input.query("actor_user_id", uuid);
    let api_key = input.query("actor_api_key_id", uuid);
    let action = input.query("action", choice(AuditAction::ALL, AuditAction::as_str));
    let target = input.query("target_id", uuid);
    let (from, before) = (input.query("from", instant), input.query("to", instant));
    Ok(AuditFilter {
        actor_user: user?.map(UserId::from_uuid),
        actor_api_key: api_key?.map(ApiKeyId::from_uuid),
        action: action?,
        target: target?,
        from: from?,
        before: before?,
    })
}

/// The cursors of this very list.
pub(super) fn cursors(api: &Api, organisation: TenantId, filter: &AuditFilter) -> CursorScope {
    let id = |id: Option<uuid::Uuid>| id.map_or(String::new(), |id| id.to_string());
    let at = |at: Option<OffsetDateTime>| {
        at.map_or(String::new(), |at| at.unix_timestamp_nanos().to_string())
    };
    api.cursors("audit-events", organisation.as_uuid())
        .bind(id(filter.actor_user.map(UserId::as_uuid)))
        .bind(id(filter.actor_api_key.map(ApiKeyId::as_uuid)))
        .bind(filter.action.map_or("", AuditAction::as_str))
        .bind(id(filter.target))
        .bind(at(filter.from))
        .bind(at(filter.before))
}
