use super::Projects;
use crate::{
    error::Error,
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ProjectId, TenantId},
    idempotency::IdempotencyKey,
    permission::Permission,
    project::Project,
};

impl Projects {
    /// Brings a deleted project back as it was. One that is not deleted stays as it is, and nothing is recorded.
    ///
    /// # Errors
    /// The gate's refusals, the idempotency conflicts, [`Error::NotFound`], [`Error::Insufficient`] for what may be
    /// seen but not changed.
    pub async fn restore(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ProjectId,
        key: Option<&IdempotencyKey>,
    ) -> Result<Outcome<Project>, Error> {
        let need = Permission::UpdateProjects;
        let mut work = self.gate.write_own(caller, tenant, need).await?;
        let (actor, now) = (work.scope.actor(), work.scope.at());
        let counters = &*self.ports.counters;
        let records = work.tx.idempotency();
        if let Some(project) = replay(records, actor.as_uuid(), key, now, counters).await? {
            return Ok(Outcome::Replayed(project));
        }
        let (project, trail) = if let Some(deleted) = work.tx.projects().find_deleted(id).await? {
            let mut project = work.within_reach(need, Some(deleted))?;
            project.undelete(actor.user(), now);
            work.tx.projects().restore(&project).await?;
            let event = AuditEvent::project_restored(&project);
            (project, AuditTrail::of(event))
        } else {
            let found = work.tx.projects().find(id).await?;
            let project = work.within_reach(need, found)?;
            (project, AuditTrail::exempt("it was not deleted"))
        };
        remember(work.tx.idempotency(), actor.as_uuid(), key, &project).await?;
        work.commit(trail).await?;
        Ok(Outcome::Fresh(project))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error, testing::*};
    use domain::{idempotency::Claim, ports::Counted, role::Role};

    fn restored() -> Project {
        let mut restored = project();
        restored.undelete(Some(user_id()), NOW);
        restored
    }

    fn with(mut fixture: Fixture, deleted: Option<Project>, live: Option<Project>) -> Fixture {
        let projects = &mut fixture.on.projects;
        projects
            .expect_find_deleted()
            .withf(|id| *id == project().id())
            .returning(move |_| Ok(deleted.clone()));
        projects.expect_find().returning(move |_| Ok(live.clone()));
        fixture
    }

    async fn restore(
        world: &World,
        key: Option<&IdempotencyKey>,
    ) -> Result<Outcome<Project>, Error> {
        let (projects, id) = (&world.app.projects, project().id());
        projects.restore(&caller(), tenant_id(), id, key).await
    }

    #[tokio::test]
    async fn it_comes_back_with_its_event_and_its_stored_outcome() {
        let mut fixture = with(Fixture::member(Role::Member), Some(project()), None);
        let back = fixture.on.projects.expect_restore().once();
        back.withf(|new| *new == restored()).returning(|_| Ok(()));
        let records = &mut fixture.on.idempotency;
        records
            .expect_claim()
            .once()
            .returning(|_, _, _| Ok(Claim::Fresh));
        records
            .expect_complete()
            .once()
            .withf(|_, _, outcome| crate::stored::decode::<Project>(outcome).unwrap() == restored())
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();

        let outcome = restore(&world, Some(&idempotency_key())).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(restored()));
        let event = AuditEvent::project_restored(&restored());
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted(), [counted]);
    }

    #[tokio::test]
    async fn one_that_is_not_deleted_stays_as_it_is_and_nothing_is_recorded() {
        let world = with(Fixture::member(Role::Member), None, Some(project())).start();
        let outcome = restore(&world, None).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(project()));
        assert_eq!(world.committed(), Vec::<&str>::new());
        assert_eq!(world.counted(), []);
    }

    #[tokio::test]
    async fn a_replay_returns_the_first_answer() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&restored()).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();
        let outcome = restore(&world, Some(&idempotency_key())).await;
        assert_eq!(outcome.unwrap(), Outcome::Replayed(restored()));
        assert_eq!(world.commits(), []);
    }

    #[tokio::test]
    async fn what_is_not_there_any_more_is_not_found() {
        let world = with(Fixture::member(Role::Member), None, None).start();
        assert!(matches!(
            restore(&world, None).await,
            Err(Error::NotFound(error::Resource::Project))
        ));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_changes_only_their_own_gets_only_that_back() {
        for (read, refused) in [("read:projects", true), ("read:projects[owner]", false)] {
            for deleted in [true, false] {
                let there = |is: bool| is.then(project);
                let fixture = Fixture::holding(&format!("{read} update:projects[owner]"));
                let world = with(fixture, there(deleted), there(!deleted)).start();
                let error = restore(&world, None).await.unwrap_err();
                assert_eq!(matches!(error, Error::Insufficient), refused, "{error:?}");
                assert_eq!(matches!(error, Error::NotFound(_)), !refused, "{error:?}");
                world.assert_untouched();
            }
        }
    }

    #[tokio::test]
    async fn whoever_may_not_change_projects_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateProjects, async |app, caller| {
            let (id, key) = (project().id(), idempotency_key());
            app.projects
                .restore(caller, tenant_id(), id, Some(&key))
                .await
        })
        .await;
    }
}
