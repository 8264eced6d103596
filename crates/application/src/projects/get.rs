use super::Projects;
use crate::{error::Error, gate::Caller, ownership::within_reach};
use domain::{
    id::{ProjectId, TenantId},
    permission::Permission,
    policy::Reach,
    project::Project,
};

impl Projects {
    /// One project.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn get(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ProjectId,
    ) -> Result<Project, Error> {
        let sealed = self
            .gate
            .store
            .project(&caller.credential, tenant, id)
            .await?;
        let need = (Permission::ReadProjects, Reach::Own);
        let (scope, project) = self.gate.open(caller, tenant, sealed, need)?;
        within_reach(&scope, project)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Resource, testing::*};
    use domain::role::Role;

    #[tokio::test]
    async fn a_viewer_sees_the_project() {
        let mut fixture = Fixture::member(Role::Viewer);
        let find = fixture.on.projects.expect_find().once();
        find.withf(|id| *id == project().id())
            .returning(|_| Ok(Some(project())));
        let world = fixture.start();

        let found = world
            .app
            .projects
            .get(&caller(), tenant_id(), project().id())
            .await;
        assert_eq!(found.unwrap(), project());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_project_that_is_not_there_is_not_found() {
        let mut fixture = Fixture::member(Role::Viewer);
        fixture.on.projects.expect_find().returning(|_| Ok(None));
        let world = fixture.start();

        let found = world
            .app
            .projects
            .get(&caller(), tenant_id(), project().id())
            .await;
        assert!(matches!(found, Err(Error::NotFound(Resource::Project))));
    }

    #[tokio::test]
    async fn whoever_sees_only_their_own_finds_nothing_of_others() {
        for (there, found) in [(own_project(), true), (project(), false)] {
            let mut fixture = Fixture::holding("read:projects[owner]");
            let find = fixture.on.projects.expect_find();
            find.returning(move |_| Ok(Some(there.clone())));
            let world = fixture.start();

            let projects = &world.app.projects;
            let seen = projects.get(&caller(), tenant_id(), project().id()).await;
            assert_eq!(seen.is_ok(), found);
            assert!(matches!(
                seen,
                Ok(_) | Err(Error::NotFound(Resource::Project))
            ));
        }
    }

    #[tokio::test]
    async fn whoever_may_not_read_projects_learns_nothing_of_one_that_is_there() {
        let there = |fixture: &mut Fixture| {
            let find = fixture.on.projects.expect_find();
            find.returning(|_| Ok(Some(project())));
        };
        assert_refused_given(Permission::ReadProjects, there, async |app, caller| {
            app.projects.get(caller, tenant_id(), project().id()).await
        })
        .await;
    }
}
