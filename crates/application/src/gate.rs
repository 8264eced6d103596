//! The only way from a caller to an organisation's data: opening a transaction is naming a permission.

use crate::{
    Ports,
    error::{Challenge, Error},
    key_usage::KeyUsage,
};
use domain::{
    access::{Actor, Credential, Sealed, TenantScope},
    audit::AuditTrail,
    id::{TenantId, UserId},
    ports::{Access, Clock, Counted, Counters, PlatformTx, Store, TenantTx},
    role::Permission,
};
use std::sync::Arc;
use time::OffsetDateTime;

/// Who calls, and what the operation would have accepted as a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// What the caller proved.
    pub credential: Credential,
    /// What to ask for when that turns out to be worth nothing.
    pub challenge: Challenge,
}

/// Lets callers in.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    counters: Arc<dyn Counters>,
    key_usage: Arc<KeyUsage>,
}

/// A transaction that a caller was let into.
pub(crate) struct Work {
    /// Who acts where, and when.
    pub(crate) scope: TenantScope,
    /// The transaction.
    pub(crate) tx: Box<dyn TenantTx>,
    counters: Arc<dyn Counters>,
}

/// A transaction of a user, or of nobody yet, outside all organisations.
pub(crate) struct PlatformWork {
    /// The transaction.
    pub(crate) tx: Box<dyn PlatformTx>,
    counters: Arc<dyn Counters>,
}

impl Gate {
    pub(crate) fn new(ports: &Ports, key_usage: Arc<KeyUsage>) -> Self {
        Self {
            store: ports.store.clone(),
            clock: ports.clock.clone(),
            counters: ports.counters.clone(),
            key_usage,
        }
    }

    /// A snapshot to read from.
    pub(crate) async fn read(
        &self,
        caller: &Caller,
        tenant: TenantId,
        need: Permission,
    ) -> Result<Work, Error> {
        self.enter(caller, tenant, Access::Read, need).await
    }

    /// A transaction to write in.
    pub(crate) async fn write(
        &self,
        caller: &Caller,
        tenant: TenantId,
        need: Permission,
    ) -> Result<Work, Error> {
        self.enter(caller, tenant, Access::Write, need).await
    }

    async fn enter(
        &self,
        caller: &Caller,
        tenant: TenantId,
        access: Access,
        need: Permission,
    ) -> Result<Work, Error> {
        let sealed = self.store.begin(&caller.credential, tenant, access).await?;
        let (scope, tx) = self.open(caller, sealed, need)?;
        Ok(Work {
            scope,
            tx,
            counters: self.counters.clone(),
        })
    }

    /// Opens what storage sealed.
    pub(crate) fn open<T>(
        &self,
        caller: &Caller,
        sealed: Sealed<T>,
        need: Permission,
    ) -> Result<(TenantScope, T), Error> {
        let (scope, value) = sealed
            .open(need, self.clock.now())
            .map_err(|denied| Error::refused(denied, caller.challenge))?;
        if let Actor::ApiKey(key) = scope.actor() {
            self.key_usage.touch(scope.tenant(), key, scope.at());
        }
        Ok((scope, value))
    }
}

impl Work {
    /// Makes the changes durable, then counts what was recorded.
    pub(crate) async fn commit(self, trail: AuditTrail) -> Result<(), Error> {
        let actions = recorded(&trail);
        self.tx.commit(&self.scope, trail).await?;
        for action in actions {
            self.counters.count(action);
        }
        Ok(())
    }
}

impl PlatformWork {
    pub(crate) async fn begin(
        ports: &Ports,
        user: Option<UserId>,
        access: Access,
    ) -> Result<Self, Error> {
        let tx = ports.store.begin_platform(user, access).await?;
        Ok(Self {
            tx,
            counters: ports.counters.clone(),
        })
    }

