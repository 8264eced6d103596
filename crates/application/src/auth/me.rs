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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Challenge, testing::*};
    use domain::role::Role;

    #[tokio::test]
    async fn a_user_sees_who_and_where_they_are() {
        let mut fixture = Fixture::signed_in(Some(user()));
        let places = || vec![(membership(user_id(), Role::Viewer), tenant())];
        let memberships = fixture.on.tenants.expect_memberships().once();
        memberships.returning(move || Ok(places()));
        let world = fixture.start();

        let profile = world.app.auth.me(user_id()).await.unwrap();
        let expected = Profile {
            user: user(),
            memberships: places(),
        };
        assert_eq!(profile, expected);
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_user_who_is_gone_or_inactive_is_nobody() {
        for who in [None, Some(inactive_user())] {
            let world = Fixture::signed_in(who).start();
            let error = world.app.auth.me(user_id()).await.unwrap_err();
            assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
            world.assert_untouched();
        }
    }
}
