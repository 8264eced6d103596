use super::{page, parsed};
use crate::{
    entity::user_event::{Column, Entity, Model},
    error::{corrupt, store_error},
    lease::Wire,
    scope::{insert, platform_rows},
    trail,
    tx::SqlPlatformTx,
};
use async_trait::async_trait;
use domain::{
    access::Origin,
    audit::{AuditAction, AuditEvent, UserEvent},
    id::{AuditEventId, UserId},
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{StoreResult, UserEventLog},
};
use sea_orm::{ColumnTrait, QueryFilter};
use std::net::IpAddr;

fn restore(row: Model) -> StoreResult<UserEvent> {
    Ok(UserEvent {
        id: AuditEventId::from_uuid(row.id),
        action: AuditAction::parse(&row.action).ok_or_else(|| corrupt("user_events", "action"))?,
        metadata: row.metadata.to_string(),
        address: parsed(
            row.ip_address,
            |address| address.parse::<IpAddr>(),
            ("user_events", "ip_address"),
        )?,
        user_agent: row.user_agent,
        request_id: row.request_id,
        created_at: row.created_at,
    })
}

#[async_trait]
impl<W: Wire> UserEventLog for SqlPlatformTx<W> {
    async fn record(&mut self, event: &AuditEvent, origin: &Origin) -> StoreResult<()> {
        let user = UserId::from_uuid(self.own_user()?);
        let row = trail::of_user(user, origin, event, self.ids.uuid());
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn list(&mut self, page: &PageRequest) -> StoreResult<PageOf<UserEvent>> {
        let order = page::Ordering {
            by: Column::CreatedAt,
            id: Column::Id,
            descending: true,
        };
        let select = platform_rows::<Entity>().filter(Column::UserId.eq(self.own_user()?));
        page::fetch(&self.lease, select, order, page, restore, |event| {
            Position {
                value: SortValue::Time(event.created_at),
                id: event.id.as_uuid(),
            }
        })
        .await
    }
}
