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
    ports::Counted,
    project::{Project, ProjectStatus},
    text::{Description, ProjectName},
};

/// Create a project.
#[derive(Clone, Debug)]
pub struct CreateProject {
    /// Its name.
    pub name: ProjectName,
    /// What it is about.
    pub description: Option<Description>,
    /// Its status.
    pub status: ProjectStatus,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl Projects {
    /// Creates a project.
    ///
    /// # Errors
    /// The gate's refusals and the idempotency conflicts.
    pub async fn create(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: CreateProject,
    ) -> Result<Outcome<Project>, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::CreateProjects)
            .await?;
        let (actor, now) = (work.scope.actor(), work.scope.at());
        let (counters, key) = (&*self.ports.counters, command.key.as_ref());
        let records = work.tx.idempotency();
        if let Some(project) = replay(records, actor.as_uuid(), key, now, counters).await? {
            return Ok(Outcome::Replayed(project));
        }
        let id = ProjectId::from_uuid(self.ports.ids.uuid());
        let fields = (command.name, command.description, command.status);
        let project = Project::create(id, tenant, fields, actor.user(), now);
        work.tx.projects().insert(&project).await?;
        remember(work.tx.idempotency(), actor.as_uuid(), key, &project).await?;
        work.commit(AuditTrail::of(AuditEvent::project_created(&project)))
            .await?;
        counters.count(Counted::ProjectCreated);
        Ok(Outcome::Fresh(project))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::{Actor, CallerFacts},
        idempotency::Claim,
        ports::StoreError,
        role::Role,
    };

    fn command(key: Option<IdempotencyKey>) -> CreateProject {
        CreateProject {
            name: ProjectName::parse("Apollo").unwrap(),
            description: None,
            status: ProjectStatus::Active,
            key,
        }
    }

    fn created(by: Option<domain::id::UserId>) -> Project {
        let CreateProject {
            name,
            description,
            status,
            ..
        } = command(None);
        let id = ProjectId::from_uuid(made_id(1));
        Project::create(id, tenant_id(), (name, description, status), by, NOW)
    }

    #[tokio::test]
    async fn the_project_is_committed_with_its_event_and_then_counted() {
        let expected = created(Some(user_id()));
        let mut fixture = Fixture::member(Role::Member);
        let row = expected.clone();
        let insert = fixture.on.projects.expect_insert().once();
        insert.withf(move |new| *new == row).returning(|_| Ok(()));
        let world = fixture.start();

        let outcome = world
            .app
            .projects
            .create(&caller(), tenant_id(), command(None))
            .await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(expected.clone()));
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: Some(tenant_id()),
                actor: Actor::User(user_id()),
                operated: None,
                origin: origin(),
                trail: AuditTrail::of(AuditEvent::project_created(&expected)),
            }]
        );
        let event = AuditEvent::project_created(&expected).action();
        assert_eq!(
            world.counted(),
            [Counted::AuditEventRecorded(event), Counted::ProjectCreated]
        );
    }

    #[tokio::test]
    async fn a_key_acts_in_its_own_name() {
        let scopes = [Permission::CreateProjects];
        let facts = key_facts(&scopes, Some(Role::Member));
        let mut fixture = Fixture::with(CallerFacts::ApiKey(Some(facts)));
        let insert = fixture.on.projects.expect_insert().once();
        insert
            .withf(|new| *new == created(None))
            .returning(|_| Ok(()));
        let world = fixture.start();

        let projects = &world.app.projects;
        let outcome = projects
            .create(&key_caller(), tenant_id(), command(None))
            .await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(created(None)));
        assert_eq!(world.commits()[0].actor, Actor::ApiKey(api_key_id()));
    }

    #[tokio::test]
    async fn whoever_may_not_write_projects_is_refused_before_anything_is_written() {
        assert_refused(Permission::CreateProjects, async |app, caller| {
            let command = command(Some(idempotency_key()));
            app.projects.create(caller, tenant_id(), command).await
        })
        .await;
    }

    #[tokio::test]
    async fn the_outcome_is_stored_beside_the_project_under_the_actor() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.projects.expect_insert().returning(|_| Ok(()));
        let records = &mut fixture.on.idempotency;
        records
            .expect_claim()
            .once()
            .withf(|actor, key, now| {
                (*actor, key, *now) == (user_id().as_uuid(), &idempotency_key(), NOW)
            })
            .returning(|_, _, _| Ok(Claim::Fresh));
        records
            .expect_complete()
            .once()
            .withf(|actor, key, outcome| {
                let stored = crate::stored::decode::<Project>(outcome).unwrap();
                (*actor, key, stored)
                    == (
                        user_id().as_uuid(),
                        &idempotency_key(),
                        created(Some(user_id())),
                    )
            })
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();

        let command = command(Some(idempotency_key()));
        let outcome = world
            .app
            .projects
            .create(&caller(), tenant_id(), command)
            .await;
        assert!(matches!(outcome.unwrap(), Outcome::Fresh(_)));
        assert_eq!(world.committed(), ["project.created"]);
    }

    #[tokio::test]
    async fn a_replay_returns_the_first_answer_and_writes_nothing() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&project()).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();

        let command = command(Some(idempotency_key()));
        let outcome = world
            .app
            .projects
            .create(&caller(), tenant_id(), command)
            .await;
        let Outcome::Replayed(replayed) = outcome.unwrap() else {
            panic!("carried out again");
        };
        assert_eq!(replayed, project());
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [Counted::IdempotencyReplay]);
    }

    #[tokio::test]
    async fn a_commit_that_fails_counts_nothing() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.projects.expect_insert().returning(|_| Ok(()));
        let world = fixture.start();
        world.set_down(true);

        let command = command(None);
        let outcome = world
            .app
            .projects
            .create(&caller(), tenant_id(), command)
            .await;
        let error = outcome.unwrap_err();
        assert!(matches!(
            error,
            Error::Unavailable(StoreError::Unavailable(_))
        ));
        world.assert_untouched();
    }
}
