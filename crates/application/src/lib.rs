//! What happens: the use cases of the organisation API, one file each.
//!
//! A use case reads like the sentence it implements: let the caller in through the [`gate`], replay or carry out,
//! commit together with the audit trail, count. It knows neither HTTP nor SQL. Slow work (hashing, signing) is done
//! before a transaction is opened.

pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod error;
pub mod gate;
pub mod key_usage;
pub mod members;
pub mod organisations;
pub mod outcome;
pub mod precondition;
pub mod projects;
mod stored;
#[cfg(test)]
mod testing;

use domain::{
    password::PasswordPolicy,
    ports::{
        Clock, Counters, IdGenerator, KeyMint, PasswordHasher, Store, TokenIssuer, TokenVerifier,
    },
};
use std::sync::Arc;

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
    /// Projects of an organisation.
    pub projects: projects::Projects,
    /// API keys of an organisation.
    pub api_keys: api_keys::ApiKeys,
    /// The audit trail of an organisation.
    pub audit: audit::Audit,
    /// When API keys were last used.
    pub key_usage: Arc<key_usage::KeyUsage>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl App {
    /// Wires the use cases to their ports.
    pub fn new(ports: &Ports, passwords: PasswordPolicy) -> Self {
        let key_usage = Arc::new(key_usage::KeyUsage::new(ports.store.clone()));
        let gate = gate::Gate::new(ports, key_usage.clone());
        Self {
            auth: auth::Auth::new(ports.clone(), passwords),
            organisations: organisations::Organisations::new(gate.clone(), ports.clone()),
            members: members::Members::new(gate.clone(), ports.clone()),
            projects: projects::Projects::new(gate.clone(), ports.clone()),
            api_keys: api_keys::ApiKeys::new(gate.clone(), ports.clone()),
            audit: audit::Audit::new(gate),
            key_usage,
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

    /// Deletes the idempotency records that have outlived their time, and says how many.
    ///
    /// # Errors
    /// [`error::Error::Unavailable`] when the database cannot be reached.
    pub async fn sweep_idempotency(&self) -> Result<u64, error::Error> {
        Ok(self.store.sweep_idempotency(self.clock.now()).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::role::Role;

    #[tokio::test]
    async fn readiness_and_sweeping_follow_the_database() {
        let world = Fixture::member(Role::Viewer).start();
        assert!(world.app.ready().await.is_ok());
        let expired = (NOW - BEFORE).whole_seconds().unsigned_abs();
        assert_eq!(world.app.sweep_idempotency().await.unwrap(), expired);

        world.set_down(true);
        let unavailable = |error| matches!(error, error::Error::Unavailable(_));
        assert!(world.app.ready().await.is_err_and(unavailable));
        assert!(world.app.sweep_idempotency().await.is_err_and(unavailable));
    }
}
