use super::ApiKeys;
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    api_key::ApiKey,
    id::{ApiKeyId, TenantId},
    permission::Permission,
};

impl ApiKeys {
    /// One API key, revoked or not.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn get(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ApiKeyId,
    ) -> Result<ApiKey, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadApiKeys)
            .await?;
        let found = work.tx.api_keys().find(id).await?;
        found.ok_or(Error::NotFound(Resource::ApiKey))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::role::Role;

    fn finding(key: Option<ApiKey>) -> World {
        let mut fixture = Fixture::member(Role::Admin);
        let find = fixture.on.api_keys.expect_find().once();
        find.withf(|id| *id == api_key_id())
            .returning(move |_| Ok(key.clone()));
        fixture.start()
    }

    #[tokio::test]
    async fn an_admin_sees_the_key() {
        let world = finding(Some(api_key()));
        let api_keys = &world.app.api_keys;
        let found = api_keys.get(&caller(), tenant_id(), api_key_id()).await;
        assert_eq!(found.unwrap(), api_key());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_key_that_is_not_there_is_not_found() {
        let world = finding(None);
        let api_keys = &world.app.api_keys;
        let found = api_keys.get(&caller(), tenant_id(), api_key_id()).await;
        assert!(matches!(found, Err(Error::NotFound(Resource::ApiKey))));
    }

    #[tokio::test]
    async fn whoever_may_not_see_keys_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadApiKeys, async |app, caller| {
            app.api_keys.get(caller, tenant_id(), api_key_id()).await
        })
        .await;
    }
}
