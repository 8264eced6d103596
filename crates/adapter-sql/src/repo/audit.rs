use super::page;
use crate::{
    entity::audit_event::{Column, Entity, Model},
    error::corrupt,
    lease::Wire,
    scope::rows_of,
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    audit::{AuditAction, RecordedEvent},
    id::{ApiKeyId, AuditEventId, TenantId, UserId},
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{AuditLog, StoreResult},
};

fn restore(row: &Model) -> StoreResult<RecordedEvent> {
    Ok(RecordedEvent {
        id: AuditEventId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        actor_user: row.actor_user_id.map(UserId::from_uuid),
        actor_api_key: row.actor_api_key_id.map(ApiKeyId::from_uuid),
        action: AuditAction::parse(&row.action).ok_or_else(|| corrupt("audit_events", "action"))?,
        target: row.target_id,
        metadata: row.metadata.to_string(),
        created_at: row.created_at,
    })
}

#[async_trait]
impl<W: Wire> AuditLog for SqlTenantTx<W> {
    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<RecordedEvent>> {
        let order = page::Ordering {
            by: Column::CreatedAt,
            id: Column::Id,
            descending: true,
        };
        let select = rows_of::<Entity>(self.tenant);
        page::fetch(
            &self.lease,
            select,
            order,
            page,
            |row| restore(&row),
            |event| Position {
                value: SortValue::Time(event.created_at),
                id: event.id.as_uuid(),
            },
        )
        .await
    }
}
