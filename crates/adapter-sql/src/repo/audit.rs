use super::{page, parsed};
use crate::{
    entity::audit_event::{Column, Entity, Model},
    error::corrupt,
    lease::Wire,
    scope::rows_of,
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    audit::{AuditAction, AuditFilter, RecordedEvent},
    id::{ApiKeyId, AuditEventId, TenantId, UserId},
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{AuditLog, StoreResult},
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};
use std::net::IpAddr;

fn restore(row: Model) -> StoreResult<RecordedEvent> {
    Ok(RecordedEvent {
        id: AuditEventId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        actor_user: row.actor_user_id.map(UserId::from_uuid),
        actor_api_key: row.actor_api_key_id.map(ApiKeyId::from_uuid),
        actor_operator: row.actor_operator,
        action: AuditAction::parse(&row.action).ok_or_else(|| corrupt("audit_events", "action"))?,
        target: row.target_id,
        metadata: row.metadata.to_string(),
        changes: row.changes.map(|changes| changes.to_string()),
        address: parsed(
            row.ip_address,
            |address| address.parse::<IpAddr>(),
            ("audit_events", "ip_address"),
        )?,
        user_agent: row.user_agent,
        request_id: row.request_id,
        created_at: row.created_at,
    })
}

fn matching(tenant: TenantId, filter: &AuditFilter) -> Select<Entity> {
    let user = filter.actor_user.map(UserId::as_uuid);
    let key = filter.actor_api_key.map(ApiKeyId::as_uuid);
    let action = filter.action.map(AuditAction::as_str);
    rows_of::<Entity>(tenant).filter(
        Condition::all()
            .add_option(user.map(|user| Column::ActorUserId.eq(user)))
            .add_option(key.map(|key| Column::ActorApiKeyId.eq(key)))
            .add_option(action.map(|action| Column::Action.eq(action)))
            .add_option(filter.target.map(|target| Column::TargetId.eq(target)))
            .add_option(filter.from.map(|from| Column::CreatedAt.gte(from)))
            .add_option(filter.before.map(|before| Column::CreatedAt.lt(before))),
    )
}

#[async_trait]
impl<W: Wire> AuditLog for SqlTenantTx<W> {
    async fn list(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<RecordedEvent>> {
        let order = page::Ordering {
            by: Column::CreatedAt,
            id: Column::Id,
            descending: true,
        };
        let select = matching(self.tenant, filter);
        page::fetch(&self.lease, select, order, page, restore, |event| {
            Position {
                value: SortValue::Time(event.created_at),
                id: event.id.as_uuid(),
            }
        })
        .await
    }
}
