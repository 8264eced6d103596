//! The word that every key of a deployment begins with.

/// 1 to 12 lower-case ASCII letters and digits; `saas` unless configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand(String);

/// Not a brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an API key brand has 1 to 12 lower-case ASCII letters and digits")]
pub struct InvalidBrand;

impl Brand {
    /// Most characters of a brand.
    pub const MAX_CHARS: usize = 12;

    /// Takes a brand.
    ///
    /// # Errors
    /// When it is empty, too long, or has any other character.
    pub fn parse(raw: &str) -> Result<Self, InvalidBrand> {
        let valid = (1..=Self::MAX_CHARS).contains(&raw.len())
            && raw
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if valid {
            Ok(Self(raw.to_owned()))
        } else {
            Err(InvalidBrand)
        }
    }

    /// The brand's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self("saas".to_owned())
    }
}

impl std::fmt::Display for Brand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_lower_case_letters_and_digits_are_a_brand() {
        for good in ["a", "saas", "acme42", "0123456789ab"] {
            assert_eq!(Brand::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "0123456789abc", "Saas", "sa_as", "sa-as", "sa as", "é"] {
            assert_eq!(Brand::parse(bad), Err(InvalidBrand), "{bad:?}");
        }
        assert_eq!(Brand::parse("saas"), Ok(Brand::default()));
    }
}
