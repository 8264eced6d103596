//! A JSON value (RFC 8259), as it was sent.

/// Any JSON value. Nothing but a [`Document`](super::Document) has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number in the notation in which it was sent; it is never computed with.
    Number(String),
    /// A text, without its quotes and escapes.
    Text(String),
    /// The items of an array, in order.
    List(Vec<Json>),
    /// An object's keys and values, in the order in which they were sent; in a document each key is there once.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Whether at most so many objects and lists are inside one another. Looks no deeper than that.
    pub(super) fn nests_at_most(&self, levels: usize) -> bool {
        let inside = |value: &Self| value.nests_at_most(levels - 1);
        match self {
            Self::List(_) | Self::Object(_) if levels == 0 => false,
            Self::List(items) => items.iter().all(inside),
            Self::Object(members) => members.iter().all(|(_, value)| inside(value)),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => true,
        }
    }

    /// Length of the compact text. Goes as deep as the value, so depth is to be checked first.
    pub(super) fn compact_bytes(&self) -> usize {
        match self {
            Self::Null | Self::Bool(true) => 4,
            Self::Bool(false) => 5,
            Self::Number(literal) => literal.len(),
            Self::Text(text) => quoted_bytes(text),
            Self::List(items) => enclosed_bytes(items.iter().map(Self::compact_bytes)),
            Self::Object(members) => enclosed_bytes(
                members
                    .iter()
                    .map(|(key, value)| quoted_bytes(key) + 1 + value.compact_bytes()),
            ),
        }
    }

    /// Frees a value of any depth, where dropping it would go down into it and could overflow the stack.
    pub(super) fn dismantle(self) {
        let mut rest = vec![self];
        while let Some(value) = rest.pop() {
            match value {
                Self::List(items) => rest.extend(items),
                Self::Object(members) => rest.extend(members.into_iter().map(|(_, value)| value)),
                Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
            }
        }
    }
}

/// Two brackets, and a comma between any two parts.
fn enclosed_bytes(parts: impl ExactSizeIterator<Item = usize>) -> usize {
    2 + parts.len().saturating_sub(1) + parts.sum::<usize>()
}

/// Two quotes, and the text with its escapes: two characters where JSON has a short form, otherwise `\u00XX`.
fn quoted_bytes(text: &str) -> usize {
    let escaped = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0x00..=0x1f => 6,
        _ => 1,
    };
    2 + text.bytes().map(escaped).sum::<usize>()
}

/// Whether a literal is a number by RFC 8259, section 6.
pub(super) fn is_number(literal: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = literal.strip_prefix('-').unwrap_or(literal);
    let (decimal, exponent) = split(unsigned, &['e', 'E']);
    let (integer, fraction) = split(decimal, &['.']);
    digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

fn split<'a>(text: &'a str, at: &[char]) -> (&'a str, Option<&'a str>) {
    match text.split_once(at) {
        Some((head, tail)) => (head, Some(tail)),
        None => (text, None),
    }
}
