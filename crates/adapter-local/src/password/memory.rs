//! Working memory of Argon2, used again: the megabytes of one hash are as good for the next, and an allocator that is
//! given them back on a dozen threads keeps them on each.

use super::{Argon2Params, params::StoredHash};
use argon2::{
    Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use std::sync::{Mutex, PoisonError};

/// Memory that no hash uses at the moment. There is never more of it than hashes that ran at once.
#[derive(Default)]
pub(super) struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    /// Hashes a password with the given salt.
    pub(super) fn hash(&self, argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Option<String> {
        let params = argon2.params();
        let output = self.output(argon2, password, salt)?;
        let hash = PasswordHash {
            algorithm: argon2::ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(params).ok()?,
            salt: Some(Salt::new(salt).ok()?),
            hash: Some(output),
        };
        Some(hash.to_string())
    }

    /// Whether a password is the one that a stored hash was made of; outputs are compared in constant time.
    pub(super) fn matches(&self, stored: &StoredHash, password: &[u8]) -> bool {
        let Some(salt) = &stored.hash.salt else {
            return false;
        };
        let output = self.output(&stored.context(), password, salt);
        output.is_some() && output == stored.hash.hash
    }

    fn output(&self, argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Option<Output> {
        let params = argon2.params();
        let mut blocks = self.take(params.block_count());
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut output = [0; Output::MAX_LENGTH];
        let output = output.get_mut(..length)?;
        let hashed = argon2.hash_password_into_with_memory(password, salt, output, &mut blocks[..]);
        self.give_back(blocks);
        hashed.ok()?;
        Output::new(output).ok()
    }

    fn take(&self, blocks: usize) -> Vec<Block> {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memory = spare.unwrap_or_default();
        memory.resize(blocks, Block::new());
        memory
    }

    fn give_back(&self, memory: Vec<Block>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(memory);
    }
}

/// A salt of its own for every hash, from the operating system.
pub(super) fn salt() -> [u8; Argon2Params::SALT_BYTES] {
    let mut salt = [0; Argon2Params::SALT_BYTES];
    getrandom::fill(&mut salt).expect("the operating system provides randomness");
    salt
}
