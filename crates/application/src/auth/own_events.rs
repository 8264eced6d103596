use super::Auth;
use crate::{error::Error, gate::PlatformWork};
use domain::{
    audit::UserEvent,
    id::UserId,
    page::{PageOf, PageRequest},
    ports::Access,
};

impl Auth {
    /// What happened to the caller's own account, newest first.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the user is gone or inactive.
    pub async fn own_events(
        &self,
        user: UserId,
        page: &PageRequest,
    ) -> Result<PageOf<UserEvent>, Error> {
        let (mut work, _) = PlatformWork::begin_for(&self.ports, user, Access::Read).await?;
        Ok(work.tx.events().list(page).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Challenge, testing::*};
    use domain::{audit::AuditAction, id::AuditEventId};

    fn events() -> PageOf<UserEvent> {
        let event = UserEvent {
            id: AuditEventId::from_uuid(made_id(1)),
            action: AuditAction::UserLoginFailed,
            metadata: "{}".to_owned(),
            address: origin().address,
            user_agent: None,
            request_id: None,
            created_at: BEFORE,
        };
        PageOf {
            items: vec![event],
            total: Some(1),
            next: None,
        }
    }

    #[tokio::test]
    async fn a_user_sees_the_page_that_was_asked_for() {
        let mut fixture = Fixture::signed_in(Some(user()));
        let list = fixture.on.events.expect_list().once();
        list.withf(|asked| *asked == page())
            .returning(|_| Ok(events()));
        let world = fixture.start();

        let found = world.app.auth.own_events(user_id(), &page()).await;
        assert_eq!(found.unwrap(), events());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_user_who_is_gone_or_inactive_sees_nothing() {
        for who in [None, Some(inactive_user())] {
            let world = Fixture::signed_in(who).start();
            let found = world.app.auth.own_events(user_id(), &page()).await;
            let error = found.unwrap_err();
            assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
            world.assert_untouched();
        }
    }
}
