//! Conditional changes (RFC 9110, section 13): only if the caller has seen the current version.

use crate::error::Error;

/// What a caller demands of the row that is about to be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing.
    #[default]
    None,
    /// That its version is one of these.
    OneOf(Vec<i64>),
}

impl Precondition {
    /// Holds the demand against the row's version.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when it does not hold.
    pub(crate) fn check(&self, version: i64) -> Result<(), Error> {
        match self {
            Self::OneOf(versions) if !versions.contains(&version) => Err(Error::PreconditionFailed),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_holds_for_the_versions_it_names_only() {
        assert!(Precondition::None.check(3).is_ok());
        assert!(Precondition::OneOf(vec![1, 3]).check(3).is_ok());
        for versions in [vec![], vec![2]] {
            let failed = Precondition::OneOf(versions).check(3);
            assert!(matches!(failed, Err(Error::PreconditionFailed)));
        }
    }
}
