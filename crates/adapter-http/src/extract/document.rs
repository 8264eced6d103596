//! Documents: what clients store as they please, read from the body's own text.
//!
//! `serde_json::Value` keeps neither the order of keys, nor repeated ones, nor the notation of numbers, so that a
//! document could not be refused for the one or come back with the others.

use crate::problem::Fault;
use domain::{
    document::{Document, DocumentError, Json},
    text::TextError,
};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, json, value::RawValue};
use std::fmt;

/// A member of an object as it was sent; of repeated ones the last. The object has been read before, so that its
/// syntax and its depth are known to be good.
pub(super) fn verbatim(object: &[u8], name: &str) -> Option<Json> {
    let Members(members) = serde_json::from_slice(object).ok()?;
    let found = members.into_iter().rev().find(|(key, _)| key == name);
    value(found?.1)
}

fn value(raw: &RawValue) -> Option<Json> {
    let text = raw.get();
    Some(match text.bytes().next()? {
        b'{' => {
            let Members(members) = serde_json::from_str(text).ok()?;
            let members = members.into_iter();
            let members = members.map(|(key, raw)| Some((key, value(raw)?)));
            Json::Object(members.collect::<Option<_>>()?)
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            Json::List(items.into_iter().map(value).collect::<Option<_>>()?)
        }
        b'"' => Json::Text(serde_json::from_str(text).ok()?),
        b't' => Json::Bool(true),
        b'f' => Json::Bool(false),
        b'n' => Json::Null,
        _ => Json::Number(text.to_owned()),
    })
}

/// All members of an object, in order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AllMembers)
    }
}

struct AllMembers;

