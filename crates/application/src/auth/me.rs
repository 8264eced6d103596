use super::Auth;
use crate::{error::Error, gate::PlatformWork};
use domain::{id::UserId, membership::Membership, ports::Access, tenant::Tenant, user::User};

/// A user's own view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// The user's memberships with their organisations, oldest first.
    pub memberships: Vec<(Membership, Tenant)>,
}

impl Auth {
    /// Who the caller is, and where the caller belongs.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the user is gone or inactive.
    pub async fn me(&self, user: UserId) -> Result<Profile, Error> {
        let (mut work, user) = PlatformWork::begin_for(&self.ports, user, Access::Read).await?;
        let memberships = work.tx.tenants().memberships().await?;
        Ok(Profile { user, memberships })
    }
}
