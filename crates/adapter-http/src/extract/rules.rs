//! What a single value has to be, one rule for each kind of field.

use crate::problem::Fault;
use domain::{
    email::{Email, EmailError},
    password::Password,
    role::Role,
    slug::Slug,
    text::TextError,
};
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// A text that the domain parses.
pub(crate) fn text<T>(
    parse: impl FnOnce(String) -> Result<T, TextError>,
) -> impl FnOnce(Value) -> Result<T, Fault> {
    move |value| parse(string(value)?).map_err(text_fault)
}

/// An organisation's slug.
pub(crate) fn slug(value: Value) -> Result<Slug, Fault> {
    text(Slug::parse)(value)
}

/// An e-mail address.
pub(crate) fn email(value: Value) -> Result<Email, Fault> {
    Email::parse(&string(value)?).map_err(|error: EmailError| {
        let reason = error.to_string();
        let msg = format!("value is not a valid email address: {reason}");
        Fault::new("value_error", msg).with(json!({ "reason": reason }))
    })
}

/// A password of so many code points.
pub(crate) fn password(
    chars: RangeInclusive<usize>,
) -> impl FnOnce(Value) -> Result<Password, Fault> {
    move |value| {
        let raw = string(value)?;
        let (min, max, actual) = (*chars.start(), *chars.end(), Password::chars(&raw));
        let plural = |n| if n == 1 { "item" } else { "items" };
        if actual < min {
            let items = plural(min);
            let msg =
                format!("Value should have at least {min} {items} after validation, not {actual}");
            let ctx = json!({ "field_type": "Value", "min_length": min, "actual_length": actual });
            return Err(Fault::new("too_short", msg).with(ctx));
        }
        if actual > max {
            let msg =
                format!("Value should have at most {max} items after validation, not {actual}");
            let ctx = json!({ "field_type": "Value", "max_length": max, "actual_length": actual });
            return Err(Fault::new("too_long", msg).with(ctx));
        }
        if raw.contains('\0') {
            return Err(text_fault(TextError::Nul));
        }
        Ok(Password::new(&raw))
    }
}

/// One of a closed list of words.
pub(crate) fn choice<T: Copy>(
    all: &'static [T],
    word: impl Fn(T) -> &'static str,
) -> impl FnOnce(Value) -> Result<T, Fault> {
    move |value| {
        let found = value
            .as_str()
            .and_then(|raw| all.iter().copied().find(|item| word(*item) == raw));
        found.ok_or_else(|| {
            let words: Vec<_> = all
                .iter()
                .map(|item| format!("'{}'", word(*item)))
                .collect();
            let expected = match words.split_last() {
                Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                _ => words.concat(),
            };
            Fault::new("enum", format!("Input should be {expected}"))
                .with(json!({ "expected": expected }))
        })
    }
}

/// The name of a role, built-in or not; whether the organisation defines it is found out later.
pub(crate) fn role_name(value: Value) -> Result<Role, Fault> {
    let raw = string(value).map_err(|_| unknown_role())?;
    Role::parse(&raw).ok_or_else(unknown_role)
}

/// There is no such role. Said in the words that clients know from when there were four; the others come beside them.
pub(crate) fn unknown_role() -> Fault {
    let expected = "'owner', 'admin', 'member' or 'viewer'";
    let also = "'developer', 'read_only' or a role of the organisation";
    Fault::new("enum", format!("Input should be {expected}"))
        .with(json!({ "expected": expected, "also": also }))
}

/// A yes or no.
pub(crate) fn flag(value: Value) -> Result<bool, Fault> {
    let fault = |_| Fault::new("bool_type", "Input should be a valid boolean");
    serde_json::from_value(value).map_err(fault)
}

/// A whole number in a body.
pub(crate) fn integer<T: Copy + Into<i64> + TryFrom<i64>>(
    range: RangeInclusive<T>,
) -> impl FnOnce(Value) -> Result<T, Fault> {
    move |value| {
        let kind = || Fault::new("int_type", "Input should be a valid integer");
        let beyond = value.is_u64().then_some(i64::MAX);
        let number = value.as_i64().or(beyond).ok_or_else(kind)?;
        let (min, max) = ((*range.start()).into(), (*range.end()).into());
        if number < min {
            return Err(too_small(min));
        }
        if number > max {
            return Err(too_large(max));
        }
        T::try_from(number).map_err(|_| kind())
    }
}

