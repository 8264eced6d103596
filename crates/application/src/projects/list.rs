use super::Projects;
use crate::{error::Error, gate::Caller};
use domain::{
    id::TenantId,
    page::{PageOf, PageRequest},
    permission::Permission,
    policy::Reach,
    project::{Project, ProjectFilter},
};

impl Projects {
    /// Projects by filter and order.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> Result<PageOf<Project>, Error> {
        let sealed = self
            .gate
            .store
            .projects(&caller.credential, tenant, filter, page)
            .await?;
        let need = (Permission::ReadProjects, Reach::Own);
        let (scope, projects) = self.gate.open(caller, tenant, sealed, need)?;
        if scope.only_of().is_none() {
            return Ok(projects);
        }
        // Only now is it known that the caller sees no more than their own: asked again, cut to that.
        drop(projects);
        let mut work = self.gate.read_own(caller, tenant, need.0).await?;
        let filter = ProjectFilter {
            created_by: work.scope.only_of(),
            ..filter.clone()
        };
        Ok(work.tx.projects().list(&filter, page).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{project::ProjectSort, role::Role, text::NameFilter};

    fn filter() -> ProjectFilter {
        ProjectFilter {
            status: None,
            name: Some(NameFilter::parse("pol").unwrap()),
            created_by: None,
            sort_by: ProjectSort::Name,
            descending: true,
        }
    }

    fn all() -> PageOf<Project> {
        PageOf {
            items: vec![project()],
            total: Some(1),
            next: None,
        }
    }

    #[tokio::test]
    async fn a_viewer_sees_the_page_that_was_asked_for() {
        let mut fixture = Fixture::member(Role::Viewer);
        let list = fixture.on.projects.expect_list().once();
        list.withf(|by, at| (by, at) == (&filter(), &page()))
            .returning(|_, _| Ok(all()));
        let world = fixture.start();

        let (filter, page) = (filter(), page());
        let found = world
            .app
            .projects
            .list(&caller(), tenant_id(), &filter, &page)
            .await;
        assert_eq!(found.unwrap(), all());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_sees_only_their_own_gets_a_page_of_those() {
        let mut fixture = Fixture::holding("read:projects[owner]");
        let list = fixture.on.projects.expect_list();
        list.returning(|by, at| {
            assert_eq!(*at, page());
            let items = match by.created_by {
                None => vec![project(), own_project()],
                Some(creator) if creator == user_id() => vec![own_project()],
                Some(_) => vec![],
            };
            Ok(PageOf { items, ..all() })
        });
        let world = fixture.start();

        let (projects, filter, page) = (&world.app.projects, filter(), page());
        let found = projects.list(&caller(), tenant_id(), &filter, &page).await;
        assert_eq!(found.unwrap().items, [own_project()]);
    }

    #[tokio::test]
    async fn whoever_may_not_read_projects_is_shown_none() {
        let there = |fixture: &mut Fixture| {
            let list = fixture.on.projects.expect_list();
            list.returning(|_, _| Ok(all()));
        };
        assert_refused_given(Permission::ReadProjects, there, async |app, caller| {
            let projects = &app.projects;
            projects.list(caller, tenant_id(), &filter(), &page()).await
        })
        .await;
    }
}
