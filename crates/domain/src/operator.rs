//! Operators: those who run the platform. They stand outside all tenants, and are no users.
//!
//! There is none to begin with. Whoever has the console issues a [`BootstrapToken`], and whoever presents that becomes
//! an operator with a key of their own. What an operator does is an [`OperatorEvent`], which outlives the tenant it is
//! about.

mod event;

pub use event::{OperatorAction, OperatorEvent};

use crate::{api_key::KeyDigest, id::OperatorId, text::OperatorName};
use time::{Duration, OffsetDateTime};

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The operator's id.
    pub id: OperatorId,
    /// The operator's name; nobody else ever gets it.
    pub name: OperatorName,
    /// When the operator was appointed.
    pub created_at: OffsetDateTime,
    /// When the operator's key stopped counting.
    pub revoked_at: Option<OffsetDateTime>,
}

/// The name belongs to whatever acts without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name is reserved")]
pub struct ReservedName;

impl Operator {
    /// Whoever has a console on a server of ours.
    pub const CONSOLE: &str = "cli";
    /// The platform itself, finishing or clearing away what others began.
    pub const SYSTEM: &str = "system";

    /// An operator who is appointed now.
    ///
    /// # Errors
    /// [`ReservedName`].
    pub fn appoint(
        id: OperatorId,
        name: OperatorName,
        now: OffsetDateTime,
    ) -> Result<Self, ReservedName> {
        if [Self::CONSOLE, Self::SYSTEM].contains(&name.as_str()) {
            return Err(ReservedName);
        }
        Ok(Self {
            id,
            name,
            created_at: now,
            revoked_at: None,
        })
    }

    /// Takes the operator's key away; `false` when it was gone already, and then nothing changes.
    pub fn revoke(&mut self, now: OffsetDateTime) -> bool {
        if self.revoked_at.is_some() {
            return false;
        }
        self.revoked_at = Some(now);
        true
    }
}

/// What makes its bearer an operator, once. Only its keyed hash is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BootstrapToken {
    /// The keyed hash of the raw token.
    pub digest: KeyDigest,
    /// When it was issued.
    pub created_at: OffsetDateTime,
    /// When it stops counting.
    pub expires_at: OffsetDateTime,
}

impl BootstrapToken {
    /// How long a token counts.
    pub const LIFE: Duration = Duration::minutes(15);

    /// A token that is issued now.
    pub fn issue(digest: KeyDigest, now: OffsetDateTime) -> Self {
        Self {
            digest,
            created_at: now,
            expires_at: now + Self::LIFE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn appoint(name: &str) -> Result<Operator, ReservedName> {
        let name = OperatorName::parse(name).unwrap();
        Operator::appoint(OperatorId::from_uuid(Uuid::nil()), name, NOW)
    }

    #[test]
    fn nobody_is_appointed_under_the_name_of_the_console_or_the_platform() {
        assert_eq!(appoint("cli"), Err(ReservedName));
        assert_eq!(appoint("system"), Err(ReservedName));
        assert_eq!(appoint("grace").unwrap().revoked_at, None);
    }

    #[test]
    fn a_key_is_taken_away_once() {
        let mut grace = appoint("grace").unwrap();
        assert!(grace.revoke(NOW));
        assert!(!grace.revoke(NOW + Duration::DAY));
        assert_eq!(grace.revoked_at, Some(NOW));
    }
}
