use super::ApiKeys;
use crate::{error::Error, gate::Caller};
use domain::{
    api_key::ApiKey,
    id::TenantId,
    page::{PageOf, PageRequest},
    permission::Permission,
};

impl ApiKeys {
    /// API keys, newest first, revoked ones included.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        page: &PageRequest,
    ) -> Result<PageOf<ApiKey>, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadApiKeys)
            .await?;
        Ok(work.tx.api_keys().list(page).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::role::Role;

    #[tokio::test]
    async fn an_admin_sees_the_page_that_was_asked_for() {
        let all = || PageOf {
            items: vec![api_key()],
            total: Some(1),
            next: None,
        };
        let mut fixture = Fixture::member(Role::Admin);
        let list = fixture.on.api_keys.expect_list().once();
        list.withf(|asked| *asked == page())
            .returning(move |_| Ok(all()));
        let world = fixture.start();

        let page = page();
        let found = world.app.api_keys.list(&caller(), tenant_id(), &page).await;
        assert_eq!(found.unwrap(), all());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_manage_keys_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadApiKeys, async |app, caller| {
            app.api_keys.list(caller, tenant_id(), &page()).await
        })
        .await;
    }
}
