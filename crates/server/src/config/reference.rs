//! The page about all settings.

use super::{
    Settings,
    key::{Key, Kind},
    key_table::KEYS,
    show::value_at,
};
use serde_json::Value;
use std::fmt::Write;

const INTRODUCTION: &str = "\
<!-- Generated from the key table of the server; a test keeps it up to date. -->
# Configuration

Three layers, the later one winning: built-in defaults, an optional TOML file (`--config PATH` or `SAAS_API_CONFIG`),
and environment variables. Names of variables count in any case. Beside its short name, every variable has a long one
that follows from the key: `http.base_path` is `SAAS_API_HTTP__BASE_PATH`.

- Flags take `true/false/1/0/yes/no/on/off/t/f/y/n`; lists are separated by commas.
- A secret can come from a file: put `_FILE` after its variable and the file's path into it. Both at once are refused.
- Unknown keys and unknown variables with the prefix `SAAS_API_` are refused, so a typing error is found at start-up.
- `saas-api config check` validates, `saas-api config show` prints what is in effect with secrets replaced.
- With `environment` set to `production` or `staging`, unsafe settings are refused with exit code 78; `saas-api doctor`
  lists them in every environment.

| key | variable | default | meaning |
| --- | --- | --- | --- |
";

/// The text of `docs/configuration.md`.
pub fn reference() -> String {
    let defaults = Settings::default().values();
    let mut text = INTRODUCTION.to_owned();
    for key in KEYS {
        writeln!(
            text,
            "| `{}` | `{}`{} | {} | {} |",
            key.path,
            key.variable(),
            if key.kind == Kind::Secret {
                ", `…_FILE`"
            } else {
                ""
            },
            default(&defaults, key),
            key.meaning
        )
        .expect("writing to a string cannot fail");
    }
    text
}

fn default(defaults: &Value, key: &Key) -> String {
    match value_at(defaults, key) {
        Value::Null => "unset".to_owned(),
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::Array(items) if items.is_empty() => "empty".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
