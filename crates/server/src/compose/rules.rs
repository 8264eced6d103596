use crate::config::{DatabaseTarget, DatabaseUrl, Settings};
use anyhow::Context;
use application::rules::{Rules, TenancyRules};
use domain::{password::PasswordPolicy, text::DatabaseName};
use time::Duration;

/// What the settings decide about use cases.
pub(super) fn rules(settings: &Settings) -> anyhow::Result<Rules> {
    let (tenancy, database) = (&settings.tenancy, &settings.database);
    let silos = |url: &DatabaseUrl| matches!(url.target(), DatabaseTarget::Postgres(_));
    let cell = |(name, url): (_, &DatabaseUrl)| Ok((DatabaseName::parse(name)?, silos(url)));
    Ok(Rules {
        passwords: PasswordPolicy::new(settings.passwords.min_length.into()),
        tenancy: TenancyRules {
            isolation: tenancy.isolation().context("tenancy.isolation")?,
            tier: tenancy.tier().context("tenancy.tier")?,
            silos: silos(&database.url),
            databases: database
                .cells
                .iter()
                .map(cell)
                .collect::<anyhow::Result<_>>()?,
            delete_grace: Duration::days(tenancy.delete_grace_days.into()),
            provisioning_limit: Duration::minutes(tenancy.provisioning_minutes.into()),
        },
    })
}
