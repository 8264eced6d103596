//! Where data is kept.

use super::{
    Cells, DatabaseUrl,
    error::{ConfigError, require, within},
};
use serde::{Deserialize, Serialize};

/// The section `database`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// The database that the server works on.
    pub url: DatabaseUrl,
    /// The same PostgreSQL database as the role that owns the schema; migrations use it. Unset: `url`.
    pub owner_url: Option<DatabaseUrl>,
    /// Further databases that organisations can be placed in.
    pub cells: Cells,
    /// Those of them that are PostgreSQL, as the role that owns the schema. One that is missing: as in `cells`.
    pub cell_owner_urls: Cells,
    /// The PostgreSQL role that the server works as.
    pub app_role: String,
    /// PostgreSQL connections of each HTTP worker.
    pub connections_per_worker: u32,
    /// Read-only connections to an SQLite file.
    pub sqlite_readers: u32,
    /// How long a request waits for a connection, in milliseconds.
    pub acquire_milliseconds: u64,
    /// `statement_timeout`, in seconds.
    pub statement_seconds: u64,
    /// `lock_timeout`, in seconds.
    pub lock_seconds: u64,
    /// `idle_in_transaction_session_timeout`, in seconds.
    pub idle_in_transaction_seconds: u64,
    /// Age at which a connection is replaced, in seconds.
    pub max_lifetime_seconds: u64,
    /// Whether `serve` migrates first; see [`super::Settings::migrate_on_start`].
    pub migrate_on_start: Option<bool>,
    /// Whether an SQLite file may hold production data.
    pub allow_sqlite_in_production: bool,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            url: DatabaseUrl::try_from("sqlite://data/saas-api.db".to_owned())
                .expect("the default names a file"),
            owner_url: None,
            cells: Cells::default(),
            cell_owner_urls: Cells::default(),
            app_role: "saas_api_app".to_owned(),
            connections_per_worker: 2,
            sqlite_readers: 4,
            acquire_milliseconds: 1000,
            statement_seconds: 5,
            lock_seconds: 2,
            idle_in_transaction_seconds: 10,
            max_lifetime_seconds: 1800,
            migrate_on_start: None,
            allow_sqlite_in_production: false,
        }
    }
}

impl DatabaseSettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        require(
            self.owner_url.is_none() || self.url.server().is_some(),
            "database.owner_url",
            "is for PostgreSQL only",
        )?;
        require(
            self.owner_url
                .as_ref()
                .is_none_or(|url| url.server().is_some()),
            "database.owner_url",
            "must be a postgres:// URL",
        )?;
        for (name, owner) in self.cell_owner_urls.iter() {
            let is_server = |url: &DatabaseUrl| url.server().is_some();
            let known = self.cells.get(name).is_some_and(is_server);
            require(
                known && is_server(owner),
                "database.cell_owner_urls",
                "is for PostgreSQL databases of database.cells only",
            )?;
        }
        require(
            is_role(&self.app_role),
            "database.app_role",
            "must be 1 to 63 lower-case letters, digits and underscores, not starting with a digit",
        )?;
        within(
            "database.connections_per_worker",
            self.connections_per_worker,
            1..=100,
        )?;
        within("database.sqlite_readers", self.sqlite_readers, 1..=64)?;
        within(
            "database.acquire_milliseconds",
            self.acquire_milliseconds,
            1..=60_000,
        )?;
        within(
            "database.statement_seconds",
            self.statement_seconds,
            1..=3600,
        )?;
        within("database.lock_seconds", self.lock_seconds, 1..=3600)?;
        within(
            "database.idle_in_transaction_seconds",
            self.idle_in_transaction_seconds,
            1..=3600,
        )?;
        within(
            "database.max_lifetime_seconds",
            self.max_lifetime_seconds,
            1..=86_400,
        )
    }
}

fn is_role(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
