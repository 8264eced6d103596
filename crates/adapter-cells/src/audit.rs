use crate::tx::CellTx;
use async_trait::async_trait;
use domain::{
    audit::{AuditFilter, RecordedEvent},
    page::{PageOf, PageRequest, Position, SortValue, Start},
    ports::{AuditLog, StoreResult},
};

/// A page is the head of two sorted lists. An offset is counted from the merged beginning, so that its cost grows with
/// it; a cursor's does not.
#[async_trait]
impl AuditLog for CellTx {
    async fn list(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<RecordedEvent>> {
        let skip = match page.start {
            Start::Offset(offset) => usize::try_from(offset).unwrap_or(usize::MAX),
            Start::After(_) => 0,
        };
        let wanted = skip.saturating_add(page.limit as usize + 1);
        let (mut events, mut total) = (Vec::new(), None);
        for in_cell in [false, true] {
            let log = if in_cell {
                self.data().await?.audit_log()
            } else {
                self.main.audit_log()
            };
            let (head, counted) = head(log, filter, page, wanted).await?;
            events.extend(head);
            total = counted.map(|counted| total.unwrap_or(0) + counted);
        }
        events.sort_unstable_by_key(|event| std::cmp::Reverse((event.created_at, event.id)));
        events.truncate(wanted);
        let kept = events.split_off(skip.min(events.len()));
        Ok(PageOf::of(kept, page.limit, total, position))
    }
}

/// The first so many events of one database from the page's start on, and how many it has if the page says so.
async fn head(
    log: &mut dyn AuditLog,
    filter: &AuditFilter,
    page: &PageRequest,
    wanted: usize,
) -> StoreResult<(Vec<RecordedEvent>, Option<u64>)> {
    let mut request = PageRequest {
        limit: PageRequest::MAX_LIMIT,
        start: page.start.clone(),
    };
    let total = match page.start {
        Start::After(_) => None,
        Start::Offset(_) => {
            let count = PageRequest {
                limit: 1,
                start: Start::Offset(0),
            };
            request.start = Start::After(None);
            log.list(filter, &count).await?.total
        }
    };
    let mut events = Vec::new();
    loop {
        let found = log.list(filter, &request).await?;
        events.extend(found.items);
        let Some(next) = found.next.filter(|_| events.len() < wanted) else {
            return Ok((events, total));
        };
        request.start = Start::After(Some(next));
    }
}

fn position(event: &RecordedEvent) -> Position {
    Position {
        value: SortValue::Time(event.created_at),
        id: event.id.as_uuid(),
    }
}
