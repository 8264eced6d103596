//! Conditional changes (RFC 9110, section 13): only if the caller has seen the current version.

use crate::error::Error;

/// What a caller demands of the row that is about to be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing.
    #[default]
    None,
    /// That it exists.
    Exists,
    /// That it exists in one of these versions.
    OneOf(Vec<i64>),
    /// That it does not exist.
    Absent,
}

impl Precondition {
    /// Holds the demand against the row's version.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when it does not hold.
    pub(crate) fn check(&self, version: i64) -> Result<(), Error> {
        self.check_if_any(Some(version))
    }

    /// The same where there need not be a row yet.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] when it does not hold.
    pub(crate) fn check_if_any(&self, version: Option<i64>) -> Result<(), Error> {
        let holds = match (self, version) {
            (Self::None, _) | (Self::Exists, Some(_)) | (Self::Absent, None) => true,
            (Self::OneOf(versions), Some(version)) => versions.contains(&version),
            (Self::Exists | Self::OneOf(_), None) | (Self::Absent, Some(_)) => false,
        };
        holds.then_some(()).ok_or(Error::PreconditionFailed)
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

    #[test]
    fn what_is_not_there_meets_no_demand_but_that_it_is_not() {
        let holds = |demand: Precondition, version| demand.check_if_any(version).is_ok();
        for version in [None, Some(3)] {
            assert!(holds(Precondition::None, version));
            assert_eq!(holds(Precondition::Exists, version), version.is_some());
            assert_eq!(holds(Precondition::Absent, version), version.is_none());
        }
        assert!(!holds(Precondition::OneOf(vec![0, 3]), None));
    }
}
