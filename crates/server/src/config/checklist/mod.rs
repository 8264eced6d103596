//! What stands between settings and production, as far as settings alone can tell.
//!
//! The same items serve the start-up refusals and `doctor`.

mod data;
mod identity;
mod network;
mod strength;

use super::Settings;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// One item of the production checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckItem {
    /// Stable name, in kebab case.
    pub id: &'static str,
    /// What is asked for, in a few words.
    pub title: &'static str,
    /// The key to change.
    pub key: &'static str,
    /// How it went.
    pub outcome: Outcome,
}

/// How a check went. Reasons never contain a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Pass,
    /// Works, but deserves a thought.
    Warn(String),
    /// Not in production.
    Fail(String),
}

/// Why the server does not start in production.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The item's stable name.
    pub id: &'static str,
    /// The key to change.
    pub key: &'static str,
    /// What is wrong, in one line without the value.
    pub reason: String,
}

impl Outcome {
    fn fail_when(wrong: bool, reason: &str) -> Self {
        if wrong {
            Self::Fail(reason.to_owned())
        } else {
            Self::Pass
        }
    }

    fn fail_with(reason: Option<String>) -> Self {
        reason.map_or(Self::Pass, Self::Fail)
    }
}

impl CheckItem {
    const fn new(
        id: &'static str,
        title: &'static str,
        key: &'static str,
        outcome: Outcome,
    ) -> Self {
        Self {
            id,
            title,
            key,
            outcome,
        }
    }
}

impl Settings {
    /// Every item, whatever the environment; a failure only stops production.
    pub fn checklist(&self) -> Vec<CheckItem> {
        let mut items = identity::items(self);
        items.extend(data::items(self));
        items.extend(network::items(self));
        items
    }

    /// Why these settings must not start in production; empty in every other environment.
    pub fn check_production(&self) -> Vec<Refusal> {
        if !self.is_production() {
            return Vec::new();
        }
        let refusal = |item: CheckItem| match item.outcome {
            Outcome::Fail(reason) => Some(Refusal {
                id: item.id,
                key: item.key,
                reason,
            }),
            Outcome::Pass | Outcome::Warn(_) => None,
        };
        self.checklist().into_iter().filter_map(refusal).collect()
    }
}

/// Why the mode of a file is wrong: it has bits in `forbidden`, or cannot be looked at.
fn mode_problem(path: &Path, forbidden: u32) -> Option<String> {
    match fs::metadata(path) {
        Err(error) => Some(format!(
            "{} cannot be read: {}",
            path.display(),
            error.kind()
        )),
        Ok(found) if found.permissions().mode() & forbidden != 0 => Some(format!(
            "{} is open to others: chmod 600 it",
            path.display()
        )),
        Ok(_) => None,
    }
}
