//! Cost parameters: those of new hashes, and those of hashes that are stored.

use argon2::{Algorithm, Argon2, Params, Version, password_hash::phc::PasswordHash};

/// Memory above which a hash is neither made nor verified: a row in a database must not exhaust the server.
const MAX_MEMORY_KIB: u32 = 128 * 1024;
/// Passes above which a hash is neither made nor verified, for the same reason.
const MAX_ITERATIONS: u32 = 64;
const OUTPUT_BYTES: usize = 32;

/// Cost of a hash. The default is what OWASP recommends for Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Params {
    /// Memory in KiB, from 8 times the parallelism to 131,072 (128 MiB).
    pub memory_kib: u32,
    /// Passes over the memory, from 1 to 64.
    pub iterations: u32,
    /// Lanes, from 1 on.
    pub parallelism: u32,
}

/// Parameters that no hash can be made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Argon2 takes 1 to 64 iterations, at least one lane, and memory of 8 KiB a lane up to 128 MiB"
)]
pub struct InvalidParams;

impl Default for Argon2Params {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

impl Argon2Params {
    /// Length of the salt of a new hash.
    pub(super) const SALT_BYTES: usize = 16;

    /// Argon2id, version 19, with these parameters.
    pub(super) fn context(self) -> Result<Argon2<'static>, InvalidParams> {
        let params = Params::new(
            self.memory_kib,
            self.iterations,
            self.parallelism,
            Some(OUTPUT_BYTES),
        )
        .ok()
        .filter(is_affordable)
        .ok_or(InvalidParams)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

fn is_affordable(params: &Params) -> bool {
    params.m_cost() <= MAX_MEMORY_KIB && params.t_cost() <= MAX_ITERATIONS
}

/// A PHC string that Argon2 can verify at a bearable cost.
pub(super) struct StoredHash {
    pub(super) hash: PasswordHash,
    algorithm: Algorithm,
    version: Version,
    params: Params,
}

impl StoredHash {
    /// `None` for whatever would be refused without any work, which the caller then has to do for nothing.
    pub(super) fn parse(phc: &str) -> Option<Self> {
        let hash = PasswordHash::new(phc).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = Version::try_from(hash.version?).ok()?;
        let params = Params::try_from(&hash).ok().filter(is_affordable)?;
        hash.salt.as_ref()?;
        hash.hash.as_ref()?;
        Some(Self {
            hash,
            algorithm,
            version,
            params,
        })
    }

    /// Argon2 as the hash was made with it.
    pub(super) fn context(&self) -> Argon2<'static> {
        Argon2::new(self.algorithm, self.version, self.params.clone())
    }

    pub(super) fn is_made_with(&self, current: Argon2Params) -> bool {
        let made_with = Argon2Params {
            memory_kib: self.params.m_cost(),
            iterations: self.params.t_cost(),
            parallelism: self.params.p_cost(),
        };
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.output_len() == Some(OUTPUT_BYTES)
            && made_with == current
    }
}
