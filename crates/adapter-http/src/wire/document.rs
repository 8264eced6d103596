use domain::document::{Document, Json};
use serde::{Serialize, Serializer, ser::Error};
use serde_json::value::RawValue;

/// A document as it was sent, but for blanks and needless escapes.
pub(crate) struct DocumentView<'a>(pub(crate) &'a Document);

impl Serialize for DocumentView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Node(self.0.json()).serialize(serializer)
    }
}

struct Node<'a>(&'a Json);

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(literal) => {
                let number: &RawValue = serde_json::from_str(literal).map_err(S::Error::custom)?;
                number.serialize(serializer)
            }
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items.iter().map(Node)),
            Json::Object(members) => {
                serializer.collect_map(members.iter().map(|(key, value)| (key, Node(value))))
            }
        }
    }
}
