//! When API keys were last used, kept off the request path: noted in memory, stored now and then.

use crate::error::Error;
use domain::{
    id::{ApiKeyId, TenantId},
    ports::{KeyUse, Store},
};
use std::{
    collections::HashMap,
    net::IpAddr,
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
    from: Option<IpAddr>,
    stored_at: Option<OffsetDateTime>,
}

impl Use {
    /// A key in constant use is written once in this time.
    const WRITE_EVERY: Duration = Duration::MINUTE;

    /// Whether the use is to be stored now that some key was used at `newest`. That is later than this key's own last
    /// use when it has gone quiet; waiting for its next one would keep it in memory for ever.
    fn is_due(&self, newest: OffsetDateTime) -> bool {
        self.stored_at
            .is_none_or(|stored| stored < self.at && newest - stored >= Self::WRITE_EVERY)
    }

    /// Whether there is nothing left to store, and the minute in which it would not be stored again is over.
    fn is_settled(&self, newest: OffsetDateTime) -> bool {
        self.stored_at == Some(self.at) && newest - self.at >= Self::WRITE_EVERY
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
    pub(crate) fn touch(&self, tenant: TenantId, used: KeyUse) {
        let KeyUse { key, at, from } = used;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.entry(key).or_insert(Use {
            tenant,
            at,
            from,
            stored_at: None,
        });
        if entry.at <= at {
            (entry.at, entry.from) = (at, from);
        }
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

    fn take_due(&self) -> HashMap<TenantId, Vec<KeyUse>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due: HashMap<_, Vec<_>> = HashMap::new();
        let Some(newest) = seen.values().map(|used| used.at).max() else {
            return due;
        };
        seen.retain(|_, used| !used.is_settled(newest));
        for (key, used) in seen.iter().filter(|(_, used)| used.is_due(newest)) {
            let (key, at, from) = (*key, used.at, used.from);
            let uses = due.entry(used.tenant).or_default();
            uses.push(KeyUse { key, at, from });
        }
        due
    }

    fn mark_stored(&self, uses: &[KeyUse]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for KeyUse { key, at, .. } in uses {
            if let Some(used) = seen.get_mut(key) {
                used.stored_at = Some(*at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::role::Role;

    const FIRST: OffsetDateTime = NOW;

    fn after(seconds: i64) -> OffsetDateTime {
        FIRST + Duration::seconds(seconds)
    }

    fn used(n: u128, at: OffsetDateTime) -> KeyUse {
        let (key, from) = (key(n), origin().address);
        KeyUse { key, at, from }
    }

    fn key(n: u128) -> ApiKeyId {
        ApiKeyId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn started() -> (World, KeyUsage) {
        let world = Fixture::member(Role::Viewer).start();
        let usage = KeyUsage::new(world.ports.store.clone());
        (world, usage)
    }

    async fn flushed(world: &World, usage: &KeyUsage) -> Vec<KeyUses> {
        usage.flush().await.unwrap();
        let mut flushed = world.take_key_uses();
        for (_, uses) in &mut flushed {
            uses.sort_by_key(|used| used.key);
        }
        flushed
    }

    #[tokio::test]
    async fn a_key_in_constant_use_is_stored_once_a_minute_with_its_latest_use() {
        let (world, usage) = started();
        for use_of in [after(2), after(5), after(3)] {
            usage.touch(tenant_id(), used(1, use_of));
        }
        let stored_at = |at| vec![(tenant_id(), vec![used(1, at)])];
        assert_eq!(flushed(&world, &usage).await, stored_at(after(5)));
        assert_eq!(flushed(&world, &usage).await, []);

        usage.touch(tenant_id(), used(1, after(64)));
        assert_eq!(flushed(&world, &usage).await, []);
        usage.touch(tenant_id(), used(1, after(65)));
        assert_eq!(flushed(&world, &usage).await, stored_at(after(65)));
    }

    #[tokio::test]
    async fn a_flush_that_fails_is_made_up_for_by_the_next() {
        let (world, usage) = started();
        usage.touch(tenant_id(), used(1, FIRST));
        world.set_down(true);
        assert!(matches!(usage.flush().await, Err(Error::Unavailable(_))));

        world.set_down(false);
        let all = [(tenant_id(), vec![used(1, FIRST)])];
        assert_eq!(flushed(&world, &usage).await, all);
        assert_eq!(flushed(&world, &usage).await, []);
    }

    #[tokio::test]
    async fn uses_are_stored_by_tenant() {
        let (world, usage) = started();
        let other = TenantId::from_uuid(uuid::Uuid::from_u128(77));
        usage.touch(tenant_id(), used(1, FIRST));
        usage.touch(tenant_id(), used(2, after(1)));
        usage.touch(other, used(3, after(2)));

        let mut all = flushed(&world, &usage).await;
        all.sort_by_key(|(tenant, _)| *tenant);
        let mine = vec![used(1, FIRST), used(2, after(1))];
        let theirs = vec![used(3, after(2))];
        assert_eq!(all, [(tenant_id(), mine), (other, theirs)]);
    }

    #[tokio::test]
    async fn the_last_use_of_a_key_that_went_quiet_is_stored_and_the_key_forgotten() {
        let (world, usage) = started();
        usage.touch(tenant_id(), used(1, FIRST));
        flushed(&world, &usage).await;
        usage.touch(tenant_id(), used(1, after(30)));
        assert_eq!(flushed(&world, &usage).await, []);

        usage.touch(tenant_id(), used(2, after(100)));
        let both = vec![used(1, after(30)), used(2, after(100))];
        assert_eq!(flushed(&world, &usage).await, [(tenant_id(), both)]);

        assert_eq!(flushed(&world, &usage).await, []);
        let seen = usage.seen.lock().unwrap();
        assert!(!seen.contains_key(&key(1)));
        assert!(seen.contains_key(&key(2)));
    }
}
