//! One event as one line.

use super::{
    escape::{LineSafe, push_text},
    fields::Fields,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;
use tracing::Level;

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// A JSON object.
    Json,
    /// Readable text.
    Text {
        /// Whether the level is coloured with ANSI sequences.
        colour: bool,
    },
}

/// What a line says.
pub(super) struct Line<'a> {
    pub(super) timestamp: &'a str,
    pub(super) level: Level,
    pub(super) logger: &'a str,
    pub(super) message: &'a str,
    pub(super) fields: &'a Fields,
}

impl Line<'_> {
    /// The line in the given form, line break included.
    pub(super) fn render(&self, format: LineFormat) -> Vec<u8> {
        let mut line = match format {
            LineFormat::Json => self.json(),
            LineFormat::Text { colour } => self.text(colour).into_bytes(),
        };
        line.push(b'\n');
        line
    }

    fn json(&self) -> Vec<u8> {
        let mut line = Vec::with_capacity(512);
        let mut serializer = serde_json::Serializer::with_formatter(&mut line, LineSafe);
        self.serialize(&mut serializer)
            .expect("string keys and JSON values always serialise into memory");
        line
    }

    fn text(&self, colour: bool) -> String {
        let (on, off) = if colour {
            (ansi_colour(self.level), "\x1b[0m")
        } else {
            ("", "")
        };
        let mut line = format!("{} {on}{:>7}{off} ", self.timestamp, level_name(self.level));
        push_text(&mut line, self.logger);
        line.push_str(": ");
        push_text(&mut line, self.message);
        for (name, value) in self.fields.iter() {
            line.push(' ');
            line.push_str(name);
            line.push('=');
            push_value(&mut line, value);
        }
        line
    }
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("timestamp", self.timestamp)?;
        members.serialize_entry("level", level_name(self.level))?;
        members.serialize_entry("logger", self.logger)?;
        members.serialize_entry("message", self.message)?;
        for (name, value) in self.fields.iter() {
            match name {
                "timestamp" | "level" | "logger" => {
                    members.serialize_entry(&format!("field.{name}"), value)?;
                }
                _ => members.serialize_entry(name, value)?,
            }
        }
        members.end()
    }
}

fn push_value(line: &mut String, value: &Value) {
    match value {
        Value::String(text) if text.is_empty() || text.contains([' ', '"', '=']) => {
            push_text(line, &format!("\"{}\"", text.replace('"', "\\\"")));
        }
        Value::String(text) => push_text(line, text),
        other => line.push_str(&other.to_string()),
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
    }
}

const fn ansi_colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        Level::DEBUG => "\x1b[34m",
        Level::TRACE => "\x1b[35m",
    }
}
