//! What a deployment decides.

use crate::error::Error;
use domain::{
    password::PasswordPolicy,
    tenant::{Isolation, Placement, Tier},
    text::DatabaseName,
};
use time::Duration;

/// What a deployment decides.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Which passwords are good enough.
    pub passwords: PasswordPolicy,
    /// How organisations begin and end.
    pub tenancy: TenancyRules,
}

/// How organisations begin and end.
#[derive(Clone, Debug)]
pub struct TenancyRules {
    /// What keeps a new organisation apart, unless an operator says otherwise.
    pub isolation: Isolation,
    /// The tier of a new organisation, unless an operator says otherwise.
    pub tier: Tier,
    /// Whether the main database can give an organisation a schema of its own.
    pub silos: bool,
    /// The further databases that an organisation can be placed in, and whether they can.
    pub databases: Vec<(DatabaseName, bool)>,
    /// How long an organisation that was closed for good can be had back.
    pub delete_grace: Duration,
    /// How long making a place may fail before the organisation is given up.
    pub provisioning_limit: Duration,
}

impl TenancyRules {
    /// Where an organisation goes unless somebody says otherwise.
    pub(crate) const fn usual_place(&self) -> Placement {
        Placement {
            isolation: self.isolation,
            database: None,
        }
    }

    /// Whether there is such a place, and the tier comes with it.
    pub(crate) fn admit(&self, tier: Tier, place: &Placement) -> Result<(), Error> {
        entitles(tier, place)?;
        let silos = match &place.database {
            None => self.silos,
            Some(wanted) => {
                let mut known = self.databases.iter();
                let found = known.find(|(name, _)| name == wanted);
                found.ok_or(Error::UnknownDatabase)?.1
            }
        };
        if place.isolation == Isolation::Silo && !silos {
            return Err(Error::SiloUnsupported);
        }
        Ok(())
    }
}

/// Whether a tier comes with such a place.
pub(crate) fn entitles(tier: Tier, place: &Placement) -> Result<(), Error> {
    if *place == Placement::POOL || tier.allows_silo() {
        Ok(())
    } else {
        Err(Error::TierForbidsPlace)
    }
}

impl From<PasswordPolicy> for Rules {
    /// Shared tables, and what else nobody has decided.
    fn from(passwords: PasswordPolicy) -> Self {
        Self {
            passwords,
            tenancy: TenancyRules::default(),
        }
    }
}

impl Default for TenancyRules {
    fn default() -> Self {
        Self {
            isolation: Isolation::Pool,
            tier: Tier::Free,
            silos: false,
            databases: Vec::new(),
            delete_grace: Duration::days(30),
            provisioning_limit: Duration::minutes(10),
        }
    }
}
