//! When API keys were last used, kept off the request path: noted in memory, stored now and then.

use crate::error::Error;
use domain::{
    id::{ApiKeyId, TenantId},
    ports::Store,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use time::{Duration, OffsetDateTime};

/// Collects uses until they are flushed. A crash loses at most what was not flushed: the field is a hint for people.
pub struct KeyUsage {
    store: Arc<dyn Store>,
    seen: Mutex<HashMap<ApiKeyId, Use>>,
}

#[derive(Clone, Copy)]
struct Use {
    tenant: TenantId,
    at: OffsetDateTime,
    stored_at: Option<OffsetDateTime>,
}

impl Use {
    /// A key in constant use is written once in this time.
    const WRITE_EVERY: Duration = Duration::MINUTE;

    fn is_due(&self) -> bool {
        self.stored_at
            .is_none_or(|stored| self.at - stored >= Self::WRITE_EVERY)
    }
}

impl KeyUsage {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            seen: Mutex::default(),
        }
    }

    /// Notes a use. Costs a look-up in memory.
    pub(crate) fn touch(&self, tenant: TenantId, key: ApiKeyId, at: OffsetDateTime) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.entry(key).or_insert(Use {
            tenant,
            at,
            stored_at: None,
        });
        entry.at = entry.at.max(at);
    }

    /// Stores what is due and forgets keys that have not been used since.
    ///
    /// # Errors
    /// When storage does not acknowledge; what was not stored is tried again by the next flush.
    pub async fn flush(&self) -> Result<(), Error> {
        let due = self.take_due();
        for (tenant, uses) in due {
            self.store.record_key_use(tenant, &uses).await?;
            self.mark_stored(&uses);
        }
        Ok(())
    }

    fn take_due(&self) -> HashMap<TenantId, Vec<(ApiKeyId, OffsetDateTime)>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // What was stored and not used since then is remembered for a minute only, to bound the map.
        let newest = seen.values().map(|used| used.at).max();
        seen.retain(|_, used| {
            used.stored_at != Some(used.at)
                || newest.is_none_or(|newest| newest - used.at < Use::WRITE_EVERY)
        });
        let mut due: HashMap<_, Vec<_>> = HashMap::new();
        for (key, used) in seen.iter().filter(|(_, used)| used.is_due()) {
            due.entry(used.tenant).or_default().push((*key, used.at));
        }
        due
    }

    fn mark_stored(&self, uses: &[(ApiKeyId, OffsetDateTime)]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, at) in uses {
            if let Some(used) = seen.get_mut(key) {
                used.stored_at = Some(*at);
            }
        }
    }
}
