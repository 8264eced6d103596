use super::Projects;
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ProjectId, TenantId},
    permission::Permission,
};

impl Projects {
    /// Deletes a project; its row stays, out of reach.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Insufficient`] for what may be seen but not deleted,
    /// [`Error::PreconditionFailed`].
    pub async fn delete(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ProjectId,
        precondition: Precondition,
    ) -> Result<(), Error> {
        let need = Permission::DeleteProjects;
        let mut work = self.gate.write_own(caller, tenant, need).await?;
        let found = work.tx.projects().find(id).await?;
        let project = work.within_reach(need, found)?;
        precondition.check(project.version())?;

        work.tx.projects().delete(&project, work.scope.at()).await?;
        work.commit(AuditTrail::of(AuditEvent::project_deleted(&project)))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Resource, testing::*};
    use domain::{ports::Counted, role::Role};

    #[tokio::test]
    async fn the_deletion_is_committed_with_its_event() {
        let mut fixture = Fixture::member(Role::Member);
        let projects = &mut fixture.on.projects;
        projects.expect_find().returning(|_| Ok(Some(project())));
        projects
            .expect_delete()
            .once()
            .withf(|gone, at| (gone, *at) == (&project(), NOW))
            .returning(|_, _| Ok(()));
        let world = fixture.start();

        let seen = Precondition::OneOf(vec![7, project().version()]);
        let projects = &world.app.projects;
        let deleted = projects
            .delete(&caller(), tenant_id(), project().id(), seen)
            .await;
        deleted.unwrap();
        let event = AuditEvent::project_deleted(&project());
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted(), [counted]);
    }

    #[tokio::test]
    async fn a_project_that_is_not_there_is_not_found() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.projects.expect_find().returning(|_| Ok(None));
        let world = fixture.start();

        let (projects, id) = (&world.app.projects, project().id());
        let deleted = projects
            .delete(&caller(), tenant_id(), id, Precondition::None)
            .await;
        let error = deleted.unwrap_err();
        assert!(matches!(error, Error::NotFound(Resource::Project)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_failed_precondition_leaves_the_project_alone() {
        let mut fixture = Fixture::member(Role::Member);
        let find = fixture.on.projects.expect_find();
        find.returning(|_| Ok(Some(project())));
        let world = fixture.start();

        let (projects, id) = (&world.app.projects, project().id());
        let stale = Precondition::OneOf(vec![project().version() + 1]);
        let deleted = projects.delete(&caller(), tenant_id(), id, stale).await;
        assert!(matches!(deleted, Err(Error::PreconditionFailed)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_deletes_only_their_own_finds_nothing_of_others() {
        for (there, found) in [(own_project(), true), (project(), false)] {
            let mut fixture = Fixture::holding("delete:projects[owner]");
            let projects = &mut fixture.on.projects;
            projects
                .expect_find()
                .returning(move |_| Ok(Some(there.clone())));
            projects.expect_delete().returning(|_, _| Ok(()));
            let world = fixture.start();

            let (projects, id, none) = (&world.app.projects, project().id(), Precondition::None);
            let deleted = projects.delete(&caller(), tenant_id(), id, none).await;
            if found {
                deleted.unwrap();
                assert_eq!(world.committed(), ["project.deleted"]);
            } else {
                assert!(matches!(deleted, Err(Error::NotFound(Resource::Project))));
                world.assert_untouched();
            }
        }
    }

    #[tokio::test]
    async fn whoever_may_not_write_projects_is_refused_before_anything_is_read() {
        assert_refused(Permission::DeleteProjects, async |app, caller| {
            let (id, none) = (project().id(), Precondition::None);
            app.projects.delete(caller, tenant_id(), id, none).await
        })
        .await;
    }
}
