use super::Resources;
use crate::{error::Error, gate::Caller};
use domain::{
    id::TenantId,
    page::{PageOf, PageRequest, Start},
    permission::Permission,
    resource::{Resource, ResourceFilter},
};

impl Resources {
    /// Live resources by filter, newest first; whoever sees only their own gets only those.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        filter: &ResourceFilter,
        page: &PageRequest,
    ) -> Result<PageOf<Resource>, Error> {
        let need = Permission::ReadResources;
        let mut work = self.gate.read_own(caller, tenant, need).await?;
        let mut filter = filter.clone();
        if let Some(own) = work.scope.only_of()
            && filter.owner.replace(own).is_some_and(|asked| asked != own)
        {
            return Ok(nothing(page));
        }
        Ok(work.tx.resources().list(&filter, page).await?)
    }
}

fn nothing(page: &PageRequest) -> PageOf<Resource> {
    PageOf {
        items: Vec::new(),
        total: matches!(page.start, Start::Offset(_)).then_some(0),
        next: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{id::UserId, role::Role, text::NameFilter};

    fn filter(owner: Option<UserId>) -> ResourceFilter {
        ResourceFilter {
            name: Some(NameFilter::parse("bill").unwrap()),
            owner,
            project: Some(project().id()),
        }
    }

    fn of(items: Vec<Resource>) -> PageOf<Resource> {
        let total = Some(items.len() as u64);
        PageOf {
            items,
            total,
            next: None,
        }
    }

    async fn listed(
        mut fixture: Fixture,
        asked: Option<UserId>,
        passed_on: Option<UserId>,
    ) -> PageOf<Resource> {
        let list = fixture.on.resources.expect_list().once();
        list.withf(move |by, at| (by, at) == (&filter(passed_on), &page()))
            .returning(|_, _| Ok(of(vec![own_resource()])));
        let world = fixture.start();
        let (filter, page) = (filter(asked), page());
        let resources = &world.app.resources;
        let found = resources.list(&caller(), tenant_id(), &filter, &page).await;
        world.assert_untouched();
        found.unwrap()
    }

    #[tokio::test]
    async fn a_viewer_sees_the_page_that_was_asked_for() {
        for owner in [None, Some(other_id())] {
            let found = listed(Fixture::member(Role::Viewer), owner, owner).await;
            assert_eq!(found, of(vec![own_resource()]));
        }
    }

    #[tokio::test]
    async fn whoever_sees_only_their_own_gets_only_those_whoever_is_asked_for() {
        let fixture = || Fixture::holding("read:resources[owner]");
        for asked in [None, Some(user_id())] {
            let found = listed(fixture(), asked, Some(user_id())).await;
            assert_eq!(found, of(vec![own_resource()]));
        }

        // The repository expects nothing: what belongs to others is not even looked for.
        let (world, filter) = (fixture().start(), filter(Some(other_id())));
        for (start, total) in [(Start::Offset(7), Some(0)), (Start::After(None), None)] {
            let page = PageRequest { limit: 50, start };
            let resources = &world.app.resources;
            let found = resources.list(&caller(), tenant_id(), &filter, &page).await;
            assert_eq!(
                found.unwrap(),
                PageOf {
                    total,
                    ..of(vec![])
                }
            );
        }
    }

    #[tokio::test]
    async fn whoever_may_not_read_resources_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadResources, async |app, caller| {
            let (filter, page) = (filter(None), page());
            app.resources
                .list(caller, tenant_id(), &filter, &page)
                .await
        })
        .await;
    }
}
