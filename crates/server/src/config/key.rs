//! What there is to know about one key.

use super::key_table::KEYS;

/// The prefix of every environment variable of ours.
pub(super) const PREFIX: &str = "SAAS_API_";

/// One setting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// Its place: `section.name`.
    pub(super) path: &'static str,
    /// How its environment variable is read.
    pub(super) kind: Kind,
    /// Its shorter variable without [`PREFIX`], where it has one.
    pub(super) short: Option<&'static str>,
    /// What it means, in one sentence.
    pub(super) meaning: &'static str,
}

/// How an environment variable is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it is.
    Text,
    /// As it is, or from the file that the variable with `_FILE` at its end names. Never shown.
    Secret,
    /// `true/false/1/0/yes/no/on/off/t/f/y/n`, in any case.
    Flag,
    /// A whole number.
    Integer,
    /// A decimal number.
    Number,
    /// Texts between commas.
    List,
}

impl Key {
    pub(super) const fn new(path: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            path,
            kind,
            short: None,
            meaning,
        }
    }

    /// The same key with a shorter variable beside the long one.
    pub(super) const fn or(mut self, short: &'static str) -> Self {
        self.short = Some(short);
        self
    }

    /// The variable that follows from the path.
    pub(super) fn long_variable(&self) -> String {
        format!(
            "{PREFIX}{}",
            self.path.replace('.', "__").to_ascii_uppercase()
        )
    }

    /// The variable to recommend: the shorter one where there is one.
    pub(super) fn variable(&self) -> String {
        self.short
            .map_or_else(|| self.long_variable(), |short| format!("{PREFIX}{short}"))
    }

    fn answers_to(&self, variable: &str) -> bool {
        self.long_variable() == variable
            || self
                .short
                .is_some_and(|short| variable.strip_prefix(PREFIX) == Some(short))
    }
}

/// The key at a path.
pub(super) fn by_path(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// The key of an upper-case variable.
pub(super) fn by_variable(variable: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.answers_to(variable))
}
