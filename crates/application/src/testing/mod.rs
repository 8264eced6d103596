//! The use cases on top of mocks: what a test expects of storage goes in, what was committed and counted comes out.
//!
//! A repository that is called without an expectation panics, so an empty [`Fixture`] proves that nothing was read
//! or written. There is one set of repositories: a transaction borrows it, so two open at once panic too, and so does
//! slow work (hashing, signing, making keys) while one is open.

mod credentials;
mod operators;
mod refusals;
mod samples;
mod store;

pub(crate) use operators::*;
pub(crate) use refusals::{assert_escalation_noted, assert_refused, assert_refused_given};
pub(crate) use samples::*;
pub(crate) use store::{Commit, KeyUses, Operated, Place, Repositories};

use crate::{App, Ports, rules::Rules};
use domain::{
    access::{AccessFacts, CallerFacts, UserFacts},
    password::PasswordPolicy,
    ports::{
        AccessToken, Clock, Counted, Counters, IdGenerator, MockKeyMint, MockPasswordHasher,
        MockTokenIssuer, MockTokenVerifier,
    },
    role::Role,
    tenant::TenantStatus,
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::{MockStore, State};
use time::{Duration, OffsetDateTime};

/// What a test expects.
pub(crate) struct Fixture {
    /// The repositories of every transaction.
    pub(crate) on: Repositories,
    /// What storage knows about whoever calls.
    pub(crate) facts: AccessFacts,
    /// Hashes; nothing is expected.
    pub(crate) hasher: MockPasswordHasher,
    /// Signs [`token_of`] for anyone.
    pub(crate) issuer: MockTokenIssuer,
    /// Verifies; nothing is expected.
    pub(crate) verifier: MockTokenVerifier,
    /// Makes [`new_key`]; nothing is expected to be recognised.
    pub(crate) mint: MockKeyMint,
    /// Makes [`operator_key`]; nothing is expected to be recognised.
    pub(crate) operator_mint: MockKeyMint,
    /// Makes [`bootstrap_token`]; nothing is expected to be recognised.
    pub(crate) bootstrap_mint: MockKeyMint,
    /// What the deployment decides.
    pub(crate) rules: Rules,
    /// Whether no place of a tenant can be made or removed.
    pub(crate) placeless: bool,
}

impl Fixture {
    /// Whoever calls is known by these facts in an active tenant.
    pub(crate) fn with(caller: CallerFacts) -> Self {
        let facts = AccessFacts {
            status: Some(TenantStatus::Active),
            caller,
        };
        let mut issuer = MockTokenIssuer::new();
        issuer.expect_issue().returning(|user, now| AccessToken {
            token: token_of(user, now),
            expires_in: Duration::minutes(15),
        });
        let mut mint = MockKeyMint::new();
        mint.expect_mint().returning(new_key);
        let (mut operator_mint, mut bootstrap_mint) = (MockKeyMint::new(), MockKeyMint::new());
        operator_mint.expect_mint().returning(operator_key);
        bootstrap_mint.expect_mint().returning(bootstrap_token);
        Self {
            on: Repositories::default(),
            facts,
            hasher: MockPasswordHasher::new(),
            issuer,
            verifier: MockTokenVerifier::new(),
            mint,
            operator_mint,
            bootstrap_mint,
            rules: PasswordPolicy::new(12).into(),
            placeless: false,
        }
    }

    /// An active user with this role calls.
    pub(crate) fn member(role: Role) -> Self {
        Self::with(user_facts(true, Some(role)))
    }

    /// An active user who holds a role that the tenant defines like this calls.
    pub(crate) fn holding(grants: &str) -> Self {
        Self::with(CallerFacts::User(Some(UserFacts {
            is_active: true,
            standing: Some(granted("custom", grants)),
        })))
    }

    /// The organisation is found, as [`tenant`].
    pub(crate) fn with_tenant(mut self) -> Self {
        let find = self.on.tenant.expect_find();
        find.returning(|| Ok(Some(tenant())));
        self
    }

    /// The acting user is found by id, or not.
    pub(crate) fn signed_in(user: Option<domain::user::User>) -> Self {
        let mut fixture = Self::with(CallerFacts::User(None));
        fixture
            .on
            .users
            .expect_find()
            .withf(|id| *id == user_id())
            .returning(move |_| Ok(user.clone()));
        fixture
    }

    /// Wires the application.
    pub(crate) fn start(self) -> World {
        let state = Arc::new(State::new(self.on));
        let ports = Ports {
            store: Arc::new(MockStore {
                state: state.clone(),
                facts: self.facts,
                placeless: self.placeless,
            }),
            clock: Arc::new(FixedClock),
            ids: Arc::new(SequentialIds(AtomicU64::new(1))),
            hasher: credentials::outside(&state, self.hasher),
            issuer: credentials::outside(&state, self.issuer),
            verifier: credentials::outside(&state, self.verifier),
            mint: credentials::outside(&state, self.mint),
            operator_mint: credentials::outside(&state, self.operator_mint),
            bootstrap_mint: credentials::outside(&state, self.bootstrap_mint),
            counters: state.clone(),
        };
        World {
            app: App::new(&ports, self.rules),
            ports,
            state,
        }
    }
}

/// The application under test and what became of its world.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) ports: Ports,
    state: Arc<State>,
}

impl World {
    /// Every commit, in order.
    pub(crate) fn commits(&self) -> Vec<Commit> {
        self.state.commits()
    }

    /// The actions of every committed event, in order.
    pub(crate) fn committed(&self) -> Vec<&'static str> {
        let commits = self.commits();
        let events = commits.iter().flat_map(|commit| commit.trail.events());
        events.map(|event| event.action().as_str()).collect()
    }

    /// What operators committed outside all tenants, in order.
    pub(crate) fn operated(&self) -> Vec<Operated> {
        self.state.operated()
    }

    /// What was done about places of tenants, in order.
    pub(crate) fn places(&self) -> Vec<Place> {
        self.state.places()
    }

    /// Everything that was counted, in order.
    pub(crate) fn counted(&self) -> Vec<Counted> {
        self.state.counted()
    }

    /// The stored uses of keys since this was last asked.
    pub(crate) fn take_key_uses(&self) -> Vec<KeyUses> {
        self.state.take_key_uses()
    }

    /// Whether the database acknowledges nothing from now on.
    pub(crate) fn set_down(&self, down: bool) {
        self.state.set_down(down);
    }

    /// Holds when nothing was committed and nothing counted.
    pub(crate) fn assert_untouched(&self) {
        assert_eq!(self.commits(), []);
        assert_eq!(self.counted(), []);
    }
}

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> OffsetDateTime {
        NOW
    }
}

struct SequentialIds(AtomicU64);

impl IdGenerator for SequentialIds {
    fn uuid(&self) -> uuid::Uuid {
        made_id(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

impl Counters for State {
    fn count(&self, what: Counted) {
        self.note(what);
    }
}
