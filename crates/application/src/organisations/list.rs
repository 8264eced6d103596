use super::Organisations;
use crate::{error::Error, gate::PlatformWork};
use domain::{
    id::UserId,
    page::{PageOf, PageRequest},
    ports::Access,
    tenant::Tenant,
};

impl Organisations {
    /// The organisations that the user belongs to, by name.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the user is gone or inactive.
    pub async fn list(&self, user: UserId, page: &PageRequest) -> Result<PageOf<Tenant>, Error> {
        let (mut work, _) = PlatformWork::begin_for(&self.ports, user, Access::Read).await?;
        Ok(work.tx.tenants().list(page).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Challenge, testing::*};

    #[tokio::test]
    async fn a_user_sees_the_page_that_was_asked_for() {
        let all = || PageOf {
            items: vec![tenant()],
            total: Some(1),
            next: None,
        };
        let mut fixture = Fixture::signed_in(Some(user()));
        let list = fixture.on.tenants.expect_list().once();
        list.withf(|asked| *asked == page())
            .returning(move |_| Ok(all()));
        let world = fixture.start();

        let found = world.app.organisations.list(user_id(), &page()).await;
        assert_eq!(found.unwrap(), all());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_user_who_is_gone_or_inactive_sees_none() {
        for who in [None, Some(inactive_user())] {
            let world = Fixture::signed_in(who).start();
            let found = world.app.organisations.list(user_id(), &page()).await;
            let error = found.unwrap_err();
            assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
            world.assert_untouched();
        }
    }
}
