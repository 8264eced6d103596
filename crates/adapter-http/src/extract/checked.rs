//! What is left of a value after it was checked.

/// A valid value, or the fact that what is wrong with it has been noted.
pub(crate) type Checked<T> = Result<T, Noted>;

/// A value was refused; why, is among the request's violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Noted;

/// A field of a change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Given<T> {
    /// It was left out.
    Absent,
    /// It was null.
    Null,
    /// It had a value.
    Value(T),
}

impl<T> Given<T> {
    /// Whether the field was there at all.
    pub(crate) const fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The value, where null says nothing.
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The change that it makes, where null clears what there is.
    #[expect(clippy::option_option, reason = "the domain's changes are made of it")]
    pub(crate) fn change(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

/// Values that were checked one by one and are wanted all together.
pub(crate) trait Complete {
    /// The valid values.
    type Values;

    /// All of them, if each is valid.
    fn complete(self) -> Checked<Self::Values>;
}

macro_rules! complete {
    ($($value:ident)+) => {
        impl<$($value),+> Complete for ($(Checked<$value>,)+) {
            type Values = ($($value,)+);

            #[expect(non_snake_case, reason = "a value is named after its type parameter")]
            fn complete(self) -> Checked<Self::Values> {
                let ($($value,)+) = self;
                Ok(($($value?,)+))
            }
        }
    };
}

complete!(A);
complete!(A B);
complete!(A B C);
complete!(A B C D);
