//! Keeps one event on one line and a terminal out of its reach.

use serde_json::ser::{CharEscape, CompactFormatter, Formatter};
use std::{fmt::Write, io};

/// Whether a character can break a line, steer a terminal or reorder what a reader sees.
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

/// Appends `text` with unsafe characters as `\u{…}` escapes.
pub(super) fn push_text(line: &mut String, text: &str) {
    for character in text.chars() {
        if is_unsafe(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
}

/// Compact JSON that also escapes what RFC 8259 would let through.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineSafe;

impl Formatter for LineSafe {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            writer.write_all(utf16_escape(character).as_bytes())?;
            rest = &rest[at + character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        CompactFormatter.write_char_escape(writer, escape)
    }
}

fn utf16_escape(character: char) -> String {
    let mut escaped = String::new();
    for unit in character.encode_utf16(&mut [0; 2]) {
        write!(escaped, "\\u{unit:04x}").expect("writing to a string cannot fail");
    }
    escaped
}
