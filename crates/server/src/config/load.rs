//! Layers, the later one winning.

use super::{Settings, environment::Environment, error::ConfigError, file};
use ::config::{Config, ConfigError as SourceError, Map};
use std::path::{Path, PathBuf};

impl Settings {
    /// Reads the defaults, then `file` (or the one that `SAAS_API_CONFIG` names), then the variables with the prefix
    /// `SAAS_API_`, and validates the result.
    ///
    /// # Errors
    /// The first unknown, malformed or out-of-range setting.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let environment = Environment::read(environment)?;
        let path = file
            .map(Path::to_owned)
            .or(environment.file.map(PathBuf::from));
        let (file, table) = match path {
            Some(path) => file::read(&path).map(|(file, table)| (Some(file), table))?,
            None => (None, Map::new()),
        };
        let mut layers = Config::builder();
        for (name, value) in table {
            layers = layers.set_default(name, value).map_err(explain)?;
        }
        for (path, value) in environment.values {
            layers = layers.set_override(path, value).map_err(explain)?;
        }
        let layers = layers.build().map_err(explain)?;
        let mut settings: Self = layers.try_deserialize().map_err(explain)?;
        settings.file = file;
        settings.validate()?;
        Ok(settings)
    }
}

/// The key and the reason of a failed conversion, without the value that the source's own text quotes.
fn explain(error: SourceError) -> ConfigError {
    let (path, reason) = match error {
        SourceError::Type { key, expected, .. } => (key, format!("must be {expected}")),
        SourceError::At { key, error, .. } => match *error {
            SourceError::Message(reason) => (key, reason),
            SourceError::Type { expected, .. } => (key, format!("must be {expected}")),
            _ => (key, "has the wrong form".to_owned()),
        },
        _ => (None, "cannot be read".to_owned()),
    };
    let path = path.unwrap_or_else(|| "configuration".to_owned());
    ConfigError::new(path, reason)
}
