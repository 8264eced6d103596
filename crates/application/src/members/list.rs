use super::Members;
use crate::{error::Error, gate::Caller};
use domain::{
    id::TenantId,
    membership::Member,
    page::{PageOf, PageRequest},
    permission::Permission,
};

impl Members {
    /// Members, oldest first.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        page: &PageRequest,
    ) -> Result<PageOf<Member>, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadMembers)
            .await?;
        Ok(work.tx.members().list(page).await?)
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
            items: vec![member(other_id(), Role::Viewer)],
            total: Some(1),
            next: None,
        };
        let mut fixture = Fixture::member(Role::Admin);
        let list = fixture.on.members.expect_list().once();
        list.withf(|asked| *asked == page())
            .returning(move |_| Ok(all()));
        let world = fixture.start();

        let members = &world.app.members;
        let found = members.list(&caller(), tenant_id(), &page()).await;
        assert_eq!(found.unwrap(), all());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_manage_members_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadMembers, async |app, caller| {
            app.members.list(caller, tenant_id(), &page()).await
        })
        .await;
    }
}
