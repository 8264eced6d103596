//! Password hashing with Argon2id (RFC 9106) behind a bulkhead.
//!
//! A hash costs tens of milliseconds of one core and megabytes of memory, so that a flood of logins could take all of
//! both. No more than a fixed number run at once, a fixed number wait, and the rest is refused at once.

mod bulkhead;
mod memory;
mod params;
#[cfg(test)]
mod tests;

pub use bulkhead::Limits;
pub use params::{Argon2Params, InvalidParams};

use argon2::Argon2;
use async_trait::async_trait;
use bulkhead::Bulkhead;
use domain::{
    password::{Password, PasswordHash},
    ports::{HashingUnavailable, PasswordHasher, Verdict},
};
use memory::Memory;
use params::StoredHash;
use std::sync::Arc;

/// Hashes and verifies passwords on tokio's blocking threads.
pub struct Argon2Hasher {
    worker: Arc<Worker>,
    bulkhead: Bulkhead,
}

impl Argon2Hasher {
    /// A hasher that makes hashes with these parameters and verifies those of any others within bounds.
    ///
    /// # Errors
    /// When Argon2 does not allow the parameters, or they are beyond what would be verified.
    pub fn new(params: Argon2Params, limits: Limits) -> Result<Self, InvalidParams> {
        let argon2 = params.context()?;
        // Memory of its own, given back at once: a server that nobody has logged in to yet needs none.
        let dummy = hash(&Memory::default(), &argon2, b"");
        let dummy = StoredHash::parse(&dummy).ok_or(InvalidParams)?;
        Ok(Self {
            worker: Arc::new(Worker {
                params,
                argon2,
                memory: Memory::default(),
                dummy,
            }),
            bulkhead: Bulkhead::new(limits),
        })
    }

    /// How many hashes are waiting for a thread.
    pub fn waiting(&self) -> usize {
        self.bulkhead.waiting()
    }

    /// How many hashes were refused since the start because the queue was full.
    pub fn rejected(&self) -> u64 {
        self.bulkhead.rejected()
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashingUnavailable> {
        let (worker, password) = (Arc::clone(&self.worker), password.clone());
        self.bulkhead
            .run(move || worker.hash(&password))
            .await
            .map(PasswordHash::new)
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashingUnavailable> {
        let (worker, password) = (Arc::clone(&self.worker), password.clone());
        self.bulkhead
            .run(move || worker.verify(&password, stored.as_ref()))
            .await
    }
}

struct Worker {
    params: Argon2Params,
    argon2: Argon2<'static>,
    memory: Memory,
    /// Hash of the empty password, which no user can have.
    dummy: StoredHash,
}

impl Worker {
    fn hash(&self, password: &Password) -> String {
        hash(&self.memory, &self.argon2, password.expose().as_bytes())
    }

    fn verify(&self, password: &Password, stored: Option<&PasswordHash>) -> Verdict {
        let password = password.expose().as_bytes();
        let known = stored.and_then(|hash| StoredHash::parse(hash.as_str()));
        let Some(known) = known else {
            // The outcome is discarded: what counts is that the time has passed.
            std::hint::black_box(self.memory.matches(&self.dummy, password));
            return Verdict::Mismatch;
        };
        if self.memory.matches(&known, password) {
            let outdated = !known.is_made_with(self.params);
            Verdict::Match { outdated }
        } else {
            Verdict::Mismatch
        }
    }
}

fn hash(memory: &Memory, argon2: &Argon2<'_>, password: &[u8]) -> String {
    memory.hash(argon2, password, &memory::salt()).expect(
        "checked parameters, a 16-byte salt and a password below 4 GiB are what Argon2 allows",
    )
}