pub(super) fn too_small(min: i64) -> Fault {
    let msg = format!("Input should be greater than or equal to {min}");
    Fault::new("greater_than_equal", msg).with(json!({ "ge": min }))
}

pub(super) fn too_large(max: i64) -> Fault {
    let msg = format!("Input should be less than or equal to {max}");
    Fault::new("less_than_equal", msg).with(json!({ "le": max }))
}

/// A UUID in a body.
pub(crate) fn uuid(value: Value) -> Result<Uuid, Fault> {
    match value {
        Value::String(raw) => parse_uuid(&raw),
        _ => Err(Fault::new(
            "uuid_type",
            "UUID input should be a string, bytes or UUID object",
        )),
    }
}

/// A UUID in any of its usual spellings: with or without hyphens, in braces, as a URN, in either case.
pub(super) fn parse_uuid(raw: &str) -> Result<Uuid, Fault> {
    Uuid::parse_str(raw).map_err(|_| {
        // The parser's own words quote the input.
        let reason = "invalid length or character";
        let msg = format!("Input should be a valid UUID, {reason}");
        Fault::new("uuid_parsing", msg).with(json!({ "error": reason }))
    })
}

/// A text that is too short, too long, of the wrong form, or holds U+0000.
pub(super) fn text_fault(error: TextError) -> Fault {
    let characters = |n| if n == 1 { "character" } else { "characters" };
    match error {
        TextError::TooShort { min } => {
            let msg = format!("String should have at least {min} {}", characters(min));
            Fault::new("string_too_short", msg).with(json!({ "min_length": min }))
        }
        TextError::TooLong { max } => {
            let msg = format!("String should have at most {max} {}", characters(max));
            Fault::new("string_too_long", msg).with(json!({ "max_length": max }))
        }
        TextError::Pattern { pattern } => {
            let msg = format!("String should match pattern '{pattern}'");
            Fault::new("string_pattern_mismatch", msg).with(json!({ "pattern": pattern }))
        }
        TextError::Nul => Fault::value_error(&error.to_string()),
    }
}