    /// Begins for a signed-in user, who has to be active still.
    pub(crate) async fn begin_for(
        ports: &Ports,
        user: UserId,
        access: Access,
    ) -> Result<(Self, domain::user::User), Error> {
        let mut work = Self::begin(ports, Some(user), access).await?;
        let found = work
            .tx
            .users()
            .find(user)
            .await?
            .filter(|user| user.is_active);
        let user = found.ok_or(Error::Unauthenticated(Challenge::Token))?;
        Ok((work, user))
    }

    /// Goes on in the tenant that was just inserted.
    pub(crate) async fn enter(self, scope: TenantScope) -> Result<Work, Error> {
        let tx = self.tx.enter(scope.clone()).await?;
        Ok(Work {
            scope,
            tx,
            counters: self.counters,
        })
    }

    /// Makes the changes durable, then counts what was recorded.
    pub(crate) async fn commit(
        self,
        user: UserId,
        at: OffsetDateTime,
        trail: AuditTrail,
    ) -> Result<(), Error> {
        let actions = recorded(&trail);
        self.tx.commit(user, at, trail).await?;
        for action in actions {
            self.counters.count(action);
        }
        Ok(())
    }
}

fn recorded(trail: &AuditTrail) -> Vec<Counted> {
    trail
        .events()
        .iter()
        .map(|event| Counted::AuditEventRecorded(event.action()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::AccessFacts,
        audit::{AuditAction, AuditEvent},
        role::Role,
    };

    fn key_with(scopes: &[Permission]) -> World {
        let facts = key_facts(scopes, Some(Role::Owner));
        let mut fixture = Fixture::with(AccessFacts::ApiKey(Some(facts)));
        let find = fixture.on.projects.expect_find();
        find.returning(|_| Ok(Some(project())));
        fixture.start()
    }

    async fn used(world: &World, caller: &Caller) -> Vec<KeyUses> {
        let projects = &world.app.projects;
        let id = project().id();
        let _let_in_or_not = projects.get(caller, tenant_id(), id).await;
        world.app.key_usage.flush().await.unwrap();
        world.take_key_uses()
    }

    #[tokio::test]
    async fn a_key_is_used_when_it_lets_its_holder_in() {
        let world = key_with(&[Permission::ReadProjects]);
        let expected = [(tenant_id(), vec![(api_key_id(), NOW)])];
        assert_eq!(used(&world, &key_caller()).await, expected);
    }

    #[tokio::test]
    async fn a_refused_key_is_not_used() {
        let world = key_with(&[Permission::WriteProjects]);
        assert_eq!(used(&world, &key_caller()).await, []);
    }

    #[tokio::test]
    async fn a_user_uses_no_key() {
        let mut fixture = Fixture::member(Role::Viewer);
        fixture.on.projects.expect_find().returning(|_| Ok(None));
        let world = fixture.start();
        assert_eq!(used(&world, &caller()).await, []);
    }

    #[tokio::test]
    async fn a_platform_commit_is_counted_once_acknowledged() {
        for down in [true, false] {
            let world = Fixture::with(AccessFacts::User(None)).start();
            world.set_down(down);
            let begun = PlatformWork::begin(&world.ports, None, Access::Write).await;
            let trail = AuditTrail::of(AuditEvent::user_registered(user_id()));
            let committed = begun.unwrap().commit(user_id(), NOW, trail).await;
            assert_eq!(committed.is_err(), down);
            let counted = [Counted::AuditEventRecorded(AuditAction::UserRegistered)];
            assert_eq!(world.counted(), if down { &[][..] } else { &counted });
        }
    }

    #[tokio::test]
    async fn the_refusal_asks_for_what_the_operation_accepts() {
        let world = Fixture::with(AccessFacts::User(None)).start();
        for challenge in [Challenge::Token, Challenge::TokenOrKey] {
            let caller = Caller {
                challenge,
                ..caller()
            };
            let refused = world.app.organisations.get(&caller, tenant_id()).await;
            let Err(Error::Unauthenticated(asked)) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(asked, challenge);
        }
    }
}
