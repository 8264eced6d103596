//! Query parameters. Unknown ones are ignored; of a repeated one the last counts.

use super::rules::{too_large, too_small};
use crate::problem::{Fault, Violation};
use actix_web::web;
use std::ops::RangeInclusive;

/// The decoded parameters of one request.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(raw: &str) -> Self {
        if raw.is_empty() {
            return Self(Vec::new());
        }
        let pairs = web::Query::from_query(raw).map(web::Query::into_inner);
        Self(pairs.unwrap_or_default())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().rev().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }
}

/// Refuses what was no Unicode before it was decoded: of such bytes the decoder leaves U+FFFD, which no client means.
pub(super) fn unicode(raw: &str) -> Result<&str, Fault> {
    if raw.contains(char::REPLACEMENT_CHARACTER) {
        let msg = "Input should be a valid string, unable to parse raw data as a unicode string";
        return Err(Fault::new("string_unicode", msg));
    }
    Ok(raw)
}

/// A parameter's fault.
pub(super) fn at(name: &'static str) -> impl FnOnce(Fault) -> Violation {
    move |fault| fault.at(vec!["query".into(), name.into()])
}

/// An integer in a range, in decimal digits and nothing else.
pub(super) fn integer(raw: &str, range: &RangeInclusive<i64>) -> Result<i64, Fault> {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        let msg = "Input should be a valid integer, unable to parse string as an integer";
        return Err(Fault::new("int_parsing", msg));
    }
    let beyond = if raw.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    let parsed = raw.parse::<i64>();
    let (value, (min, max)) = (
        parsed.clone().unwrap_or(beyond),
        (*range.start(), *range.end()),
    );
    if value < min {
        return Err(too_small(min));
    }
    if value > max || parsed.is_err() {
        return Err(too_large(max));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_repeated_parameter_counts() {
        let query = Query::parse("name=a&other=1&name=b%20c+d");
        assert_eq!(query.get("name"), Some("b c d"));
        assert_eq!(query.get("missing"), None);
        assert_eq!(Query::parse("name=").get("name"), Some(""));
    }

    #[test]
    fn bytes_that_are_no_unicode_are_refused() {
        for raw in ["name=%FF", "name=a%C3", "name=%ED%A0%80"] {
            let query = Query::parse(raw);
            let refused = unicode(query.get("name").unwrap()).unwrap_err();
            assert_eq!(refused.kind, "string_unicode", "{raw}");
        }
        assert_eq!(unicode("é").ok(), Some("é"));
    }

    #[test]
    fn integers_are_strict_and_bounded() {
        let limit =
            |raw| integer(raw, &(1..=100)).map_err(|fault| (fault.kind, fault.msg.into_owned()));
        assert_eq!(limit("1"), Ok(1));
        assert_eq!(limit("0100"), Ok(100));
        let kind = |raw| limit(raw).unwrap_err().0;
        for raw in ["", "abc", "5.0", "+5", "5_0", " 5", "-", "0x5", "١"] {
            assert_eq!(kind(raw), "int_parsing", "{raw:?}");
        }
        for raw in ["0", "-1", "-9223372036854775809"] {
            assert_eq!(kind(raw), "greater_than_equal", "{raw}");
        }
        for raw in [
            "101",
            "9223372036854775807",
            "9223372036854775808",
            "1000000000000000000000",
        ] {
            assert_eq!(kind(raw), "less_than_equal", "{raw}");
        }
        assert_eq!(
            limit("0").unwrap_err().1,
            "Input should be greater than or equal to 1"
        );
        assert_eq!(
            integer("9223372036854775808", &(0..=i64::MAX))
                .unwrap_err()
                .kind,
            "less_than_equal"
        );
    }
}
