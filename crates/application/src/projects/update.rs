use super::Projects;
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ProjectId, TenantId},
    permission::Permission,
    project::{Project, ProjectChange},
};

/// Change a project.
#[derive(Clone, Debug)]
pub struct UpdateProject {
    /// What to set.
    pub change: ProjectChange,
    /// Which version the caller has seen.
    pub precondition: Precondition,
}

impl Projects {
    /// Changes a project. Recorded also when nothing changed.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Insufficient`] for what may be seen but not changed,
    /// [`Error::PreconditionFailed`].
    pub async fn update(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ProjectId,
        command: UpdateProject,
    ) -> Result<Project, Error> {
        let need = Permission::UpdateProjects;
        let mut work = self.gate.write_own(caller, tenant, need).await?;
        let found = work.tx.projects().find(id).await?;
        let mut project = work.within_reach(need, found)?;
        command.precondition.check(project.version())?;

        let fields = command.change.fields();
        let before = project.state().clone();
        let (by, at) = (work.scope.actor().user(), work.scope.at());
        if project.apply(command.change, by, at) {
            work.tx.projects().update(&project).await?;
        }
        work.commit(AuditTrail::of(AuditEvent::project_updated(
            &before, &project, &fields,
        )))
        .await?;
        Ok(project)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Resource, testing::*};
    use domain::{ports::Counted, role::Role, text::ProjectName};

    fn rename(to: &str) -> ProjectChange {
        ProjectChange {
            name: Some(ProjectName::parse(to).unwrap()),
            description: Some(None),
            status: None,
        }
    }

    fn command(precondition: Precondition) -> UpdateProject {
        UpdateProject {
            change: rename("Gemini"),
            precondition,
        }
    }

    fn changed() -> Project {
        let mut changed = project();
        changed.apply(rename("Gemini"), Some(user_id()), NOW);
        changed
    }

    #[tokio::test]
    async fn the_change_is_committed_with_the_fields_that_were_sent() {
        let mut fixture = Fixture::member(Role::Member);
        let projects = &mut fixture.on.projects;
        projects.expect_find().returning(|_| Ok(Some(project())));
        projects
            .expect_update()
            .once()
            .withf(|new| *new == changed())
            .returning(|_| Ok(()));
        let world = fixture.start();

        let command = command(Precondition::OneOf(vec![project().version()]));
        let (projects, id) = (&world.app.projects, project().id());
        let updated = projects.update(&caller(), tenant_id(), id, command).await;
        assert_eq!(updated.unwrap(), changed());
        let event =
            AuditEvent::project_updated(project().state(), &changed(), &["name", "description"]);
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted(), [counted]);
    }

    #[tokio::test]
    async fn a_change_of_nothing_is_recorded_without_touching_the_row() {
        let mut fixture = Fixture::member(Role::Member);
        let find = fixture.on.projects.expect_find();
        find.returning(|_| Ok(Some(changed())));
        let world = fixture.start();

        let (projects, id) = (&world.app.projects, project().id());
        let command = command(Precondition::None);
        let updated = projects.update(&caller(), tenant_id(), id, command).await;
        assert_eq!(updated.unwrap(), changed());
        assert_eq!(world.committed(), ["project.updated"]);
    }

    #[tokio::test]
    async fn a_failed_precondition_writes_nothing() {
        let mut fixture = Fixture::member(Role::Member);
        let find = fixture.on.projects.expect_find();
        find.returning(|_| Ok(Some(project())));
        let world = fixture.start();

        let (projects, id) = (&world.app.projects, project().id());
        let command = command(Precondition::OneOf(vec![project().version() + 1]));
        let updated = projects.update(&caller(), tenant_id(), id, command).await;
        assert!(matches!(updated, Err(Error::PreconditionFailed)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_project_that_is_not_there_is_not_found_whatever_the_precondition() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.projects.expect_find().returning(|_| Ok(None));
        let world = fixture.start();

        let (projects, id) = (&world.app.projects, project().id());
        let command = command(Precondition::OneOf(vec![]));
        let updated = projects.update(&caller(), tenant_id(), id, command).await;
        let error = updated.unwrap_err();
        assert!(matches!(error, Error::NotFound(Resource::Project)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_changes_only_their_own_finds_nothing_of_others() {
        for (there, found) in [(own_project(), true), (project(), false)] {
            let mut fixture = Fixture::holding("update:projects[owner]");
            let projects = &mut fixture.on.projects;
            projects
                .expect_find()
                .returning(move |_| Ok(Some(there.clone())));
            projects.expect_update().returning(|_| Ok(()));
            let world = fixture.start();

            let (projects, id) = (&world.app.projects, project().id());
            let command = command(Precondition::None);
            let updated = projects.update(&caller(), tenant_id(), id, command).await;
            if found {
                assert!(updated.is_ok());
                assert_eq!(world.committed(), ["project.updated"]);
            } else {
                assert!(matches!(updated, Err(Error::NotFound(Resource::Project))));
                world.assert_untouched();
            }
        }
    }

    #[tokio::test]
    async fn whoever_may_not_write_projects_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateProjects, async |app, caller| {
            let command = command(Precondition::None);
            let id = project().id();
            app.projects.update(caller, tenant_id(), id, command).await
        })
        .await;
    }
}
