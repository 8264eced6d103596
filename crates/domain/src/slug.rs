//! The organisation's short public name.

use crate::text::{TenantName, TextError, check};

/// `[a-z0-9]` words joined by single hyphens, 3 to 80 characters; unique over the whole platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// The accepted form.
    pub const PATTERN: &'static str = "^[a-z0-9]+(?:-[a-z0-9]+)*$";
    /// Fewest characters.
    pub const MIN_CHARS: usize = 3;
    /// Most characters.
    pub const MAX_CHARS: usize = 80;

    /// Takes an untrusted slug.
    ///
    /// # Errors
    /// When the length or the form is wrong.
    pub fn parse(raw: impl Into<String>) -> Result<Self, TextError> {
        let raw = raw.into();
        check(&raw, Self::MIN_CHARS, Self::MAX_CHARS)?;
        let word = |part: &str| !part.is_empty() && part.bytes().all(is_slug_byte);
        if raw.split('-').all(word) {
            Ok(Self(raw))
        } else {
            Err(TextError::Pattern {
                pattern: Self::PATTERN,
            })
        }
    }

    /// The slug of an organisation that was created without one.
    ///
    /// Lower-cased, every run of other characters becomes one hyphen; a result shorter than three characters gets
    /// `-org`, an empty one is `org`.
    pub fn derive(name: &TenantName) -> Self {
        let mut slug = String::new();
        for c in name.as_str().to_lowercase().chars() {
            if u8::try_from(c).is_ok_and(is_slug_byte) {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        let slug = match slug.len() {
            0 => "org".to_owned(),
            1 | 2 => format!("{slug}-org"),
            _ => slug.chars().take(Self::MAX_CHARS).collect(),
        };
        Self(slug.trim_end_matches('-').to_owned())
    }

    /// The slug's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_slug_byte(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn derives_the_slugs_that_clients_expect() {
        let long = format!("{} yz", "x".repeat(79));
        let vectors = [
            ("Acme Demo", "acme-demo"),
            ("  Acme   Demo!! ", "acme-demo"),
            ("A", "a-org"),
            ("AB", "ab-org"),
            ("ABC", "abc"),
            ("R&D", "r-d"),
            ("日本", "org"),
            ("---", "org"),
            ("   ", "org"),
            ("Café del Mar", "caf-del-mar"),
            ("Straße 9", "stra-e-9"),
            (&long, &"x".repeat(79)),
        ];
        for (name, slug) in vectors {
            let name = TenantName::parse(name).unwrap();
            assert_eq!(Slug::derive(&name).as_str(), slug, "{name:?}");
        }
    }

    #[test]
    fn refuses_every_other_form() {
        for raw in ["Acme", "a--b", "-ab", "ab-", "a_b", "a b", "äbc", "abc\n"] {
            assert!(
                matches!(Slug::parse(raw), Err(TextError::Pattern { .. })),
                "{raw}"
            );
        }
        assert_eq!(Slug::parse("ab"), Err(TextError::TooShort { min: 3 }));
        assert_eq!(
            Slug::parse("a".repeat(81)),
            Err(TextError::TooLong { max: 80 })
        );
    }

    proptest! {
        #[test]
        fn a_derived_slug_is_always_valid(raw in ".{1,120}") {
            if let Ok(name) = TenantName::parse(raw) {
                let slug = Slug::derive(&name);
                prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug.clone()));
            }
        }
    }
}
