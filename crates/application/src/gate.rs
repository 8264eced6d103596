//! The only way from a caller to an organisation's data: opening a transaction is naming a permission.

use crate::{
    Ports,
    error::{Challenge, Error},
    key_usage::KeyUsage,
    security_events::SecurityEvents,
};
use domain::{
    access::{AccessDenied, Actor, Credential, Origin, Sealed, TenantScope},
    audit::{AuditTrail, Denial},
    id::{TenantId, UserId},
    operator::OperatorEvent,
    permission::{Permission, PermissionSet},
    policy::{Policy, Reach},
    ports::{Access, Clock, Counted, Counters, KeyUse, PlatformTx, Store, TenantTx},
};
use std::sync::Arc;

/// Who calls, and what the operation would have accepted as a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// What the caller proved.
    pub credential: Credential,
    /// What to ask for when that turns out to be worth nothing.
    pub challenge: Challenge,
    /// Where the request came from.
    pub origin: Origin,
}

/// A signed-in user who acts outside all organisations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The user.
    pub user: UserId,
    /// Where the request came from.
    pub origin: Origin,
}

/// Lets callers in.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    counters: Arc<dyn Counters>,
    key_usage: Arc<KeyUsage>,
    security_events: Arc<SecurityEvents>,
}

/// A transaction that a caller was let into.
pub(crate) struct Work {
    /// Who acts where, and when.
    pub(crate) scope: TenantScope,
    /// The transaction.
    pub(crate) tx: Box<dyn TenantTx>,
    counters: Arc<dyn Counters>,
    security_events: Arc<SecurityEvents>,
}

/// A transaction of a user, or of nobody yet, outside all organisations.
pub(crate) struct PlatformWork {
    /// The transaction.
    pub(crate) tx: Box<dyn PlatformTx>,
    counters: Arc<dyn Counters>,
}

impl Gate {
    pub(crate) fn new(
        ports: &Ports,
        key_usage: Arc<KeyUsage>,
        security_events: Arc<SecurityEvents>,
    ) -> Self {
        Self {
            store: ports.store.clone(),
            clock: ports.clock.clone(),
            counters: ports.counters.clone(),
            key_usage,
            security_events,
        }
    }

    /// A snapshot to read from, for whoever may see all of it.
    pub(crate) async fn read(
        &self,
        caller: &Caller,
        tenant: TenantId,
        need: Permission,
    ) -> Result<Work, Error> {
        self.enter(caller, tenant, Access::Read, (need, Reach::Everything))
            .await
    }

    /// A snapshot to read from, also for whoever may see only their own: keep to [`TenantScope::reaches`].
    pub(crate) async fn read_own(
        &self,
        caller: &Caller,
        tenant: TenantId,
        need: Permission,
    ) -> Result<Work, Error> {
        self.enter(caller, tenant, Access::Read, (need, Reach::Own))
            .await
    }

    /// A snapshot to read from, for whoever belongs there, also without any permission: keep to what callers may know
    /// about themselves.
    pub(crate) async fn belonging(&self, caller: &Caller, tenant: TenantId) -> Result<Work, Error> {
        let need = (Permission::ReadOrganisation, Reach::Nothing);
        self.enter(caller, tenant, Access::Read, need).await
    }

    /// A transaction to write in, for whoever may change everything.
    pub(crate) async fn write(
        &self,
        caller: &Caller,
        tenant: TenantId,
        need: Permission,
    ) -> Result<Work, Error> {
        self.enter(caller, tenant, Access::Write, (need, Reach::Everything))
            .await
    }

    /// A transaction to write in, also for whoever may change only their own: keep to [`TenantScope::reaches`].
    pub(crate) async fn write_own(
        &self,
        caller: &Caller,
        tenant: TenantId,
        need: Permission,
    ) -> Result<Work, Error> {
        self.enter(caller, tenant, Access::Write, (need, Reach::Own))
            .await
    }

    async fn enter(
        &self,
        caller: &Caller,
        tenant: TenantId,
        access: Access,
        need: (Permission, Reach),
    ) -> Result<Work, Error> {
        let sealed = self.store.begin(&caller.credential, tenant, access).await?;
        let (scope, tx) = self.open(caller, tenant, sealed, need)?;
        Ok(self.work(scope, tx))
    }

    fn work(&self, scope: TenantScope, tx: Box<dyn TenantTx>) -> Work {
        Work {
            scope,
            tx,
            counters: self.counters.clone(),
            security_events: self.security_events.clone(),
        }
    }

