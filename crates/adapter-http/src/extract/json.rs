//! The syntax of a JSON body.

use crate::problem::{Fault, Loc, Violation};
use serde_json::{Map, Value, json};

/// A body as it was sent, before anyone asked for its fields.
#[derive(Debug, PartialEq)]
pub(super) enum Sent {
    /// Nothing, or `null`.
    Nothing,
    /// A JSON value that is not an object.
    NoObject,
    /// An object; of repeated names the last one counts.
    Object(Map<String, Value>),
}

const MAX_DEPTH: usize = 32;

/// Reads a body.
///
/// # Errors
/// When it is not UTF-8, not JSON, or nested more than 32 deep.
pub(super) fn read(body: &[u8]) -> Result<Sent, Violation> {
    if body.is_empty() {
        return Ok(Sent::Nothing);
    }
    let text = std::str::from_utf8(body).map_err(|error| {
        malformed(
            String::from_utf8_lossy(&body[..error.valid_up_to()])
                .chars()
                .count(),
            "invalid UTF-8",
        )
    })?;
    if let Some(offset) = too_deep(text) {
        return Err(malformed(offset, "nested too deeply"));
    }
    match serde_json::from_str(text) {
        Ok(Value::Null) => Ok(Sent::Nothing),
        Ok(Value::Object(object)) => Ok(Sent::Object(object)),
        Ok(_) => Ok(Sent::NoObject),
        Err(error) => Err(malformed(offset(text, &error), &reason(&error))),
    }
}

fn malformed(offset: usize, reason: &str) -> Violation {
    let fault = Fault::new("json_invalid", "JSON decode error").with(json!({ "error": reason }));
    fault.at(vec!["body".into(), Loc::Offset(offset)])
}

/// Where the nesting gets deeper than allowed. Looked for before parsing, so that depth costs no memory.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(text[..at].chars().count());
        }
    }
    None
}

/// The parser's position in code points.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line() - 1)
        .map(str::len)
        .sum();
    let at = (before + error.column()).saturating_sub(1);
    text.char_indices()
        .take_while(|(start, _)| *start < at)
        .count()
}

/// The parser's words without the position; they never hold input.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused_at(body: impl AsRef<[u8]>) -> usize {
        let violation = read(body.as_ref()).unwrap_err();
        assert_eq!(
            (violation.kind, &*violation.msg),
            ("json_invalid", "JSON decode error")
        );
        match &violation.loc[..] {
            [Loc::Name(body), Loc::Offset(at)] if body == "body" => *at,
            loc => panic!("{loc:?}"),
        }
    }

    #[test]
    fn nothing_null_and_other_values_are_told_apart() {
        assert_eq!(read(b""), Ok(Sent::Nothing));
        assert_eq!(read(b" null "), Ok(Sent::Nothing));
        for body in ["[]", "\"x\"", "1", "true", "18446744073709551616", "-0"] {
            assert_eq!(read(body.as_bytes()), Ok(Sent::NoObject), "{body}");
        }
        assert!(matches!(read(br#"{"a":1,"a":2}"#), Ok(Sent::Object(o)) if o["a"] == 2));
    }

    #[test]
    fn what_is_not_json_is_refused_where_it_stops_being_json() {
        assert_eq!(refused_at("{bad"), 1);
        assert_eq!(refused_at("{\"\u{e9}\": nope}"), 7);
        assert_eq!(refused_at("{\n\"a\": }"), 7);
        for body in [
            "NaN",
            "{\"a\":1e400}",
            r#""\ud800""#,
            r#"{"a":"\udc00"}"#,
            "\u{feff}{}",
            "{} x",
            "{",
        ] {
            refused_at(body);
        }
        assert_eq!(refused_at(b"{\"a\": \"\xc3\xa9\xff\"}"), 8);
    }

    #[test]
    fn nesting_is_bounded_and_brackets_in_texts_do_not_count() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(read(nested(32).as_bytes()), Ok(Sent::NoObject));
        assert_eq!(refused_at(nested(33)), 32);
        assert_eq!(refused_at("[".repeat(100_000)), 32);
        let text = serde_json::to_string(&format!("\"\\{}", "[{".repeat(40))).unwrap();
        assert_eq!(read(text.as_bytes()), Ok(Sent::NoObject));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }
    }
}
