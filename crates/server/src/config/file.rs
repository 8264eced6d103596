//! The file layer.

use super::{
    SettingsFile,
    error::ConfigError,
    key::{self, Kind},
    key_table::KEYS,
};
use ::config::{ConfigError as SourceError, File, FileFormat, Map, Source, Value, ValueKind};
use std::{fs, path::Path};

/// The values of a TOML file; every key in it is known.
pub(super) fn read(path: &Path) -> Result<(SettingsFile, Map<String, Value>), ConfigError> {
    let refuse = |reason: String| ConfigError::new(path.display().to_string(), reason);
    let text = fs::read_to_string(path).map_err(|error| {
        refuse(format!(
            "the configuration file cannot be read: {}",
            error.kind()
        ))
    })?;
    let table = File::from_str(&text, FileFormat::Toml)
        .collect()
        .map_err(|error| refuse(place(&error)))?;
    let mut holds_secrets = false;
    for (name, value) in &table {
        holds_secrets |= check(name, value)?;
    }
    let file = SettingsFile {
        path: path.to_owned(),
        holds_secrets,
    };
    Ok((file, table))
}

/// Refuses unknown keys; says whether a secret is among the known ones.
fn check(path: &str, value: &Value) -> Result<bool, ConfigError> {
    if let Some(key) = key::by_path(path) {
        return Ok(key.kind == Kind::Secret);
    }
    let section = format!("{path}.");
    match &value.kind {
        ValueKind::Table(table) if KEYS.iter().any(|key| key.path.starts_with(&section)) => {
            let mut holds_secrets = false;
            for (name, value) in table {
                holds_secrets |= check(&format!("{section}{name}"), value)?;
            }
            Ok(holds_secrets)
        }
        _ => Err(ConfigError::new(path, "is not a known setting")),
    }
}

/// Where a file is malformed. The parser's later lines quote the file, which may hold secrets.
fn place(error: &SourceError) -> String {
    let text = match error {
        SourceError::FileParse { cause, .. } => cause.to_string(),
        _ => String::new(),
    };
    let place = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("TOML parse error "));
    format!("is not valid TOML {}", place.unwrap_or_default())
        .trim_end()
        .to_owned()
}
