//! Bounded text: the names that people give to things.
//!
//! Text is kept exactly as it was sent (never trimmed, blanks count); lengths are Unicode code points. The one thing
//! refused beside a wrong length is U+0000, which PostgreSQL cannot store.

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Fewer code points than allowed.
    #[error("must have at least {min} character(s)")]
    TooShort {
        /// The smallest allowed number of code points.
        min: usize,
    },
    /// More code points than allowed.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The largest allowed number of code points.
        max: usize,
    },
    /// The text does not have the required form.
    #[error("must match {pattern}")]
    Pattern {
        /// The form, as a regular expression.
        pattern: &'static str,
    },
    /// The text contains U+0000.
    #[error("must not contain the NUL character")]
    Nul,
}

/// Checks a text against its bounds.
///
/// # Errors
/// The first rule that the text breaks.
pub fn check(raw: &str, min: usize, max: usize) -> Result<(), TextError> {
    let chars = raw.chars().count();
    if chars < min {
        return Err(TextError::TooShort { min });
    }
    if chars > max {
        return Err(TextError::TooLong { max });
    }
    if raw.contains('\0') {
        return Err(TextError::Nul);
    }
    Ok(())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($min:literal..=$max:literal)),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Fewest code points.
            pub const MIN_CHARS: usize = $min;
            /// Most code points.
            pub const MAX_CHARS: usize = $max;

            /// Takes untrusted text.
            ///
            /// # Errors
            /// When the text is too short, too long or contains U+0000.
            pub fn parse(raw: impl Into<String>) -> Result<Self, TextError> {
                let raw = raw.into();
                check(&raw, Self::MIN_CHARS, Self::MAX_CHARS)?;
                Ok(Self(raw))
            }

            /// The text as it was sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )+ };
}

texts!(
    /// What a user is called.
    DisplayName(1..=120),
    /// What an organisation is called; need not be unique.
    TenantName(1..=120),
    /// What a project is called; need not be unique.
    ProjectName(1..=160),
    /// What a project is about; may be empty.
    Description(0..=2000),
    /// What an API key is called.
    ApiKeyName(1..=120),
    /// A literal, case-insensitive part of a name to search for.
    NameFilter(1..=160),
    /// What a resource is called; need not be unique.
    ResourceName(1..=255),
    /// What a role is for; may be empty.
    RoleDescription(0..=500),
    /// What an API key is for; may be empty.
    ApiKeyDescription(0..=500),
    /// Why an operator did something.
    Reason(1..=500),
    /// What an operator is called; unique among operators.
    OperatorName(1..=80),
    /// What a configured connection to a further database is called.
    DatabaseName(1..=63),
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn length_counts_code_points_and_blanks_are_kept() {
        assert_eq!(ProjectName::parse("  ").unwrap().as_str(), "  ");
        assert!(ProjectName::parse("é".repeat(160)).is_ok());
        assert_eq!(
            ProjectName::parse("é".repeat(161)),
            Err(TextError::TooLong { max: 160 })
        );
        assert_eq!(ProjectName::parse(""), Err(TextError::TooShort { min: 1 }));
        assert!(Description::parse("").is_ok());
    }

    proptest! {
        #[test]
        fn a_text_with_nul_is_never_accepted(head in ".{0,20}", tail in ".{0,20}") {
            prop_assert_eq!(DisplayName::parse(format!("{head}\0{tail}")), Err(TextError::Nul));
        }

        #[test]
        fn an_accepted_text_is_returned_unchanged(raw in ".{1,120}") {
            if let Ok(name) = TenantName::parse(raw.clone()) {
                prop_assert_eq!(name.as_str(), raw);
            }
        }
    }
}
