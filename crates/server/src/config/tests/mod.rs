mod documents;
mod layers;
mod production;
mod refusals;

use super::{ConfigError, Settings};

/// Settings from variables alone.
fn load(variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Settings::load(None, variables.iter().map(owned))
}