/// A text of any form.
pub(crate) fn string(value: Value) -> Result<String, Fault> {
    match value {
        Value::String(raw) => Ok(raw),
        _ => Err(Fault::new("string_type", "Input should be a valid string")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        project::ProjectSort,
        text::{ProjectName, TenantName},
    };

    fn fault<T: std::fmt::Debug>(checked: Result<T, Fault>) -> (&'static str, String, Value) {
        let fault = checked.unwrap_err();
        (
            fault.kind,
            fault.msg.into_owned(),
            fault.ctx.unwrap_or_default(),
        )
    }

    fn said<T: std::fmt::Debug>(checked: Result<T, Fault>) -> (&'static str, String) {
        let (kind, msg, _) = fault(checked);
        (kind, msg)
    }

    #[test]
    fn texts_are_refused_in_the_words_of_the_contract() {
        let name = |value: Value| text(ProjectName::parse)(value);
        assert_eq!(
            said(name(json!(1))),
            ("string_type", "Input should be a valid string".into())
        );
        let short = "String should have at least 1 character".into();
        assert_eq!(
            fault(name(json!(""))),
            ("string_too_short", short, json!({ "min_length": 1 }))
        );
        let long = "String should have at most 160 characters".into();
        assert_eq!(
            fault(name(json!("x".repeat(161)))),
            ("string_too_long", long, json!({ "max_length": 160 }))
        );
        let pattern = "^[a-z0-9]+(?:-[a-z0-9]+)*$";
        let msg = format!("String should match pattern '{pattern}'");
        assert_eq!(
            fault(slug(json!("Acme"))),
            (
                "string_pattern_mismatch",
                msg,
                json!({ "pattern": pattern })
            )
        );
        assert_eq!(
            said(slug(json!("ab"))).1,
            "String should have at least 3 characters"
        );
        assert_eq!(
            said(text(TenantName::parse)(json!("a\0b"))).0,
            "value_error"
        );
    }

    #[test]
    fn passwords_have_entries_of_their_own_and_are_never_shown() {
        let rule = |raw: &str| fault(password(12..=256)(json!(raw)));
        let (kind, msg, ctx) = rule("hunt2");
        assert_eq!(kind, "too_short");
        assert_eq!(
            msg,
            "Value should have at least 12 items after validation, not 5"
        );
        assert_eq!(
            ctx,
            json!({ "field_type": "Value", "min_length": 12, "actual_length": 5 })
        );
        let (kind, msg, ctx) = rule(&"x".repeat(257));
        assert_eq!(kind, "too_long");
        assert_eq!(
            msg,
            "Value should have at most 256 items after validation, not 257"
        );
        assert_eq!(
            ctx,
            json!({ "field_type": "Value", "max_length": 256, "actual_length": 257 })
        );
        let nul = said(password(1..=256)(json!("secret\0secret")));
        assert_eq!((nul.0, nul.1.contains("secret")), ("value_error", false));
        assert!(password(12..=256)(json!("é".repeat(12))).is_ok());
    }

    #[test]
    fn closed_lists_say_what_they_accept() {
        let sort = |value| choice(ProjectSort::ALL, ProjectSort::as_str)(value);
        let expected = "'created_at', 'name' or 'status'";
        for value in [json!("NAME"), json!(null), json!(1), json!("")] {
            let said = fault(sort(value));
            assert_eq!(
                said,
                (
                    "enum",
                    format!("Input should be {expected}"),
                    json!({ "expected": expected })
                )
            );
        }
        assert_eq!(sort(json!("name")), Ok(ProjectSort::Name));
    }

    #[test]
    fn what_no_role_can_be_called_is_refused_in_the_words_of_the_contract() {
        let expected = "'owner', 'admin', 'member' or 'viewer'";
        for value in [
            json!("OWNER"),
            json!(null),
            json!(1),
            json!(""),
            json!("a b"),
        ] {
            let (kind, msg, ctx) = fault(role_name(value));
            assert_eq!((kind, msg), ("enum", format!("Input should be {expected}")));
            assert_eq!(ctx["expected"], expected);
        }
        for role in Role::BUILT_IN {
            assert_eq!(role_name(json!(role.as_str())), Ok(role));
        }
        let auditor = role_name(json!("auditor")).unwrap();
        assert!(!auditor.is_built_in());
    }

    #[test]
    fn whole_numbers_are_strict_and_bounded() {
        let days = |value| integer(1_u16..=3650)(value);
        assert_eq!(days(json!(1)), Ok(1));
        assert_eq!(days(json!(3650)), Ok(3650));
        for value in [json!("7"), json!(7.0), json!(7.5), json!(true), json!([7])] {
            assert_eq!(said(days(value)).0, "int_type");
        }
        for value in [json!(0), json!(-1), json!(i64::MIN)] {
            let msg = "Input should be greater than or equal to 1".to_owned();
            assert_eq!(
                fault(days(value)),
                ("greater_than_equal", msg, json!({ "ge": 1 }))
            );
        }
        for value in [json!(3651), json!(65_537), json!(u64::MAX)] {
            let msg = "Input should be less than or equal to 3650".to_owned();
            assert_eq!(
                fault(days(value)),
                ("less_than_equal", msg, json!({ "le": 3650 }))
            );
        }
    }

    #[test]
    fn uuids_are_accepted_in_every_usual_spelling() {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_00AB_CDEF);
        let spellings = [
            id.hyphenated().to_string(),
            id.hyphenated().to_string().to_uppercase(),
            id.simple().to_string(),
            id.braced().to_string(),
            id.urn().to_string(),
        ];
        for spelling in spellings {
            assert_eq!(uuid(json!(spelling)), Ok(id));
        }
        let (kind, msg, _) = fault(uuid(json!("not-an-id-<script>")));
        assert_eq!((kind, msg.contains("script")), ("uuid_parsing", false));
        assert!(msg.starts_with("Input should be a valid UUID, "));
        assert_eq!(said(uuid(json!(7))).0, "uuid_type");
    }

    #[test]
    fn an_address_is_refused_with_its_reason() {
        let (kind, msg, ctx) = fault(email(json!("ada")));
        assert_eq!(kind, "value_error");
        assert_eq!(
            msg,
            format!(
                "value is not a valid email address: {}",
                ctx["reason"].as_str().unwrap()
            )
        );
        assert_eq!(said(email(json!(1))).0, "string_type");
        assert!(email(json!(" Ada@Example.com ")).is_ok());
    }
}
