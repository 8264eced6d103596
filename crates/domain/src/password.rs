//! Passwords: what may be chosen, and a type that never shows itself.

use unicode_normalization::UnicodeNormalization;

/// A password in clear, composed to Unicode NFC so that one password typed on two systems is one password.
///
/// Never trimmed. `Debug` shows nothing; there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Most code points of a password, at registration and at login.
    pub const MAX_CHARS: usize = 256;
    /// Fewest code points of a new password; a configured minimum can only raise it.
    pub const MIN_CHARS: usize = 12;

    /// Takes a password whose bounds were checked by [`Self::chars`].
    pub fn new(raw: &str) -> Self {
        Self(raw.nfc().collect())
    }

    /// The clear text, for the hasher only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Length in code points.
    pub fn chars(raw: &str) -> usize {
        raw.chars().count()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password([redacted])")
    }
}

/// What a new password has to satisfy beside its bounds on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    min_chars: usize,
}

/// Why a new password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Shorter than the configured minimum.
    #[error("password must be at least {min} characters")]
    TooShort {
        /// The configured minimum, in code points.
        min: usize,
    },
    /// Nothing but white space.
    #[error("password must contain at least one non-whitespace character")]
    Blank,
}

impl PasswordPolicy {
    /// A policy with a minimum length in code points; a value below [`Password::MIN_CHARS`] is raised to it.
    pub fn new(min_chars: usize) -> Self {
        Self {
            min_chars: min_chars.max(Password::MIN_CHARS),
        }
    }

    /// Judges a new password.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, password: &Password) -> Result<(), WeakPassword> {
        if Password::chars(password.expose()) < self.min_chars {
            return Err(WeakPassword::TooShort {
                min: self.min_chars,
            });
        }
        if password.expose().chars().all(char::is_whitespace) {
            return Err(WeakPassword::Blank);
        }
        Ok(())
    }
}

/// A stored password hash in PHC string form. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string.
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configured_minimum_can_only_raise_the_bound() {
        let twelve = Password::new("abcdefghijkl");
        assert_eq!(PasswordPolicy::new(3).check(&twelve), Ok(()));
        assert_eq!(
            PasswordPolicy::new(14).check(&twelve),
            Err(WeakPassword::TooShort { min: 14 })
        );
    }

    #[test]
    fn blanks_alone_are_no_password() {
        let blank = Password::new("            \u{a0}");
        assert_eq!(
            PasswordPolicy::new(12).check(&blank),
            Err(WeakPassword::Blank)
        );
    }

    #[test]
    fn composed_and_decomposed_are_one_password_and_debug_shows_neither() {
        let nfd = Password::new("cafe\u{301} society");
        assert_eq!(nfd, Password::new("caf\u{e9} society"));
        assert!(!format!("{nfd:?}").contains("society"));
    }
}
