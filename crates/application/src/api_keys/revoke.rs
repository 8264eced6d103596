use super::ApiKeys;
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    api_key::ApiKey,
    audit::{AuditEvent, AuditTrail},
    id::{ApiKeyId, TenantId},
    permission::Permission,
    ports::Counted,
};

impl ApiKeys {
    /// Revokes an API key; from the next request on it is refused. Repeating it changes and records nothing.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn revoke(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ApiKeyId,
    ) -> Result<ApiKey, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::DeleteApiKeys)
            .await?;
        let found = work.tx.api_keys().find(id).await?;
        let mut key = found.ok_or(Error::NotFound(Resource::ApiKey))?;
        if !key.revoke(work.scope.at()) {
            return Ok(key);
        }
        work.tx.api_keys().revoke(&key).await?;
        work.commit(AuditTrail::of(AuditEvent::api_key_revoked(&key)))
            .await?;
        self.ports.counters.count(Counted::ApiKeyRevoked);
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{ports::StoreError, role::Role};

    fn revoked() -> ApiKey {
        let mut key = api_key();
        assert!(key.revoke(NOW));
        key
    }

    #[tokio::test]
    async fn the_revocation_is_committed_with_its_event() {
        let mut fixture = Fixture::member(Role::Admin);
        let api_keys = &mut fixture.on.api_keys;
        api_keys.expect_find().returning(|_| Ok(Some(api_key())));
        api_keys
            .expect_revoke()
            .once()
            .withf(|key| *key == revoked())
            .returning(|_| Ok(()));
        let world = fixture.start();

        let api_keys = &world.app.api_keys;
        let key = api_keys.revoke(&caller(), tenant_id(), api_key_id()).await;
        assert_eq!(key.unwrap(), revoked());
        let event = AuditEvent::api_key_revoked(&revoked());
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted(), [counted, Counted::ApiKeyRevoked]);
    }

    #[tokio::test]
    async fn revoking_again_answers_the_same_and_records_nothing() {
        let mut fixture = Fixture::member(Role::Admin);
        let find = fixture.on.api_keys.expect_find();
        find.returning(|_| Ok(Some(revoked())));
        let world = fixture.start();

        let api_keys = &world.app.api_keys;
        let key = api_keys.revoke(&caller(), tenant_id(), api_key_id()).await;
        assert_eq!(key.unwrap(), revoked());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_key_that_is_not_there_is_not_found() {
        let mut fixture = Fixture::member(Role::Admin);
        fixture.on.api_keys.expect_find().returning(|_| Ok(None));
        let world = fixture.start();

        let api_keys = &world.app.api_keys;
        let key = api_keys.revoke(&caller(), tenant_id(), api_key_id()).await;
        assert!(matches!(key, Err(Error::NotFound(Resource::ApiKey))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_lost_lock_is_answered_as_try_again_and_counts_nothing() {
        let mut fixture = Fixture::member(Role::Admin);
        let api_keys = &mut fixture.on.api_keys;
        api_keys.expect_find().returning(|_| Ok(Some(api_key())));
        api_keys
            .expect_revoke()
            .returning(|_| Err(StoreError::Stale));
        let world = fixture.start();

        let api_keys = &world.app.api_keys;
        let key = api_keys.revoke(&caller(), tenant_id(), api_key_id()).await;
        assert!(matches!(key, Err(Error::Unavailable(StoreError::Stale))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_manage_keys_is_refused_before_anything_is_read() {
        assert_refused(Permission::DeleteApiKeys, async |app, caller| {
            app.api_keys.revoke(caller, tenant_id(), api_key_id()).await
        })
        .await;
    }
}