    /// Opens what storage sealed for a permission that has to go so far.
    pub(crate) fn open<T>(
        &self,
        caller: &Caller,
        tenant: TenantId,
        sealed: Sealed<T>,
        (need, far): (Permission, Reach),
    ) -> Result<(TenantScope, T), Error> {
        let origin = Origin {
            at: self.clock.now(),
            ..caller.origin.clone()
        };
        let opened = match far {
            Reach::Everything => sealed.open(need, origin),
            Reach::Own => sealed.open_to_own(need, origin),
            Reach::Nothing => sealed.open_to_belonging(origin),
        };
        let (scope, value) = opened.map_err(|denied| self.refuse(caller, tenant, denied))?;
        if let Actor::ApiKey(key) = scope.actor() {
            let (at, from) = (scope.at(), scope.origin().address);
            self.key_usage.touch(tenant, KeyUse { key, at, from });
        }
        Ok((scope, value))
    }

    fn refuse(&self, caller: &Caller, tenant: TenantId, denied: AccessDenied) -> Error {
        let origin = || Origin {
            at: self.clock.now(),
            ..caller.origin.clone()
        };
        match (denied, &caller.credential) {
            (AccessDenied::Missing { need, actor }, _) => {
                let permissions = [need].into_iter().collect();
                let witness = TenantScope::witness(tenant, actor, origin());
                self.security_events
                    .denied(witness, Denial::Use(permissions));
            }
            (AccessDenied::Stranger, Credential::User(user)) => {
                self.security_events.stranger(*user, tenant, origin());
            }
            _ => {}
        }
        let is_key = matches!(caller.credential, Credential::ApiKey { .. });
        match denied {
            AccessDenied::Missing { .. } | AccessDenied::Stranger
                if is_key && caller.challenge == Challenge::TokenOrGrantedKey =>
            {
                Error::Unauthenticated(caller.challenge)
            }
            _ => Error::refused(denied, caller.challenge),
        }
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

    /// Demands one permission more, which `held` has to have for everything.
    pub(crate) fn demand(&self, held: Policy, need: Permission) -> Result<(), Error> {
        if held.reach(need) == Reach::Everything {
            return Ok(());
        }
        Err(self.insufficient(need))
    }

    /// Refuses to use a permission on what it does not reach.
    pub(crate) fn insufficient(&self, need: Permission) -> Error {
        self.note(Denial::Use([need].into_iter().collect()));
        Error::Insufficient
    }

    /// Refuses an attempt to give away permissions that whoever acts does not hold.
    pub(crate) fn escalation(&self, permissions: PermissionSet) -> Error {
        self.note(Denial::Grant(permissions));
        Error::Escalation(permissions)
    }

    fn note(&self, denial: Denial) {
        let scope = &self.scope;
        let witness = TenantScope::witness(scope.tenant(), scope.actor(), scope.origin().clone());
        self.security_events.denied(witness, denial);
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
    pub(crate) async fn enter(self, scope: TenantScope, gate: &Gate) -> Result<Work, Error> {
        let tx = self.tx.enter(scope.clone()).await?;
        Ok(gate.work(scope, tx))
    }

    /// Makes the changes durable, then counts what was recorded.
    pub(crate) async fn commit(
        self,
        user: UserId,
        origin: &Origin,
        trail: AuditTrail,
    ) -> Result<(), Error> {
        let actions = recorded(&trail);
        self.tx.commit(user, origin, trail).await?;
        for action in actions {
            self.counters.count(action);
        }
        Ok(())
    }
}

impl PlatformWork {
    /// Makes an operator's changes durable, together with the event.
    pub(crate) async fn commit_operated(
        self,
        event: &OperatorEvent,
        origin: &Origin,
    ) -> Result<(), Error> {
        Ok(self.tx.commit_operated(event, origin).await?)
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
        access::CallerFacts,
        audit::{AuditAction, AuditEvent},
        page::PageOf,
        role::Role,
    };

    fn key_with(scopes: &[Permission]) -> World {
        let facts = key_facts(scopes, Some(Role::Owner));
        let mut fixture = Fixture::with(CallerFacts::ApiKey(Some(facts)));
        let find = fixture.on.projects.expect_find();
        find.returning(|_| Ok(Some(project())));
        fixture.start()
    }

    fn use_of_key() -> KeyUse {
        KeyUse {
            key: api_key_id(),
            at: NOW,
            from: origin().address,
        }
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
        let expected = [(tenant_id(), vec![use_of_key()])];
        assert_eq!(used(&world, &key_caller()).await, expected);
    }

    #[tokio::test]
    async fn where_users_are_wanted_a_key_counts_only_if_it_was_granted_just_that() {
        let holding = |scopes: &[Permission]| {
            let facts = key_facts(scopes, Some(Role::Owner));
            let mut fixture = Fixture::with(CallerFacts::ApiKey(Some(facts)));
            let list = fixture.on.members.expect_list();
            list.returning(|_| {
                Ok(PageOf {
                    items: vec![],
                    total: None,
                    next: None,
                })
            });
            fixture.start()
        };
        let caller = Caller {
            challenge: Challenge::TokenOrGrantedKey,
            ..key_caller()
        };
        let granted = holding(&[Permission::ReadMembers]);
        let (members, page) = (&granted.app.members, page());
        assert!(members.list(&caller, tenant_id(), &page).await.is_ok());

        let other = holding(&[Permission::ReadProjects]);
        let members = &other.app.members;
        for tenant in [tenant_id(), TenantId::from_uuid(made_id(9))] {
            let refused = members.list(&caller, tenant, &page).await;
            let Err(Error::Unauthenticated(asked)) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(asked, Challenge::TokenOrGrantedKey);
        }
    }

    #[tokio::test]
    async fn a_refused_key_is_not_used() {
        let world = key_with(&[Permission::UpdateProjects]);
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
            let world = Fixture::with(CallerFacts::User(None)).start();
            world.set_down(down);
            let begun = PlatformWork::begin(&world.ports, None, Access::Write).await;
            let trail = AuditTrail::of(AuditEvent::user_registered(user_id()));
            let committed = begun.unwrap().commit(user_id(), &origin(), trail).await;
            assert_eq!(committed.is_err(), down);
            let counted = [Counted::AuditEventRecorded(AuditAction::UserRegistered)];
            assert_eq!(world.counted(), if down { &[][..] } else { &counted });
        }
    }

    #[tokio::test]
    async fn the_refusal_asks_for_what_the_operation_accepts() {
        let world = Fixture::with(CallerFacts::User(None)).start();
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

    /// Everything that is recorded once the refusals that were noted are stored.
    async fn recorded(world: &World) -> Vec<(Option<TenantId>, AuditTrail)> {
        world.app.security_events.flush(NOW).await.unwrap();
        let commits = world.commits().into_iter();
        commits.map(|one| (one.tenant, one.trail)).collect()
    }

    #[tokio::test]
    async fn a_refused_permission_is_noted_in_the_organisation() {
        let world = Fixture::member(Role::Viewer).with_tenant().start();
        let members = &world.app.members;
        let refused = members.list(&caller(), tenant_id(), &page()).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
        let need = [Permission::ReadMembers].into_iter().collect();
        let denied = AuditEvent::denied(tenant_id(), Denial::Use(need));
        let expected = [(Some(tenant_id()), AuditTrail::of(denied))];
        assert_eq!(recorded(&world).await, expected);
    }

    #[tokio::test]
    async fn a_strange_user_is_noted_as_that_users_doing_and_a_strange_key_not_at_all() {
        let world = Fixture::with(user_facts(true, None)).start();
        let organisations = &world.app.organisations;
        let refused = organisations.get(&caller(), tenant_id()).await;
        assert!(matches!(refused, Err(Error::Stranger)));
        let denied = AuditEvent::user_access_denied(tenant_id());
        let expected = [(None, AuditTrail::of(denied))];
        assert_eq!(recorded(&world).await, expected);

        let foreign = domain::access::KeyFacts {
            tenant: TenantId::from_uuid(uuid::Uuid::from_u128(99)),
            ..key_facts(Permission::ALL, Some(Role::Owner))
        };
        let world = Fixture::with(CallerFacts::ApiKey(Some(foreign))).start();
        let organisations = &world.app.organisations;
        let refused = organisations.get(&key_caller(), tenant_id()).await;
        assert!(matches!(refused, Err(Error::Stranger)));
        assert_eq!(recorded(&world).await, []);
    }

    #[tokio::test]
    async fn a_permission_for_ones_own_opens_only_what_keeps_to_ones_own() {
        let world = Fixture::holding("read:projects[owner]").start();
        let (usage, events) = (&world.app.key_usage, &world.app.security_events);
        let gate = Gate::new(&world.ports, usage.clone(), events.clone());
        let (caller, tenant, need) = (caller(), tenant_id(), Permission::ReadProjects);
        let only_of = |work: Result<Work, Error>| work.map(|work| work.scope.only_of());

        let refused = only_of(gate.read(&caller, tenant, need).await);
        assert!(matches!(refused, Err(Error::Insufficient)));
        let refused = only_of(gate.write(&caller, tenant, need).await);
        assert!(matches!(refused, Err(Error::Insufficient)));
        let let_in = only_of(gate.read_own(&caller, tenant, need).await);
        assert_eq!(let_in.unwrap(), Some(user_id()));
        let let_in = only_of(gate.write_own(&caller, tenant, need).await);
        assert_eq!(let_in.unwrap(), Some(user_id()));
    }
}
