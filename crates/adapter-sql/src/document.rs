//! Documents as text: what was sent is what is stored, key by key and digit by digit.
//!
//! PostgreSQL's `jsonb` and `serde_json::Value` would both sort the keys and write numbers in a notation of their own:
//! digits could get lost, and a document could come back longer than it may be.

use crate::error::corrupt;
use domain::{
    document::{Document, Json},
    ports::StoreResult,
};
use serde_json::Value;

/// The compact text of a document.
pub(crate) fn write(document: &Document) -> String {
    let mut text = String::new();
    append(document.json(), &mut text);
    text
}

fn append(json: &Json, text: &mut String) {
    match json {
        Json::Null => text.push_str("null"),
        Json::Bool(true) => text.push_str("true"),
        Json::Bool(false) => text.push_str("false"),
        Json::Number(literal) => text.push_str(literal),
        Json::Text(raw) => append_quoted(raw, text),
        Json::List(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                text.push_str(if i == 0 { "" } else { "," });
                append(item, text);
            }
            text.push(']');
        }
        Json::Object(members) => {
            text.push('{');
            for (i, (key, value)) in members.iter().enumerate() {
                text.push_str(if i == 0 { "" } else { "," });
                append_quoted(key, text);
                text.push(':');
                append(value, text);
            }
            text.push('}');
        }
    }
}

fn append_quoted(raw: &str, text: &mut String) {
    text.push_str(&Value::from(raw).to_string());
}

/// The document of a compact text.
///
/// # Errors
/// `Corrupt` when the text is none that [`write()`] makes.
pub(crate) fn read(stored: &str) -> StoreResult<Document> {
    let mut reader = Reader(stored);
    let json = reader.value(Document::MAX_DEPTH);
    json.filter(|_| reader.0.is_empty())
        .and_then(|json| Document::new(json).ok())
        .ok_or_else(|| corrupt("resources", "data"))
}

/// What is left to read. Numbers are checked by the document.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    /// Any value with at most so many objects and lists inside one another.
    fn value(&mut self, levels: usize) -> Option<Json> {
        match self.0.bytes().next()? {
            b'{' => {
                let inside = levels.checked_sub(1)?;
                self.enclosed('{', '}', |reader| {
                    let key = reader.text()?;
                    reader.skip(':').then_some(())?;
                    Some((key, reader.value(inside)?))
                })
                .map(Json::Object)
            }
            b'[' => {
                let inside = levels.checked_sub(1)?;
                self.enclosed('[', ']', |reader| reader.value(inside))
                    .map(Json::List)
            }
            b'"' => self.text().map(Json::Text),
            _ => Some(self.word()),
        }
    }

    fn enclosed<T>(
        &mut self,
        open: char,
        close: char,
        mut part: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut parts = Vec::new();
        self.skip(open).then_some(())?;
        if self.skip(close) {
            return Some(parts);
        }
        loop {
            parts.push(part(self)?);
            if self.skip(close) {
                return Some(parts);
            }
            self.skip(',').then_some(())?;
        }
    }

    fn skip(&mut self, token: char) -> bool {
        let rest = self.0.strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn text(&mut self) -> Option<String> {
        let mut escaped = false;
        let closes = |byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        };
        let inner = self.0.strip_prefix('"')?.bytes().position(closes)?;
        let (quoted, rest) = self.0.split_at(inner + 2);
        self.0 = rest;
        serde_json::from_str(quoted).ok()
    }

    fn word(&mut self) -> Json {
        let end = self.0.find([',', ']', '}']).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        match word {
            "null" => Json::Null,
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            literal => Json::Number(literal.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(literal: &str) -> Json {
        Json::Number(literal.to_owned())
    }

    #[test]
    fn a_document_comes_back_as_it_was_sent() {
        let digits = [
            "0",
            "-0.0",
            "1e19",
            "1E+400",
            "0.10",
            "12345678901234567890123",
        ];
        let awkward = "\u{1}\"\\\\\" \t\u{7f}\u{2028}🚀/</script>,]}";
        let members = vec![
            ("z".to_owned(), Json::List(digits.map(number).to_vec())),
            (awkward.to_owned(), Json::Text(awkward.to_owned())),
            ("a".to_owned(), Json::Object(vec![])),
            (
                "words".to_owned(),
                Json::List(vec![
                    Json::Null,
                    Json::Bool(true),
                    Json::Bool(false),
                    Json::List(vec![]),
                ]),
            ),
        ];
        let document = Document::new(Json::Object(members)).unwrap();
        let text = write(&document);
        assert_eq!(text.len(), document.bytes());
        assert_eq!(read(&text).unwrap(), document);
    }

    #[test]
    fn a_text_that_is_no_document_is_corrupt() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "null",
            "[]",
            "{",
            "{}}",
            "{} ",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a": 1}"#,
            r#"{"a":nul}"#,
            r#"{"a":1 2}"#,
            r#"{"a":"x}"#,
            r#"{"a":"\"}"#,
            r#"{"a":"\u0000"}"#,
            r#"{"a":1,"a":2}"#,
            "{a:1}",
            &format!(r#"{{"a":{deep}"#),
            &format!(r#"{{"a":"{}"}}"#, "x".repeat(Document::MAX_BYTES)),
        ] {
            assert!(read(text).is_err(), "{text:.40}");
        }
    }
}
