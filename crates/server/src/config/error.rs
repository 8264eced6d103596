//! Why settings were refused, without quoting them.

use super::key;
use std::{fmt, ops::RangeInclusive};

/// One refused setting. Its text is one line, names the key and its variable, and never contains the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    subject: String,
    reason: String,
}

impl ConfigError {
    /// A refusal about a key of the table (`http.port`) or about a variable or file by its own name.
    pub fn new(subject: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = match key::by_path(&self.subject) {
            Some(key) => format!("{} ({}): {}", self.subject, key.variable(), self.reason),
            None => format!("{}: {}", self.subject, self.reason),
        };
        // A key or a file name may hold anything; the line must stay one.
        line.chars().try_for_each(|c| {
            if c.is_control() {
                write!(f, "{}", c.escape_default())
            } else {
                write!(f, "{c}")
            }
        })
    }
}

impl std::error::Error for ConfigError {}

/// Refuses a number outside its bounds.
pub(super) fn within<T>(key: &str, value: T, bounds: RangeInclusive<T>) -> Result<(), ConfigError>
where
    T: Copy + PartialOrd + fmt::Display,
{
    if bounds.contains(&value) {
        return Ok(());
    }
    let (low, high) = bounds.into_inner();
    Err(ConfigError::new(
        key,
        format!("must be between {low} and {high}"),
    ))
}

/// Refuses an empty text.
pub(super) fn not_blank(key: &str, value: &str) -> Result<(), ConfigError> {
    require(!value.trim().is_empty(), key, "must not be blank")
}

/// Refuses what does not hold.
pub(super) fn require(holds: bool, key: &str, reason: &str) -> Result<(), ConfigError> {
    if holds {
        Ok(())
    } else {
        Err(ConfigError::new(key, reason))
    }
}
