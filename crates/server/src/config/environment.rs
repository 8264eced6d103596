//! The environment layer.

use super::{
    error::ConfigError,
    key::{self, Key, Kind, PREFIX},
};
use ::config::{Value, ValueKind};
use std::{collections::BTreeMap, fs};

/// Variables with our prefix that are no settings: the file's place, and those of the demo script.
const OTHERS: [&str; 3] = [
    "SAAS_API_CONFIG",
    "SAAS_API_DEMO_BASE_URL",
    "SAAS_API_DEMO_RUN_ID",
];

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// The TOML file to read.
    pub(super) file: Option<String>,
    /// Values by path.
    pub(super) values: BTreeMap<&'static str, Value>,
}

impl Environment {
    /// Reads all variables with our prefix; names count in any case.
    pub(super) fn read(
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut environment = Self::default();
        for (name, raw) in variables {
            let name = name.to_ascii_uppercase();
            if name == OTHERS[0] {
                environment.file = Some(raw);
            } else if name.starts_with(PREFIX) && !OTHERS.contains(&name.as_str()) {
                environment.set(&name, raw)?;
            }
        }
        Ok(environment)
    }

    fn set(&mut self, name: &str, raw: String) -> Result<(), ConfigError> {
        let (key, raw) = resolve(name, raw)?;
        let value = parse(key.kind, raw).map_err(|reason| ConfigError::new(name, reason))?;
        match self.values.insert(key.path, value) {
            None => Ok(()),
            Some(_) => Err(ConfigError::new(
                name,
                format!(
                    "sets {} a second time: keep one variable, by value or by file",
                    key.path
                ),
            )),
        }
    }
}

/// The key that a variable sets, and the text that it sets it to.
fn resolve(name: &str, raw: String) -> Result<(&'static Key, String), ConfigError> {
    if let Some(key) = key::by_variable(name) {
        return Ok((key, raw));
    }
    name.strip_suffix("_FILE")
        .and_then(key::by_variable)
        .filter(|key| key.kind == Kind::Secret)
        .ok_or_else(|| ConfigError::new(name, "is not a known variable"))
        .and_then(|key| {
            let text = fs::read_to_string(raw).map_err(|error| {
                ConfigError::new(
                    name,
                    format!("names a file that cannot be read: {}", error.kind()),
                )
            })?;
            Ok((key, text.trim_end_matches(['\r', '\n']).to_owned()))
        })
}

fn parse(kind: Kind, raw: String) -> Result<Value, &'static str> {
    if raw.trim().is_empty() && kind != Kind::List && kind != Kind::Text {
        return Err("must not be blank");
    }
    let value = match kind {
        Kind::Text | Kind::Secret => ValueKind::String(raw),
        Kind::Flag => ValueKind::Boolean(flag(&raw).ok_or("must be true or false")?),
        Kind::Integer => ValueKind::I64(raw.trim().parse().map_err(|_| "must be a whole number")?),
        Kind::Number => ValueKind::Float(raw.trim().parse().map_err(|_| "must be a number")?),
        Kind::List => ValueKind::Array(
            raw.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(Value::from)
                .collect(),
        ),
    };
    Ok(Value::new(None, value))
}

fn flag(raw: &str) -> Option<bool> {
    match raw.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "t" | "y" => Some(true),
        "false" | "0" | "no" | "off" | "f" | "n" => Some(false),
        _ => None,
    }
}
