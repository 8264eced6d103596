//! Signatures that were verified before: a client sends one token many times, and verifying costs more than all the rest.
//!
//! Nothing that can change is remembered: the times are checked at every use, and what the user may do is read from the
//! database at every request anyway.

use super::claims::Accepted;
use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
};

/// Tokens of one generation; two generations are kept, so that memory stays within a megabyte.
const GENERATION: usize = 4_096;

type Tokens = HashMap<[u8; 32], Accepted>;

/// Accepted tokens by the hash of the whole token.
#[derive(Default)]
pub(super) struct VerifiedTokens(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: Tokens,
    old: Tokens,
}

impl VerifiedTokens {
    /// What a token says, from memory or by verifying it; only success is remembered.
    pub(super) fn get_or(
        &self,
        token: &str,
        verify: impl FnOnce() -> Option<Accepted>,
    ) -> Option<Accepted> {
        let key = *blake3::hash(token.as_bytes()).as_bytes();
        if let Some(known) = self.find(&key) {
            return Some(known);
        }
        let accepted = verify()?;
        self.remember(key, accepted);
        Some(accepted)
    }

    fn find(&self, key: &[u8; 32]) -> Option<Accepted> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.young.get(key).or_else(|| known.old.get(key)).copied()
    }

    fn remember(&self, key: [u8; 32], accepted: Accepted) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.young.len() >= GENERATION {
            known.old = mem::take(&mut known.young);
        }
        known.young.insert(key, accepted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_token_is_verified_again_and_an_accepted_one_is_not() {
        let tokens = VerifiedTokens::default();
        assert_eq!(tokens.get_or("token", || None), None);
        let accepted = Accepted::example();
        assert_eq!(tokens.get_or("token", || Some(accepted)), Some(accepted));
        let verified = tokens.get_or("token", || panic!("it was accepted before"));
        assert_eq!(verified, Some(accepted));
        assert_eq!(
            tokens.get_or("tokem", || None),
            None,
            "another token is another token"
        );
    }

    #[test]
    fn memory_is_bounded_however_many_tokens_come() {
        let tokens = VerifiedTokens::default();
        for n in 0..5 * GENERATION {
            tokens.get_or(&n.to_string(), || Some(Accepted::example()));
        }
        let known = tokens.0.lock().unwrap();
        assert!(known.young.len() + known.old.len() <= 2 * GENERATION);
    }
}
