//! JSON documents: what a resource holds.
//!
//! A [`Document`] belongs to its client: nothing in it has a meaning here. It is bounded, so that reading, storing and
//! changing one has a known cost, and it is changed as a whole or by a merge patch (RFC 7396).

mod json;
mod merge;
#[cfg(test)]
mod tests;

pub use json::Json;

use crate::text::{self, TextError};
use std::collections::HashSet;

/// A JSON object within the bounds below.
///
/// Two documents are equal when their keys have the same order and their numbers the same notation, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document(Json);

/// Why a document, or what a patch would make of it, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The document or the patch is another value than an object.
    #[error("must be an object")]
    NotAnObject,
    /// More objects and lists inside one another than allowed.
    #[error("must nest at most {max} objects and lists")]
    TooDeep {
        /// The largest allowed number, the root among them.
        max: usize,
    },
    /// A longer compact text than allowed.
    #[error("must have at most {max} bytes as compact JSON")]
    TooLarge {
        /// The largest allowed number of bytes.
        max: usize,
    },
    /// More keys than allowed, in all objects together.
    #[error("must have at most {max} keys in all")]
    TooManyKeys {
        /// The largest allowed number of keys.
        max: usize,
    },
    /// A key is too short, too long or contains U+0000.
    #[error("keys {0}")]
    Key(TextError),
    /// An object has a key twice.
    #[error("must not have the same key twice in one object")]
    RepeatedKey,
    /// A text contains U+0000, which PostgreSQL cannot store.
    #[error("texts must not contain the NUL character")]
    Nul,
    /// A number is not written as RFC 8259 says.
    #[error("numbers must be written as in JSON")]
    Number,
}

impl Document {
    /// Most objects and lists inside one another, the root among them.
    pub const MAX_DEPTH: usize = 8;
    /// Most bytes of the compact text: UTF-8, no blanks, nothing escaped but what RFC 8259 demands.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// Most keys, in all objects together.
    pub const MAX_KEYS: usize = 1_000;
    /// Fewest code points of a key.
    pub const MIN_KEY_CHARS: usize = 1;
    /// Most code points of a key.
    pub const MAX_KEY_CHARS: usize = 255;

    /// Takes an untrusted value, however deep it is.
    ///
    /// # Errors
    /// When the value is no object or breaks a bound.
    pub fn new(json: Json) -> Result<Self, DocumentError> {
        match check(&json) {
            Ok(()) => Ok(Self(json)),
            Err(error) => {
                json.dismantle();
                Err(error)
            }
        }
    }

    /// The document's root, an object.
    pub const fn json(&self) -> &Json {
        &self.0
    }

    /// How many bytes its compact serialised form has.
    pub fn bytes(&self) -> usize {
        self.0.compact_bytes()
    }

    /// Bytes of the document's compact text.
    pub fn size(&self) -> usize {
        self.0.compact_bytes()
    }

    /// What a merge patch (RFC 7396) makes of the document: a `null` removes a member, an object is merged into the
    /// member, anything else takes its place. Members keep their order, new ones follow in the patch's.
    ///
    /// # Errors
    /// When the patch is no object or has a key twice, or when its result breaks a bound.
    pub fn merge_patch(&self, patch: &Json) -> Result<Self, DocumentError> {
        // Each object and list of a patch is in its result at the same depth, so this refuses nothing that would fit.
        check_depth(patch)?;
        Self::new(merge::merged(Some(&self.0), patch)?)
    }
}

fn check(json: &Json) -> Result<(), DocumentError> {
    if !matches!(json, Json::Object(_)) {
        return Err(DocumentError::NotAnObject);
    }
    check_depth(json)?;
    if json.compact_bytes() > Document::MAX_BYTES {
        return Err(DocumentError::TooLarge {
            max: Document::MAX_BYTES,
        });
    }
    check_values(json, &mut 0)
}

fn check_depth(json: &Json) -> Result<(), DocumentError> {
    if json.nests_at_most(Document::MAX_DEPTH) {
        Ok(())
    } else {
        Err(DocumentError::TooDeep {
            max: Document::MAX_DEPTH,
        })
    }
}

/// Checks everything in a value whose depth is bounded; `keys` is how many there were before it.
fn check_values(json: &Json, keys: &mut usize) -> Result<(), DocumentError> {
    match json {
        Json::Number(literal) if !json::is_number(literal) => Err(DocumentError::Number),
        Json::Text(text) if text.contains('\0') => Err(DocumentError::Nul),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => Ok(()),
        Json::List(items) => items.iter().try_for_each(|item| check_values(item, keys)),
        Json::Object(members) => {
            *keys += members.len();
            if *keys > Document::MAX_KEYS {
                return Err(DocumentError::TooManyKeys {
                    max: Document::MAX_KEYS,
                });
            }
            let mut seen = HashSet::with_capacity(members.len());
            members.iter().try_for_each(|(key, value)| {
                text::check(key, Document::MIN_KEY_CHARS, Document::MAX_KEY_CHARS)
                    .map_err(DocumentError::Key)?;
                if !seen.insert(key) {
                    return Err(DocumentError::RepeatedKey);
                }
                check_values(value, keys)
            })
        }
    }
}
