use super::Organisations;
use crate::{error::Error, gate::Caller};
use domain::{id::TenantId, permission::Permission, tenant::Tenant};

impl Organisations {
    /// One organisation.
    ///
    /// # Errors
    /// [`Error::Stranger`] to anyone who does not belong to it.
    pub async fn get(&self, caller: &Caller, tenant: TenantId) -> Result<Tenant, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadOrganisation)
            .await?;
        work.tx.tenant().find().await?.ok_or(Error::Stranger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::role::Role;

    #[tokio::test]
    async fn a_viewer_sees_the_organisation() {
        let mut fixture = Fixture::member(Role::Viewer);
        let find = fixture.on.tenant.expect_find().once();
        find.returning(|| Ok(Some(tenant())));
        let world = fixture.start();

        let found = world.app.organisations.get(&caller(), tenant_id()).await;
        assert_eq!(found.unwrap(), tenant());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn one_that_is_gone_looks_like_one_that_is_none_of_the_callers_business() {
        let mut fixture = Fixture::member(Role::Viewer);
        fixture.on.tenant.expect_find().returning(|| Ok(None));
        let world = fixture.start();

        let found = world.app.organisations.get(&caller(), tenant_id()).await;
        assert!(matches!(found, Err(Error::Stranger)));
    }

    #[tokio::test]
    async fn whoever_does_not_belong_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadOrganisation, async |app, caller| {
            app.organisations.get(caller, tenant_id()).await
        })
        .await;
    }
}
