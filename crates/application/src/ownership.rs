//! Whose a thing is, and what that means for whoever asks for it.

use crate::{
    error::{self, Error},
    gate::Work,
};
use domain::{
    access::TenantScope, id::UserId, permission::Permission, policy::Reach, project::Project,
    resource::Resource,
};

/// A thing that belongs to somebody.
pub(crate) trait Owned {
    /// What is missing when it is not there.
    const KIND: error::Resource;
    /// The permission to see it.
    const READ: Permission;

    /// The user whose it is, if there is one.
    fn owner(&self) -> Option<UserId>;
}

impl Owned for Project {
    const KIND: error::Resource = error::Resource::Project;
    const READ: Permission = Permission::ReadProjects;

    fn owner(&self) -> Option<UserId> {
        self.state().created_by
    }
}

impl Owned for Resource {
    const KIND: error::Resource = error::Resource::Resource;
    const READ: Permission = Permission::ReadResources;

    fn owner(&self) -> Option<UserId> {
        Some(self.state().owner)
    }
}

/// What was found, if the scope reaches it. What it does not reach is refused to whoever may see it, and is not there
/// for anyone else.
pub(crate) fn within_reach<T: Owned>(scope: &TenantScope, found: Option<T>) -> Result<T, Error> {
    let thing = found.ok_or(Error::NotFound(T::KIND))?;
    if scope.reaches(thing.owner()) {
        return Ok(thing);
    }
    Err(match scope.policy().reach(T::READ) {
        Reach::Everything => Error::Insufficient,
        Reach::Own | Reach::Nothing => Error::NotFound(T::KIND),
    })
}

impl Work {
    /// What was found, if the permission that the transaction was opened with reaches it; otherwise what
    /// [`within_reach`] says, and a refusal is noted.
    pub(crate) fn within_reach<T: Owned>(
        &self,
        need: Permission,
        found: Option<T>,
    ) -> Result<T, Error> {
        within_reach(&self.scope, found).map_err(|error| match error {
            Error::Insufficient => self.insufficient(need),
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{gate::Gate, testing::*};
    use domain::{
        audit::{AuditEvent, AuditTrail, Denial},
        policy::Grants,
    };

    async fn opened(world: &World, need: Permission) -> Work {
        let (usage, events) = (&world.app.key_usage, &world.app.security_events);
        let gate = Gate::new(&world.ports, usage.clone(), events.clone());
        gate.write_own(&caller(), tenant_id(), need).await.unwrap()
    }

    /// What becomes of somebody else's project, and of one's own, under these grants.
    async fn reached(grants: &str) -> [Result<Project, Error>; 2] {
        assert!(Grants::parse(grants).is_some());
        let world = Fixture::holding(grants).start();
        let need = Permission::UpdateProjects;
        let work = opened(&world, need).await;
        [project(), own_project()].map(|found| work.within_reach(need, Some(found)))
    }

    #[tokio::test]
    async fn what_may_be_seen_but_not_changed_is_refused() {
        let [others, own] = reached("read:projects update:projects[owner]").await;
        assert!(matches!(others, Err(Error::Insufficient)));
        assert_eq!(own.unwrap(), own_project());
    }

    #[tokio::test]
    async fn what_may_not_even_be_seen_is_not_there() {
        for grants in ["*:projects[owner]", "update:projects[owner]"] {
            let [others, own] = reached(grants).await;
            assert!(matches!(
                others,
                Err(Error::NotFound(error::Resource::Project))
            ));
            assert_eq!(own.unwrap(), own_project());
        }
    }

    #[tokio::test]
    async fn without_a_condition_everything_is_within_reach() {
        let [others, own] = reached("update:projects").await;
        assert_eq!((others.unwrap(), own.unwrap()), (project(), own_project()));
    }

    #[tokio::test]
    async fn a_refusal_is_noted_and_what_is_not_there_is_not() {
        let need = Permission::UpdateProjects;
        let denial = Denial::Use([need].into_iter().collect());
        let refused = [AuditTrail::of(AuditEvent::denied(tenant_id(), denial))];
        for (read, noted) in [
            ("read:projects", &refused[..]),
            ("read:projects[owner]", &[]),
        ] {
            let grants = format!("{read} update:projects[owner]");
            let world = Fixture::holding(&grants).with_tenant().start();
            let work = opened(&world, need).await;
            assert!(work.within_reach(need, Some(project())).is_err());
            drop(work);
            world.app.security_events.flush(NOW).await.unwrap();
            let commits = world.commits();
            let trails: Vec<_> = commits.into_iter().map(|one| one.trail).collect();
            assert_eq!(trails, noted);
        }
    }
}
