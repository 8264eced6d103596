use super::Projects;
use crate::{error::Error, gate::Caller};
use domain::{
    id::TenantId,
    page::{PageOf, PageRequest},
    project::{Project, ProjectFilter},
    role::Permission,
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
        let (_, projects) = self.gate.open(caller, sealed, Permission::ReadProjects)?;
        Ok(projects)
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
