//! The kinds of fields, and which values each of them refuses.

use super::Entry;
use serde_json::{Value, json};

/// What a field may hold.
#[derive(Clone, Copy)]
pub enum Kind {
    /// So many code points.
    Text(usize, usize),
    /// An organisation's slug.
    Slug,
    /// An e-mail address.
    Email,
    /// A password of so many code points.
    Password(usize, usize),
    /// A UUID.
    Id,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number within these bounds.
    Whole(i64, i64),
    /// An instant in RFC 3339, in the future.
    Instant,
}

/// A value with its fault: type and words, which are empty where they are free.
type Refused = (Value, &'static str, String);

impl Kind {
    /// Values of the right JSON type that are refused.
    fn wrong_values(self) -> Vec<Refused> {
        match self {
            Self::Text(min, max) => text(min, max),
            Self::Slug => slug(),
            Self::Email => email(),
            Self::Password(min, max) => password(min, max),
            Self::Id => [
                "",
                "x",
                "0190a000-0000-7000-8000-00000000000",
                "0190a00000007000800000000000000g",
            ]
            .map(|raw| (json!(raw), "uuid_parsing", String::new()))
            .to_vec(),
            Self::Whole(min, max) => whole(min, max),
            Self::Instant => [
                "",
                "tomorrow",
                "2999-01-01",
                "2999-01-01T00:00:00",
                "2999-02-30T00:00:00Z",
                "9999-12-31T23:59:59-01:00",
            ]
            .map(|raw| (json!(raw), "datetime_parsing", String::new()))
            .to_vec(),
            Self::Choice(words) => {
                let upper = words[0].to_uppercase();
                let padded = format!("{} ", words[0]);
                [json!(""), json!(upper), json!(padded), json!("other")]
                    .map(|value| (value, "enum", expected(words)))
                    .to_vec()
            }
        }
    }

    /// Values of another JSON type, `null` among them unless it is a value of the field.
    fn wrong_types(self, nullable: bool) -> Vec<Refused> {
        let (kind, msg) = match self {
            Self::Id => (
                "uuid_type",
                "UUID input should be a string, bytes or UUID object".to_owned(),
            ),
            Self::Choice(words) => ("enum", expected(words)),
            Self::Whole(..) => ("int_type", "Input should be a valid integer".to_owned()),
            _ => ("string_type", "Input should be a valid string".to_owned()),
        };
        let mut values = vec![
            match self {
                Self::Whole(..) => json!("1"),
                _ => json!(1),
            },
            json!(1.5),
            json!(true),
            json!([]),
            json!(["x"]),
            json!({ "x": 1 }),
        ];
        if !nullable {
            values.push(Value::Null);
        }
        values
            .into_iter()
            .map(|value| (value, kind, msg.clone()))
            .collect()
    }

    /// Everything that a field of this name refuses, with the entry for it.
    pub fn refused(self, name: &str, nullable: bool) -> Vec<(Value, Entry)> {
        let values = self
            .wrong_types(nullable)
            .into_iter()
            .chain(self.wrong_values());
        values
            .map(|(value, kind, msg)| (value, Entry::new(kind, json!(["body", name]), msg)))
            .collect()
    }

    /// Values at the limits, all accepted.
    pub fn accepted(self) -> Vec<Value> {
        match self {
            Self::Text(min, max) => vec![
                json!("é".repeat(min)),
                json!("é".repeat(max)),
                json!(" ".repeat(max)),
            ],
            Self::Choice(words) => words.iter().map(|word| json!(word)).collect(),
            Self::Whole(min, max) => vec![json!(min), json!(max)],
            Self::Instant => vec![
                json!("2999-01-01T00:00:00.123456789+14:00"),
                json!("9999-12-31T23:59:59.999999Z"),
            ],
            Self::Slug | Self::Email | Self::Password(..) | Self::Id => Vec::new(),
        }
    }
}

fn expected(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            format!("Input should be {} or {last}", rest.join(", "))
        }
        _ => format!("Input should be {}", words.concat()),
    }
}

fn whole(min: i64, max: i64) -> Vec<Refused> {
    let small = format!("Input should be greater than or equal to {min}");
    let large = format!("Input should be less than or equal to {max}");
    vec![
        (json!(min - 1), "greater_than_equal", small.clone()),
        (json!(i64::MIN), "greater_than_equal", small),
        (json!(max + 1), "less_than_equal", large.clone()),
        (json!(u64::MAX), "less_than_equal", large),
    ]
}

fn text(min: usize, max: usize) -> Vec<Refused> {
    let long = format!("String should have at most {max} characters");
    let mut refused = vec![
        (json!("é".repeat(max + 1)), "string_too_long", long),
        (json!("a\0b"), "value_error", String::new()),
    ];
    if min > 0 {
        let short = format!(
            "String should have at least {min} {}",
            if min == 1 { "character" } else { "characters" }
        );
        refused.push((json!("é".repeat(min - 1)), "string_too_short", short));
    }
    refused
}

fn slug() -> Vec<Refused> {
    let pattern = "String should match pattern '^[a-z0-9]+(?:-[a-z0-9]+)*$'".to_owned();
    let mut refused = vec![
        (
            json!("ab"),
            "string_too_short",
            "String should have at least 3 characters".to_owned(),
        ),
        (
            json!("a".repeat(81)),
            "string_too_long",
            "String should have at most 80 characters".to_owned(),
        ),
    ];
    for wrong in [
        "Abc", "a_b", "-ab", "ab-", "a--b", "abc ", "abc\n", "äbc", "a.b",
    ] {
        refused.push((json!(wrong), "string_pattern_mismatch", pattern.clone()));
    }
    refused
}

fn email() -> Vec<Refused> {
    let long = format!("{}@example.com", "a".repeat(243));
    let wrong = [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a@b@example.com",
        "a b@example.com",
        "ada@localhost",
        "ada@x.test",
        "ada@x.local",
        "ada@[127.0.0.1]",
        "\"ada\"@example.com",
        "ada@-x.com",
        "ada@x..com",
        &long,
    ];
    wrong
        .map(|value| (json!(value), "value_error", String::new()))
        .to_vec()
}

fn password(min: usize, max: usize) -> Vec<Refused> {
    let items = if min == 1 { "item" } else { "items" };
    let short = format!(
        "Value should have at least {min} {items} after validation, not {}",
        min - 1
    );
    let long = format!(
        "Value should have at most {max} items after validation, not {}",
        max + 1
    );
    vec![
        (json!("é".repeat(min - 1)), "too_short", short),
        (json!("é".repeat(max + 1)), "too_long", long),
        (
            json!(format!("{}\0", "x".repeat(min))),
            "value_error",
            String::new(),
        ),
    ]
}
