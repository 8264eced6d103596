//! What happens: the use cases of the organisation API, one file each.
//!
//! A use case reads like the sentence it implements: let the caller in through the [`gate`], replay or carry out,
//! commit together with the audit trail, count. It knows neither HTTP nor SQL. Slow work (hashing, signing) is done
//! before a transaction is opened.

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod error;
pub mod gate;
pub mod key_usage;
pub mod members;
pub mod onboarding;
pub mod operators;
pub mod organisations;
pub mod outcome;
mod ownership;
pub mod precondition;
pub mod projects;
mod purging;
pub mod resources;
pub mod roles;
pub mod rules;
pub mod security_events;
mod stored;
pub mod tenants;
#[cfg(test)]
mod testing;

use domain::ports::{
    Clock, Counters, IdGenerator, KeyMint, PasswordHasher, Store, TokenIssuer, TokenVerifier,
};
use rules::Rules;
use std::sync::Arc;
use time::Duration;

/// Everything that the use cases need from the world.
#[derive(Clone)]
pub struct Ports {
    /// All data.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn IdGenerator>,
    /// Password hashing.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signs access tokens.
    pub issuer: Arc<dyn TokenIssuer>,
    /// Verifies access tokens.
    pub verifier: Arc<dyn TokenVerifier>,
    /// Makes and recognises API keys.
    pub mint: Arc<dyn KeyMint>,
    /// Makes and recognises keys of operators.
    pub operator_mint: Arc<dyn KeyMint>,
    /// Makes and recognises tokens that make their bearers operators.
    pub bootstrap_mint: Arc<dyn KeyMint>,
    /// Business metrics.
    pub counters: Arc<dyn Counters>,
}

/// The application: every use case, grouped by resource.
pub struct App {
    /// Registration, login and who is calling.
    pub auth: auth::Auth,
    /// Organisations.
    pub organisations: organisations::Organisations,
    /// Members of an organisation.
    pub members: members::Members,
    /// What members of an organisation may do.
    pub access: access::AccessQueries,
    /// Roles of an organisation.
    pub roles: roles::Roles,
    /// Projects of an organisation.
    pub projects: projects::Projects,
    /// Resources of an organisation.
    pub resources: resources::Resources,
    /// API keys of an organisation.
    pub api_keys: api_keys::ApiKeys,
    /// Founding organisations.
    pub onboarding: onboarding::Onboarding,
    /// Operators.
    pub operators: Arc<operators::Operators>,
    /// Organisations as operators see them.
    pub tenants: tenants::Tenants,
    /// The audit trail of an organisation.
    pub audit: audit::Audit,
    /// When API keys were last used.
    pub key_usage: Arc<key_usage::KeyUsage>,
    /// Refusals that wait to be recorded.
    pub security_events: Arc<security_events::SecurityEvents>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl App {
    /// Wires the use cases to their ports.
    pub fn new(ports: &Ports, rules: impl Into<Rules>) -> Self {
        let rules = Arc::new(rules.into());
        let key_usage = Arc::new(key_usage::KeyUsage::new(ports.store.clone()));
        let security_events = Arc::new(security_events::SecurityEvents::new(ports.store.clone()));
        let gate = gate::Gate::new(ports, key_usage.clone(), security_events.clone());
        let purging = purging::Purging::new(gate.clone(), ports.clone());
        let onboarding = onboarding::Onboarding::new(
            gate.clone(),
            ports.clone(),
            rules.clone(),
            purging.clone(),
        );
        let operators = Arc::new(operators::Operators::new(ports.clone()));
        Self {
            auth: auth::Auth::new(ports.clone(), rules.passwords, security_events.clone()),
            organisations: organisations::Organisations::new(
                gate.clone(),
                ports.clone(),
                onboarding.clone(),
            ),
            tenants: tenants::Tenants::new(
                gate.clone(),
                ports.clone(),
                rules.clone(),
                operators.clone(),
                onboarding.clone(),
                purging,
            ),
            onboarding,
            operators,
            members: members::Members::new(gate.clone(), ports.clone()),
            access: access::AccessQueries::new(gate.clone()),
            roles: roles::Roles::new(gate.clone(), ports.clone()),
            projects: projects::Projects::new(gate.clone(), ports.clone()),
            resources: resources::Resources::new(gate.clone(), ports.clone()),
            api_keys: api_keys::ApiKeys::new(gate.clone(), ports.clone()),
            audit: audit::Audit::new(gate),
            key_usage,
            security_events,
            store: ports.store.clone(),
            clock: ports.clock.clone(),
        }
    }

    /// Whether requests can be served: the database answers.
    ///
    /// # Errors
    /// [`error::Error::Unavailable`] when it does not.
    pub async fn ready(&self) -> Result<(), error::Error> {
        Ok(self.store.ping().await?)
    }

    /// Stores the refusals that wait to be recorded.
    ///
    /// # Errors
    /// [`error::Error::Unavailable`] when the database cannot be reached; what was not stored is kept.
    pub async fn record_refusals(&self) -> Result<(), error::Error> {
        self.security_events.flush(self.clock.now()).await
    }

    /// Deletes the idempotency records that have outlived their time, and says how many.
    ///
    /// # Errors
    /// [`error::Error::Unavailable`] when the database cannot be reached.
    pub async fn sweep_idempotency(&self) -> Result<u64, error::Error> {
        Ok(self.store.sweep_idempotency(self.clock.now()).await?)
    }

    /// Removes the projects and resources that were deleted longer ago than they are kept, and says how many.
    ///
    /// # Errors
    /// [`error::Error::Unavailable`] when the database cannot be reached.
    pub async fn sweep_deleted(&self, keep: Duration) -> Result<u64, error::Error> {
        let before = self.clock.now().saturating_sub(keep);
        Ok(self.store.sweep_deleted(before).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{access::Origin, role::Role};

    #[tokio::test]
    async fn readiness_and_sweeping_follow_the_database() {
        let world = Fixture::member(Role::Viewer).start();
        assert!(world.app.ready().await.is_ok());
        let expired = (NOW - BEFORE).whole_seconds().unsigned_abs();
        assert_eq!(world.app.sweep_idempotency().await.unwrap(), expired);
        let (keep, due) = (Duration::days(30), (NOW - BEFORE) - Duration::days(30));
        let removed = world.app.sweep_deleted(keep).await.unwrap();
        assert_eq!(removed, due.whole_seconds().unsigned_abs());

        world.app.security_events.login_failed(user_id(), origin());
        world.app.record_refusals().await.unwrap();
        assert_eq!(world.committed(), ["user.login_failed"]);

        world.set_down(true);
        let unavailable = |error| matches!(error, error::Error::Unavailable(_));
        assert!(world.app.ready().await.is_err_and(unavailable));
        let later = Origin {
            at: NOW + Duration::MINUTE,
            ..origin()
        };
        world.app.security_events.login_failed(user_id(), later);
        assert!(world.app.record_refusals().await.is_err_and(unavailable));
        assert!(world.app.sweep_idempotency().await.is_err_and(unavailable));
        let removed = world.app.sweep_deleted(Duration::days(30)).await;
        assert!(removed.is_err_and(unavailable));
    }
}
