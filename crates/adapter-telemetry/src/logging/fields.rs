//! Typed fields of events and spans.

use serde_json::Value;
use std::{error::Error, fmt};
use tracing::field::{Field, Visit};

/// The field that holds an event's text.
const MESSAGE: &str = "message";

/// Fields in order of their first recording; a later value of the same name replaces the earlier one.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Removes and returns the event's text.
    pub(super) fn take_message(&mut self) -> Option<String> {
        let at = self.0.iter().position(|(name, _)| *name == MESSAGE)?;
        match self.0.remove(at).1 {
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }
    }

    /// Adds what an enclosing span knows and these fields do not.
    pub(super) fn inherit(&mut self, outer: &Self) {
        for (name, value) in &outer.0 {
            if *name != MESSAGE && self.position(name).is_none() {
                self.0.push((name, value.clone()));
            }
        }
    }

    /// All fields in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(known, _)| *known == name)
    }

    fn put(&mut self, field: &Field, value: Value) {
        match self.position(field.name()) {
            Some(at) => self.0[at].1 = value,
            None => self.0.push((field.name(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, Value::String(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::from(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::from(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        self.put(field, Value::String(text));
    }
}
