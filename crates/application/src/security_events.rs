//! Refusals worth knowing about, kept off the request path: noted in memory, stored now and then.
//!
//! Somebody who keeps knocking must not be able to fill the trail: the same refusal is recorded once a minute, one
//! organisation or user gets so many a minute, and so many wait at most. A crash loses what was not flushed.

use crate::error::Error;
use domain::{
    access::{Actor, Origin, TenantScope},
    audit::{AuditEvent, AuditTrail, Denial},
    id::{TenantId, UserId},
    ports::{Access, Store},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Collects refusals until they are flushed.
pub struct SecurityEvents {
    store: Arc<dyn Store>,
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    waiting: Vec<(Place, AuditEvent)>,
    /// When a refusal was last recorded, so that its repetitions are not.
    last: HashMap<Refusal, OffsetDateTime>,
    /// Records of the current minute, by whose trail they go into.
    minute: HashMap<Uuid, (OffsetDateTime, u32)>,
}

/// Whose trail an event goes into.
#[derive(Clone)]
enum Place {
    Tenant(TenantScope),
    User(UserId, Origin),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Refusal {
    Denied(TenantId, Actor, Denial),
    Stranger(UserId, TenantId),
    Login(UserId),
}

impl SecurityEvents {
    /// The same refusal is recorded again after this time.
    const REPEAT_AFTER: Duration = Duration::MINUTE;
    /// Most records a minute of one organisation or user.
    const PER_MINUTE: u32 = 60;
    /// Most records that wait to be stored.
    const MAX_WAITING: usize = 1000;

    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            noted: Mutex::default(),
        }
    }

    /// Notes that somebody who belongs to an organisation was refused something there.
    pub(crate) fn denied(&self, witness: TenantScope, denial: Denial) {
        let (tenant, actor, at) = (witness.tenant(), witness.actor(), witness.at());
        let refusal = Refusal::Denied(tenant, actor, denial);
        let event = AuditEvent::denied(tenant, denial);
        self.note(
            refusal,
            tenant.as_uuid(),
            at,
            (Place::Tenant(witness), event),
        );
    }

    /// Notes that a user tried to enter an organisation without being a member.
    pub(crate) fn stranger(&self, user: UserId, tenant: TenantId, origin: Origin) {
        let (refusal, at) = (Refusal::Stranger(user, tenant), origin.at);
        let event = AuditEvent::user_access_denied(tenant);
        self.note(
            refusal,
            user.as_uuid(),
            at,
            (Place::User(user, origin), event),
        );
    }

    /// Notes that somebody gave a wrong password for a user.
    pub(crate) fn login_failed(&self, user: UserId, origin: Origin) {
        let (refusal, at) = (Refusal::Login(user), origin.at);
        let event = AuditEvent::user_login_failed(user);
        self.note(
            refusal,
            user.as_uuid(),
            at,
            (Place::User(user, origin), event),
        );
    }

    fn note(&self, refusal: Refusal, whose: Uuid, at: OffsetDateTime, record: (Place, AuditEvent)) {
        let mut noted = self.noted();
        let repeated = |last: &OffsetDateTime| at - *last < Self::REPEAT_AFTER;
        if noted.waiting.len() >= Self::MAX_WAITING
            || noted.last.get(&refusal).is_some_and(repeated)
        {
            return;
        }
        let minute = noted.minute.entry(whose).or_insert((at, 0));
        if at - minute.0 >= Duration::MINUTE {
            *minute = (at, 0);
        }
        if minute.1 >= Self::PER_MINUTE {
            return;
        }
        minute.1 += 1;
        noted.last.insert(refusal, at);
        noted.waiting.push(record);
    }

    /// Stores what waits, and forgets what is too old to hold anything back.
    ///
    /// # Errors
    /// When storage does not acknowledge; what was not stored is tried again by the next flush. A record that storage
    /// refuses for good is given up, so that it does not hold up the others.
    pub async fn flush(&self, now: OffsetDateTime) -> Result<(), Error> {
        let mut waiting = {
            let mut noted = self.noted();
            noted
                .last
                .retain(|_, last| now - *last < Self::REPEAT_AFTER);
            noted
                .minute
                .retain(|_, (began, _)| now - *began < Duration::MINUTE);
            std::mem::take(&mut noted.waiting).into_iter()
        };
        while let Some(record) = waiting.next() {
            if let Err(error) = self.store_one(&record).await {
                let again = matches!(error, Error::Unavailable(_)).then_some(record);
                let mut noted = self.noted();
                noted.waiting.extend(again.into_iter().chain(waiting));
                noted.waiting.truncate(Self::MAX_WAITING);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn store_one(&self, (place, event): &(Place, AuditEvent)) -> Result<(), Error> {
        let trail = AuditTrail::of(event.clone());
        match place {
            Place::Tenant(witness) => {
                let tx = self.store.begin_platform(None, Access::Write).await?;
                let mut tx = tx.enter(witness.clone()).await?;
                if tx.tenant().find().await?.is_some() {
                    tx.commit(witness, trail).await?;
                }
            }
            Place::User(user, origin) => {
                let tx = self
                    .store
                    .begin_platform(Some(*user), Access::Write)
                    .await?;
                tx.commit(*user, origin, trail).await?;
            }
        }
        Ok(())
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{permission::Permission, ports::StoreError, role::Role};

    fn after(seconds: i64) -> OffsetDateTime {
        NOW + Duration::seconds(seconds)
    }

    fn tenant(n: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(n))
    }

    /// The n-th user is refused a permission.
    fn refused(world: &World, n: u128, at: OffsetDateTime) {
        refused_in(world, tenant_id(), n, at);
    }

    fn refused_in(world: &World, tenant: TenantId, n: u128, at: OffsetDateTime) {
        let actor = Actor::User(UserId::from_uuid(Uuid::from_u128(n)));
        let witness = TenantScope::witness(tenant, actor, Origin { at, ..origin() });
        let denial = Denial::Use([Permission::ReadMembers].into_iter().collect());
        world.app.security_events.denied(witness, denial);
    }

    fn world() -> World {
        Fixture::member(Role::Viewer).with_tenant().start()
    }

    /// How many records are stored by a flush.
    async fn flushed(world: &World, now: OffsetDateTime) -> usize {
        let before = world.commits().len();
        world.app.security_events.flush(now).await.unwrap();
        world.commits().len() - before
    }

    #[tokio::test]
    async fn a_refusal_goes_into_the_trail_of_whom_it_is_about_with_where_it_came_from() {
        let world = world();
        let events = &world.app.security_events;
        refused(&world, 2, NOW);
        events.stranger(user_id(), tenant(9), origin());
        events.login_failed(user_id(), origin());
        events.flush(NOW).await.unwrap();

        let commit = |tenant, event| Commit {
            tenant,
            actor: Actor::User(user_id()),
            operated: None,
            origin: origin(),
            trail: AuditTrail::of(event),
        };
        let denial = Denial::Use([Permission::ReadMembers].into_iter().collect());
        let expected = [
            commit(Some(tenant_id()), AuditEvent::denied(tenant_id(), denial)),
            commit(None, AuditEvent::user_access_denied(tenant(9))),
            commit(None, AuditEvent::user_login_failed(user_id())),
        ];
        assert_eq!(world.commits(), expected);
    }

    #[tokio::test]
    async fn the_same_refusal_is_recorded_once_a_minute() {
        let world = world();
        for second in 0..59 {
            refused(&world, 2, after(second));
        }
        assert_eq!(flushed(&world, after(59)).await, 1);
        refused(&world, 2, after(59));
        assert_eq!(flushed(&world, after(59)).await, 0);
        refused(&world, 3, after(59));
        refused(&world, 2, after(60));
        assert_eq!(flushed(&world, after(60)).await, 2);
    }

    #[tokio::test]
    async fn an_organisation_gets_so_many_a_minute_and_another_does_not_lose_any() {
        let world = world();
        for n in 0..100 {
            refused(&world, n, after(1));
        }
        refused_in(&world, tenant(9), 1, after(1));
        let most = SecurityEvents::PER_MINUTE as usize;
        assert_eq!(flushed(&world, after(2)).await, most + 1);
        refused(&world, 100, after(60));
        assert_eq!(flushed(&world, after(60)).await, 0);
        refused(&world, 100, after(61));
        assert_eq!(flushed(&world, after(61)).await, 1);
    }

    #[tokio::test]
    async fn so_many_wait_at_most_while_the_database_is_away() {
        let world = world();
        let (events, most) = (&world.app.security_events, SecurityEvents::MAX_WAITING);
        world.set_down(true);
        for n in 0..3000 {
            refused_in(&world, tenant(n), 1, NOW);
            if n % 900 == 0 {
                assert!(events.flush(NOW).await.is_err());
            }
        }
        assert_eq!(events.noted().waiting.len(), most);
        world.set_down(false);
        assert_eq!(flushed(&world, NOW).await, most);
        assert_eq!(flushed(&world, NOW).await, 0);
    }

    #[tokio::test]
    async fn a_flush_that_fails_is_made_up_for_by_the_next_in_order() {
        let world = world();
        let events = &world.app.security_events;
        for n in [1, 2, 3] {
            refused(&world, n, NOW);
        }
        world.set_down(true);
        assert!(matches!(
            events.flush(NOW).await,
            Err(Error::Unavailable(_))
        ));
        world.set_down(false);
        assert_eq!(flushed(&world, NOW).await, 3);
        let actors: Vec<_> = world.commits().iter().map(|one| one.actor).collect();
        let expected = [1, 2, 3].map(|n| Actor::User(UserId::from_uuid(Uuid::from_u128(n))));
        assert_eq!(actors, expected);
    }

    #[tokio::test]
    async fn what_can_never_be_stored_holds_nothing_up() {
        let mut fixture = Fixture::member(Role::Viewer);
        let find = fixture.on.tenant.expect_find().once();
        find.returning(|| Err(StoreError::Failed("elsewhere".into())));
        let world = fixture.with_tenant().start();
        refused(&world, 1, NOW);
        refused(&world, 2, NOW);
        let events = &world.app.security_events;
        assert!(matches!(events.flush(NOW).await, Err(Error::Internal(_))));
        assert_eq!(flushed(&world, NOW).await, 1);
    }

    #[tokio::test]
    async fn an_organisation_that_is_gone_has_no_trail() {
        let mut fixture = Fixture::member(Role::Viewer);
        fixture.on.tenant.expect_find().returning(|| Ok(None));
        let world = fixture.start();
        refused(&world, 1, NOW);
        assert_eq!(flushed(&world, NOW).await, 0);
    }

    #[tokio::test]
    async fn what_is_too_old_to_hold_anything_back_is_forgotten() {
        let world = world();
        refused(&world, 1, NOW);
        flushed(&world, after(60)).await;
        let noted = world.app.security_events.noted();
        assert!(noted.last.is_empty() && noted.minute.is_empty());
    }
}
