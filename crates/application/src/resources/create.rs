use super::{Resources, demand_project};
use crate::{
    error::Error,
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    document::Document,
    id::{ProjectId, ResourceId, TenantId},
    idempotency::IdempotencyKey,
    permission::Permission,
    resource::Resource,
    text::ResourceName,
};

/// Create a resource.
#[derive(Clone, Debug)]
pub struct CreateResource {
    /// Its name.
    pub name: ResourceName,
    /// The project that it is part of.
    pub project: Option<ProjectId>,
    /// Its contents.
    pub data: Document,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl Resources {
    /// Creates a resource, whose owner is whoever acts, or whoever created the key that acts.
    ///
    /// # Errors
    /// The gate's refusals, the idempotency conflicts, [`Error::NotFound`] for the project.
    pub async fn create(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: CreateResource,
    ) -> Result<Outcome<Resource>, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::CreateResources)
            .await?;
        let (actor, now) = (work.scope.actor(), work.scope.at());
        let (counters, key) = (&*self.ports.counters, command.key.as_ref());
        let records = work.tx.idempotency();
        if let Some(resource) = replay(records, actor.as_uuid(), key, now, counters).await? {
            return Ok(Outcome::Replayed(resource));
        }
        if let Some(project) = command.project {
            demand_project(&mut work, project).await?;
        }
        // Only an operator is nobody's subject, and operators have no resources.
        let owner = work.scope.subject().ok_or(Error::Insufficient)?;
        let id = ResourceId::from_uuid(self.ports.ids.uuid());
        let fields = (command.name, command.project, command.data);
        let resource = Resource::create(id, tenant, owner, fields, now);
        work.tx.resources().insert(&resource).await?;
        remember(work.tx.idempotency(), actor.as_uuid(), key, &resource).await?;
        work.commit(AuditTrail::of(AuditEvent::resource_created(&resource)))
            .await?;
        Ok(Outcome::Fresh(resource))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error, testing::*};
    use domain::{
        access::{Actor, CallerFacts},
        id::UserId,
        idempotency::Claim,
        ports::Counted,
        role::Role,
    };

    fn command(project: Option<ProjectId>, key: Option<IdempotencyKey>) -> CreateResource {
        let state = resource().state().clone();
        CreateResource {
            name: state.name,
            project,
            data: state.data,
            key,
        }
    }

    fn created(owner: UserId, project: Option<ProjectId>) -> Resource {
        let CreateResource { name, data, .. } = command(None, None);
        let id = ResourceId::from_uuid(made_id(1));
        Resource::create(id, tenant_id(), owner, (name, project, data), NOW)
    }

    #[tokio::test]
    async fn the_resource_is_committed_with_its_event_and_belongs_to_whoever_acts() {
        let mut fixture = Fixture::member(Role::Member);
        let find = fixture.on.projects.expect_find().once();
        find.withf(|id| *id == project().id())
            .returning(|_| Ok(Some(project())));
        let expected = created(user_id(), Some(project().id()));
        let insert = fixture.on.resources.expect_insert().once();
        let inserted = expected.clone();
        insert
            .withf(move |new| *new == inserted)
            .returning(|_| Ok(()));
        let world = fixture.start();

        let command = command(Some(project().id()), None);
        let resources = &world.app.resources;
        let outcome = resources.create(&caller(), tenant_id(), command).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(expected.clone()));
        let event = AuditEvent::resource_created(&expected);
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted(), [counted]);
    }

    #[tokio::test]
    async fn what_a_key_creates_belongs_to_its_creator() {
        let facts = key_facts(&[Permission::CreateResources], Some(Role::Member));
        let creator = facts.creator;
        assert_ne!(creator, user_id());
        let mut fixture = Fixture::with(CallerFacts::ApiKey(Some(facts)));
        fixture.on.resources.expect_insert().returning(|_| Ok(()));
        let world = fixture.start();

        let (resources, command) = (&world.app.resources, command(None, None));
        let outcome = resources.create(&key_caller(), tenant_id(), command).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(created(creator, None)));
        assert_eq!(world.commits()[0].actor, Actor::ApiKey(api_key_id()));
    }

    #[tokio::test]
    async fn a_project_that_is_not_there_is_not_found() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.projects.expect_find().returning(|_| Ok(None));
        let world = fixture.start();

        let command = command(Some(project().id()), None);
        let resources = &world.app.resources;
        let outcome = resources.create(&caller(), tenant_id(), command).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::NotFound(error::Resource::Project)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_create_resources_is_refused_before_anything_is_written() {
        assert_refused(Permission::CreateResources, async |app, caller| {
            let command = command(Some(project().id()), Some(idempotency_key()));
            app.resources.create(caller, tenant_id(), command).await
        })
        .await;
    }

    #[tokio::test]
    async fn the_outcome_is_stored_beside_the_resource_under_the_actor() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.resources.expect_insert().returning(|_| Ok(()));
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
                let stored = crate::stored::decode::<Resource>(outcome).unwrap();
                let expected = (user_id().as_uuid(), &idempotency_key());
                (*actor, key) == expected && stored == created(user_id(), None)
            })
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();

        let command = command(None, Some(idempotency_key()));
        let resources = &world.app.resources;
        let outcome = resources.create(&caller(), tenant_id(), command).await;
        assert!(matches!(outcome.unwrap(), Outcome::Fresh(_)));
        assert_eq!(world.committed(), ["resource.created"]);
    }

    #[tokio::test]
    async fn a_replay_returns_the_first_answer_even_when_the_project_is_gone() {
        let mut fixture = Fixture::member(Role::Member);
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&resource()).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();

        let command = command(Some(project().id()), Some(idempotency_key()));
        let resources = &world.app.resources;
        let outcome = resources.create(&caller(), tenant_id(), command).await;
        assert_eq!(outcome.unwrap(), Outcome::Replayed(resource()));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [Counted::IdempotencyReplay]);
    }
}
