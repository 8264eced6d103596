//! The settings in effect, as TOML.

use super::{Settings, key::Key, key_table::KEYS};
use serde_json::Value;
use std::fmt::Write;

impl Settings {
    /// All settings as TOML, secrets and passwords replaced; unset ones are comments.
    pub fn show(&self) -> String {
        let values = self.values();
        let mut text = String::new();
        let mut section = "";
        for key in KEYS {
            let (own, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
            if own != section {
                section = own;
                writeln!(text, "\n[{section}]").expect("writing to a string cannot fail");
            }
            match value_at(&values, key) {
                Value::Null => writeln!(text, "# {name} is unset: {}", key.meaning),
                // JSON's numbers, flags, texts and lists are TOML's, too.
                value => writeln!(text, "{name} = {value}  # {}", key.meaning),
            }
            .expect("writing to a string cannot fail");
        }
        text
    }

    pub(super) fn values(&self) -> Value {
        serde_json::to_value(self).expect("settings hold only texts, flags, numbers and lists")
    }
}

/// The value of a key among serialised settings.
pub(super) fn value_at<'a>(values: &'a Value, key: &Key) -> &'a Value {
    values
        .pointer(&format!("/{}", key.path.replace('.', "/")))
        .unwrap_or(&Value::Null)
}
