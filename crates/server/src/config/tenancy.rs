//! How organisations begin and end, and who runs them.

use super::{
    DatabaseSettings,
    error::{ConfigError, require, within},
};
use domain::tenant::{Isolation, Tier};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

const LISTEN: &str = "admin.listen";
const ISOLATION: &str = "tenancy.isolation";
const TIER: &str = "tenancy.tier";

/// The section `tenancy`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenancySettings {
    /// What keeps a new organisation's data apart: `pool` or `silo`.
    pub isolation: String,
    /// What a new organisation is entitled to: `free`, `pro` or `enterprise`.
    pub tier: String,
    /// Whether anyone may sign up with a new organisation; see [`super::Settings::sign_up`].
    pub sign_up: Option<bool>,
    /// How long an organisation that was closed for good can be had back, in days.
    pub delete_grace_days: u32,
    /// How long making an organisation's place may fail before it is given up, in minutes.
    pub provisioning_minutes: u32,
}

impl Default for TenancySettings {
    fn default() -> Self {
        Self {
            isolation: Isolation::Pool.as_str().to_owned(),
            tier: Tier::Free.as_str().to_owned(),
            sign_up: None,
            delete_grace_days: 30,
            provisioning_minutes: 10,
        }
    }
}

impl TenancySettings {
    /// What keeps a new organisation's data apart.
    pub fn isolation(&self) -> Option<Isolation> {
        Isolation::parse(&self.isolation)
    }

    /// What a new organisation is entitled to.
    pub fn tier(&self) -> Option<Tier> {
        Tier::parse(&self.tier)
    }

    pub(super) fn validate(&self, database: &DatabaseSettings) -> Result<(), ConfigError> {
        let isolation = self.isolation();
        let tier = self.tier();
        require(isolation.is_some(), ISOLATION, "must be pool or silo")?;
        require(tier.is_some(), TIER, "must be free, pro or enterprise")?;
        let silo = isolation == Some(Isolation::Silo);
        require(
            !silo || database.url.server().is_some(),
            ISOLATION,
            "silo is for PostgreSQL only",
        )?;
        require(
            !silo || tier.is_some_and(Tier::allows_silo),
            TIER,
            "must be pro or enterprise when tenancy.isolation is silo",
        )?;
        within(
            "tenancy.delete_grace_days",
            self.delete_grace_days,
            0..=3650,
        )?;
        within(
            "tenancy.provisioning_minutes",
            self.provisioning_minutes,
            0..=1440,
        )
    }
}

/// The section `admin`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminSettings {
    /// The listener of the operator plane (`127.0.0.1:9091`); unset serves none.
    pub listen: Option<String>,
}

impl AdminSettings {
    pub(super) fn validate(&self, others: [Option<&str>; 2]) -> Result<(), ConfigError> {
        let Some(listen) = &self.listen else {
            return Ok(());
        };
        require(
            listen.parse::<SocketAddr>().is_ok(),
            LISTEN,
            "must be an IP address and a port like 127.0.0.1:9091",
        )?;
        require(
            others.iter().flatten().all(|other| *other != listen),
            LISTEN,
            "must differ from the public listener and that of the metrics",
        )
    }
}