impl<'de> Visitor<'de> for AllMembers {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// A document; what counts is the field as it was sent, not the value that was made of it.
pub(crate) fn document(sent: Option<Json>) -> impl FnOnce(Value) -> Result<Document, Fault> {
    |_| Document::new(sent.unwrap_or(Json::Null)).map_err(document_fault)
}

/// A merge patch of a document, likewise. Refused when it could be applied to no document at all: what it makes of an
/// empty one is in whatever it makes of another.
pub(crate) fn document_patch(sent: Option<Json>) -> impl FnOnce(Value) -> Result<Json, Fault> {
    |_| {
        let patch = sent.unwrap_or(Json::Null);
        Document::new(Json::Object(Vec::new()))
            .and_then(|empty| empty.merge_patch(&patch))
            .map_err(document_fault)?;
        Ok(patch)
    }
}

/// Why a document is none.
pub(crate) fn document_fault(error: DocumentError) -> Fault {
    let bound = match error {
        DocumentError::NotAnObject => {
            return Fault::new("dict_type", "Input should be a valid dictionary");
        }
        DocumentError::TooDeep { max } => json!({ "max_depth": max }),
        DocumentError::TooLarge { max } => json!({ "max_bytes": max }),
        DocumentError::TooManyKeys { max } => json!({ "max_keys": max }),
        DocumentError::Key(TextError::TooShort { min }) => json!({ "min_length": min }),
        DocumentError::Key(TextError::TooLong { max }) => json!({ "max_length": max }),
        DocumentError::Key(_)
        | DocumentError::RepeatedKey
        | DocumentError::Nul
        | DocumentError::Number => return Fault::value_error(&error.to_string()),
    };
    Fault::value_error(&error.to_string()).with(bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{extract::json, wire::DocumentView};
    use proptest::prelude::*;

    fn data(body: &str) -> Option<Json> {
        json::read(body.as_bytes()).unwrap();
        verbatim(body.as_bytes(), "data")
    }

    fn fault(data: &str) -> Option<(&'static str, String, Value)> {
        let sent = verbatim(format!(r#"{{"data":{data}}}"#).as_bytes(), "data");
        let fault = document(sent)(Value::Null).err()?;
        Some((
            fault.kind,
            fault.msg.into_owned(),
            fault.ctx.unwrap_or_default(),
        ))
    }

    #[test]
    fn a_member_is_read_in_its_own_notation_and_order() {
        let sent = r#" { "name" : "x", "data" :
            { "z": [1.50, -0, 1E+2, 12345678901234567890123, null], "a\u0041\ud83d\ude80" : "\"\u00e9",
              "e" : { }, "l":[ ] , "t":true,"f":false } } "#;
        let expected = r#"{"z":[1.50,-0,1E+2,12345678901234567890123,null],"aA🚀":"\"é","e":{},"l":[],"t":true,"f":false}"#;
        let document = document(data(sent))(Value::Null).unwrap();
        let written = serde_json::to_string(&DocumentView(&document)).unwrap();
        assert_eq!(written, expected);
        assert_eq!(document.bytes(), expected.len());
    }

    #[test]
    fn the_last_of_repeated_members_counts_and_a_missing_one_is_none() {
        assert_eq!(
            data(r#"{"data":1,"data":2}"#),
            Some(Json::Number("2".into()))
        );
        assert_eq!(data(r#"{"d\u0061ta":null}"#), Some(Json::Null));
        assert_eq!(data(r#"{"other":{"data":1}}"#), None);
    }

    #[test]
    fn a_refused_document_is_told_which_bound_it_breaks() {
        let (kind, msg, _) = fault("[]").unwrap();
        assert_eq!(
            (kind, &*msg),
            ("dict_type", "Input should be a valid dictionary")
        );
        let many: Vec<_> = (0..1001).map(|n| format!("\"{n}\":0")).collect();
        for (data, said, bound) in [
            (
                r#"{"1":[[[[[[[[]]]]]]]]}"#.to_owned(),
                "must nest at most 8 objects and lists",
                json!({ "max_depth": 8 }),
            ),
            (
                format!(r#"{{"x":"{}"}}"#, "y".repeat(65_536)),
                "must have at most 65536 bytes as compact JSON",
                json!({ "max_bytes": 65_536 }),
            ),
            (
                format!("{{{}}}", many.join(",")),
                "must have at most 1000 keys in all",
                json!({ "max_keys": 1000 }),
            ),
            (
                r#"{"":1}"#.to_owned(),
                "keys must have at least 1 character(s)",
                json!({ "min_length": 1 }),
            ),
            (
                format!(r#"{{"{}":1}}"#, "k".repeat(256)),
                "keys must have at most 255 characters",
                json!({ "max_length": 255 }),
            ),
            (
                r#"{"o":{"a":1,"\u0061":2}}"#.to_owned(),
                "must not have the same key twice in one object",
                Value::Null,
            ),
            (
                r#"{"a":["\u0000"]}"#.to_owned(),
                "texts must not contain the NUL character",
                Value::Null,
            ),
        ] {
            let expected = ("value_error", format!("Value error, {said}"), bound);
            assert_eq!(fault(&data), Some(expected), "{data:.60}");
        }
        assert_eq!(fault(r#"{"1":[[[[[[[]]]]]]]}"#), None);
    }

    #[test]
    fn a_patch_is_refused_when_no_document_could_take_it() {
        let patch = |text: &str| {
            let sent = verbatim(format!(r#"{{"data":{text}}}"#).as_bytes(), "data");
            document_patch(sent)(Value::Null).map_err(|fault| fault.kind)
        };
        for refused in [r#"{"a":1,"a":null}"#, r#"{"a":"\u0000"}"#, r#"{"":{}}"#] {
            assert_eq!(patch(refused), Err("value_error"), "{refused}");
        }
        for refused in ["null", "[]", "1", "\"{}\""] {
            assert_eq!(patch(refused), Err("dict_type"), "{refused}");
        }
        let nulls: Vec<_> = (0..5000).map(|n| format!("\"{n}\":null")).collect();
        assert!(patch(&format!("{{{}}}", nulls.join(","))).is_ok());
    }

    proptest! {
        /// Reading another way, which loses what a `Value` cannot hold, gives the same values.
        #[test]
        fn what_is_read_is_what_was_written(text in "\\PC{0,20}", number: i64, deep in 0usize..20) {
            let inner = json!({ "text": text, "list": [number, null, true], "empty": {} });
            let sent = (0..deep).fold(inner, |inner, _| json!({ "k": [inner] }));
            let body = json!({ "data": sent }).to_string();
            let read = verbatim(body.as_bytes(), "data").unwrap();
            prop_assert_eq!(as_value(&read), sent);
        }
    }

    fn as_value(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(literal) => serde_json::from_str(literal).unwrap(),
            Json::Text(text) => Value::String(text.clone()),
            Json::List(items) => items.iter().map(as_value).collect(),
            Json::Object(members) => members
                .iter()
                .map(|(key, value)| (key.clone(), as_value(value)))
                .collect(),
        }
    }
}
