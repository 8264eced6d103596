//! What a commit records: events, with who acted, when, and where the request came from.

use crate::entity::{audit_event, operator_event, user_event};
use domain::{
    access::{Actor, Origin, TenantScope},
    audit::{AuditEvent, Fact},
    id::UserId,
    operator::OperatorEvent,
    text::OperatorName,
};
use sea_orm::ActiveValue::Set;
use serde_json::{Map, Value, json};
use std::{net::IpAddr, sync::Arc};
use uuid::Uuid;

/// An event in a tenant.
pub(crate) fn of_tenant(
    scope: &TenantScope,
    event: &AuditEvent,
    id: Uuid,
) -> audit_event::ActiveModel {
    let (user, key) = match scope.actor() {
        Actor::User(user) => (Some(user.as_uuid()), None),
        Actor::ApiKey(key) => (None, Some(key.as_uuid())),
        Actor::Operator(_) => (None, None),
    };
    let operator = scope.operated().map(|(name, _)| name);
    let origin = scope.origin();
    audit_event::ActiveModel {
        organisation_id: Set(scope.tenant().as_uuid()),
        created_at: Set(origin.at),
        id: Set(id),
        actor_user_id: Set(user),
        actor_api_key_id: Set(key),
        actor_operator: Set(operator.map(OperatorName::as_str).map(str::to_owned)),
        action: Set(event.action().as_str().to_owned()),
        target_id: Set(event.target()),
        metadata: Set(metadata(event.metadata()).into()),
        changes: Set(changes(event)),
        ip_address: Set(address(origin.address)),
        user_agent: Set(text(origin.user_agent.as_ref())),
        request_id: Set(text(origin.request_id.as_ref())),
    }
}

/// An event of a user, outside all tenants.
pub(crate) fn of_user(
    user: UserId,
    origin: &Origin,
    event: &AuditEvent,
    id: Uuid,
) -> user_event::ActiveModel {
    user_event::ActiveModel {
        user_id: Set(user.as_uuid()),
        created_at: Set(origin.at),
        id: Set(id),
        action: Set(event.action().as_str().to_owned()),
        metadata: Set(metadata(event.metadata()).into()),
        ip_address: Set(address(origin.address)),
        user_agent: Set(text(origin.user_agent.as_ref())),
        request_id: Set(text(origin.request_id.as_ref())),
    }
}

/// An event of an operator. Where the request came from goes with what else is recorded.
pub(crate) fn of_operator(
    event: &OperatorEvent,
    origin: &Origin,
    id: Uuid,
) -> operator_event::ActiveModel {
    let mut metadata = metadata(event.metadata());
    let origin_facts = [
        ("ip_address", address(origin.address)),
        ("request_id", text(origin.request_id.as_ref())),
    ];
    let known = origin_facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name.to_owned(), fact?.into())));
    metadata.extend(known);
    operator_event::ActiveModel {
        created_at: Set(origin.at),
        id: Set(id),
        operator: Set(event.operator().as_str().to_owned()),
        action: Set(event.action().as_str().to_owned()),
        target_id: Set(event.target()),
        reason: Set(event.reason().map(|reason| reason.as_str().to_owned())),
        metadata: Set(metadata.into()),
    }
}

fn metadata(facts: &[(&'static str, Fact)]) -> Map<String, Value> {
    let facts = facts.iter();
    facts
        .map(|(name, fact)| ((*name).to_owned(), value(fact)))
        .collect()
}

fn changes(event: &AuditEvent) -> Option<Value> {
    let change = |change: &domain::audit::FieldChange| {
        let (before, after) = (value(&change.before), value(&change.after));
        let sides = json!({ "before": before, "after": after });
        (change.field.to_owned(), sides)
    };
    let changes: Map<_, _> = event.changes().iter().map(change).collect();
    (!changes.is_empty()).then_some(Value::Object(changes))
}

fn value(fact: &Fact) -> Value {
    match fact {
        Fact::Nothing => Value::Null,
        Fact::Text(text) => Value::from(text.as_str()),
        Fact::Number(number) => Value::from(*number),
        Fact::List(list) => Value::from(list.clone()),
    }
}

fn address(address: Option<IpAddr>) -> Option<String> {
    address.map(|address| address.to_string())
}

fn text(text: Option<&Arc<str>>) -> Option<String> {
    text.map(|text| text.as_ref().to_owned())
}
