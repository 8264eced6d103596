use serde_json::{Value, json};
use test_server::unique;

/// Demands an id as we write them: a UUID of version 7 in lower case with hyphens.
#[track_caller]
pub fn assert_id(value: &Value) {
    let id = value.as_str().unwrap_or_default();
    let legal = |(at, c): (usize, char)| match at {
        8 | 13 | 18 | 23 => c == '-',
        14 => c == '7',
        19 => "89ab".contains(c),
        _ => c.is_ascii_digit() || ('a'..='f').contains(&c),
    };
    assert!(
        id.len() == 36 && id.chars().enumerate().all(legal),
        "no id: {value}"
    );
}

/// Demands an instant as we write them: UTC with `Z`, and a fraction of no or six digits.
#[track_caller]
pub fn assert_timestamp(value: &Value) {
    let text = value.as_str().unwrap_or_default();
    let pattern = match text.len() {
        20 => "dddd-dd-ddTdd:dd:ddZ",
        _ => "dddd-dd-ddTdd:dd:dd.ddddddZ",
    };
    let fits = |(c, p): (char, char)| if p == 'd' { c.is_ascii_digit() } else { c == p };
    let legal = text.len() == pattern.len() && text.chars().zip(pattern.chars()).all(fits);
    assert!(
        legal && !text.ends_with(".000000Z"),
        "no timestamp: {value}"
    );
}

/// What a role permits, from texts such as `read:*` and `update:projects[owner]`.
pub fn permissions(grants: &[&str]) -> Value {
    let grant = |grant: &&str| match grant.strip_suffix("[owner]") {
        None => json!({ "permission": grant, "conditions": null }),
        Some(own) => json!({ "permission": own, "conditions": { "owner": true } }),
    };
    grants.iter().map(grant).collect()
}

/// An id that nothing has.
pub fn random_id() -> String {
    let number = unique("id")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!(
        "0190a000-0000-7000-8{:03x}-{:012x}",
        number >> 52,
        number & 0xffff_ffff_ffff
    )
}
