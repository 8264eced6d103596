//! Configuration: defaults, then an optional TOML file, then the environment.
//!
//! [`Settings::load`] reads and validates; every error is one line that names the key and never a value.
//! [`Settings::check_production`] says what stands between these settings and production. `key_table.rs` is the one
//! list of keys: it drives the environment layer, `config show` and `docs/configuration.md`.

mod cells;
mod checklist;
mod database;
mod database_url;
mod environment;
mod error;
mod file;
mod http;
mod identity;
mod key;
mod key_table;
mod load;
#[cfg(test)]
mod reference;
mod secret;
mod service;
mod show;
mod tenancy;
#[cfg(test)]
mod tests;

pub use cells::Cells;
pub use checklist::{CheckItem, Outcome, Refusal};
pub use database::DatabaseSettings;
pub use database_url::{DatabaseTarget, DatabaseUrl};
pub use error::ConfigError;
pub use http::HttpSettings;
pub use identity::{
    ApiKeySettings, Argon2Settings, PasswordSettings, SecretSettings, TokenSettings,
};
pub use secret::Secret;
pub use service::{
    AppSettings, IdempotencySettings, LogSettings, RetentionSettings, TelemetrySettings,
};

pub use tenancy::{AdminSettings, TenancySettings};

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// All settings of the server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Free text; `production` and `staging` switch on the refusals of [`Settings::check_production`].
    pub environment: String,
    /// What the service calls itself.
    pub app: AppSettings,
    /// The listener and its limits.
    pub http: HttpSettings,
    /// The operator plane.
    pub admin: AdminSettings,
    /// Where data is kept.
    pub database: DatabaseSettings,
    /// How organisations begin and end.
    pub tenancy: TenancySettings,
    /// Access tokens.
    pub tokens: TokenSettings,
    /// Password policy and hashing.
    pub passwords: PasswordSettings,
    /// Machine credentials.
    pub api_keys: ApiKeySettings,
    /// Repeated requests.
    pub idempotency: IdempotencySettings,
    /// What was deleted.
    pub retention: RetentionSettings,
    /// The root secret and generated files.
    pub secrets: SecretSettings,
    /// Log lines.
    pub log: LogSettings,
    /// Trace export.
    pub telemetry: TelemetrySettings,
    /// The TOML file that was read, if any.
    #[serde(skip)]
    pub file: Option<SettingsFile>,
}

/// The TOML file behind some of the settings.
#[derive(Clone, Debug)]
pub struct SettingsFile {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it sets a secret, so that others must not read it.
    pub holds_secrets: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            environment: "local".to_owned(),
            app: AppSettings::default(),
            http: HttpSettings::default(),
            admin: AdminSettings::default(),
            database: DatabaseSettings::default(),
            tenancy: TenancySettings::default(),
            tokens: TokenSettings::default(),
            passwords: PasswordSettings::default(),
            api_keys: ApiKeySettings::default(),
            idempotency: IdempotencySettings::default(),
            retention: RetentionSettings::default(),
            secrets: SecretSettings::default(),
            log: LogSettings::default(),
            telemetry: TelemetrySettings::default(),
            file: None,
        }
    }
}

impl Settings {
    /// Whether the environment is `production` or `staging`, in any case.
    pub fn is_production(&self) -> bool {
        ["production", "staging"]
            .iter()
            .any(|name| self.environment.trim().eq_ignore_ascii_case(name))
    }

    /// Whether the documentation page is served: as set, else only when the environment is `local`.
    pub fn docs_enabled(&self) -> bool {
        self.http.docs_enabled.unwrap_or_else(|| self.is_local())
    }

    /// Whether anyone may sign up with a new organisation: as set, else not in production.
    pub fn sign_up(&self) -> bool {
        self.tenancy
            .sign_up
            .unwrap_or_else(|| !self.is_production())
    }

    /// Whether `serve` migrates first: as set, else on SQLite or when the environment is `local`.
    pub fn migrate_on_start(&self) -> bool {
        let sqlite = matches!(self.database.url.target(), DatabaseTarget::Sqlite(_));
        self.database
            .migrate_on_start
            .unwrap_or_else(|| sqlite || self.is_local())
    }

    fn is_local(&self) -> bool {
        self.environment == "local"
    }

    /// Checks ranges and forms, in every environment.
    ///
    /// # Errors
    /// The first setting that is out of range or malformed.
    pub fn validate(&self) -> Result<(), ConfigError> {
        error::not_blank("environment", &self.environment)?;
        self.app.validate()?;
        self.http.validate()?;
        let public = format!("{}:{}", self.http.host, self.http.port);
        let metrics = self.http.metrics_listen.as_deref();
        self.admin.validate([Some(&public), metrics])?;
        self.database.validate()?;
        self.tenancy.validate(&self.database)?;
        self.tokens.validate()?;
        self.passwords.validate()?;
        self.api_keys.validate()?;
        self.idempotency.validate()?;
        self.retention.validate()?;
        self.secrets.validate()?;
        self.telemetry.validate()
    }
}
