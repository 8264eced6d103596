/// One value of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Nothing, where there was or could be something.
    Nothing,
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A list of texts.
    List(Vec<String>),
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Fact {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

/// A field with its value before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name on the wire.
    pub field: &'static str,
    /// What it was.
    pub before: Fact,
    /// What it is.
    pub after: Fact,
}

/// The fields that are not what they were.
pub(super) fn changed<const N: usize>(fields: [(&'static str, Fact, Fact); N]) -> Vec<FieldChange> {
    let different = fields
        .into_iter()
        .filter(|(_, before, after)| before != after);
    different
        .map(|(field, before, after)| FieldChange {
            field,
            before,
            after,
        })
        .collect()
}
