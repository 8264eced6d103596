use super::Auth;
use crate::{error::Error, gate::PlatformWork};
use domain::{
    access::Origin,
    audit::{AuditEvent, AuditTrail},
    email::Email,
    password::{Password, PasswordHash},
    ports::{Access, AccessToken, AuthOperation, Counted, Verdict},
    user::Account,
};

/// Sign in.
#[derive(Clone, Debug)]
pub struct Login {
    /// The address that the user registered with.
    pub email: Email,
    /// The user's password.
    pub password: Password,
    /// Where the request came from.
    pub origin: Origin,
}

impl Auth {
    /// Exchanges e-mail and password for an access token. Unknown address, wrong password and inactive user are
    /// answered alike, in the same time.
    ///
    /// # Errors
    /// [`Error::InvalidLogin`], [`Error::HashingAtCapacity`].
    pub async fn login(&self, command: Login) -> Result<AccessToken, Error> {
        let result = self.try_login(command).await;
        if matches!(result, Ok(_) | Err(Error::InvalidLogin)) {
            let attempt = Counted::AuthAttempt(AuthOperation::Login, result.is_ok());
            self.ports.counters.count(attempt);
        }
        result
    }

    async fn try_login(&self, command: Login) -> Result<AccessToken, Error> {
        let mut look = PlatformWork::begin(&self.ports, None, Access::Read).await?;
        let account = look.tx.users().find_account(&command.email).await?;
        drop(look);

        let stored = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let verdict = self.ports.hasher.verify(&command.password, stored).await?;
        let origin = Origin {
            at: self.ports.clock.now(),
            ..command.origin
        };
        let Some(account) = account else {
            return Err(Error::InvalidLogin);
        };
        let Verdict::Match { outdated } = verdict else {
            self.security_events.login_failed(account.user.id, origin);
            return Err(Error::InvalidLogin);
        };
        if !account.user.is_active {
            return Err(Error::InvalidLogin);
        }
        let rehashed = if outdated {
            Some(self.ports.hasher.hash(&command.password).await?)
        } else {
            None
        };
        self.record_login(account, rehashed, &origin).await
    }

    async fn record_login(
        &self,
        account: Account,
        rehashed: Option<PasswordHash>,
        origin: &Origin,
    ) -> Result<AccessToken, Error> {
        let (id, now) = (account.user.id, origin.at);
        let mut work = PlatformWork::begin(&self.ports, Some(id), Access::Write).await?;
        if let Some(new) = rehashed {
            work.tx
                .users()
                .replace_password_hash(id, &account.password_hash, &new, now)
                .await?;
        }
        work.commit(id, origin, AuditTrail::of(AuditEvent::user_logged_in(id)))
            .await?;
        Ok(self.ports.issuer.issue(id, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::{Actor, CallerFacts},
        audit::AuditAction,
        ports::HashingUnavailable,
    };

    const FITS: Verdict = Verdict::Match { outdated: false };

    fn command() -> Login {
        Login {
            email: email(),
            password: password(),
            origin: caller().origin,
        }
    }

    /// The address belongs to this account, and the hasher, asked exactly once about its hash, says this.
    fn fixture(account: Option<Account>, verdict: Verdict) -> Fixture {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let stored = account.as_ref().map(|found| found.password_hash.clone());
        let find = fixture.on.users.expect_find_account();
        find.withf(|address| *address == email())
            .returning(move |_| Ok(account.clone()));
        let verify = fixture.hasher.expect_verify().once();
        verify
            .withf(move |clear, asked| (clear, asked) == (&password(), &stored))
            .returning(move |_, _| Ok(verdict));
        fixture
    }

    fn attempt(success: bool) -> Counted {
        Counted::AuthAttempt(AuthOperation::Login, success)
    }

    #[tokio::test]
    async fn the_token_comes_after_the_committed_event() {
        let world = fixture(Some(account()), FITS).start();
        let token = world.app.auth.login(command()).await.unwrap();
        assert_eq!(token.token, token_of(user_id(), NOW));
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: None,
                actor: Actor::User(user_id()),
                operated: None,
                origin: origin(),
                trail: AuditTrail::of(AuditEvent::user_logged_in(user_id())),
            }]
        );
        let recorded = Counted::AuditEventRecorded(AuditAction::UserLoggedIn);
        assert_eq!(world.counted(), [recorded, attempt(true)]);
    }

    /// Every row of this table costs one verification: the fixture demands it.
    #[tokio::test]
    async fn unknown_address_wrong_password_and_inactive_user_are_answered_alike() {
        let inactive = Account {
            user: inactive_user(),
            ..account()
        };
        let refused = [
            (None, Verdict::Mismatch),
            // A hasher that errs about nothing stored still lets nobody in.
            (None, FITS),
            (Some(account()), Verdict::Mismatch),
            (Some(inactive), FITS),
        ];
        for (account, verdict) in refused {
            let world = fixture(account, verdict).start();
            let refused = world.app.auth.login(command()).await;
            assert!(matches!(refused, Err(Error::InvalidLogin)));
            assert_eq!(world.commits(), []);
            assert_eq!(world.counted(), [attempt(false)]);
        }
    }

    #[tokio::test]
    async fn an_outdated_hash_is_replaced_with_the_login() {
        let mut fixture = fixture(Some(account()), Verdict::Match { outdated: true });
        let hashing = fixture.hasher.expect_hash().once();
        hashing
            .withf(|clear| *clear == password())
            .returning(|_| Ok(hash("new")));
        let replace = fixture.on.users.expect_replace_password_hash().once();
        replace
            .withf(|id, old, new, now| {
                (*id, old, new, *now) == (user_id(), &hash("old"), &hash("new"), NOW)
            })
            .returning(|_, _, _, _| Ok(()));
        let world = fixture.start();

        world.app.auth.login(command()).await.unwrap();
        assert_eq!(world.committed(), ["user.logged_in"]);
    }

    #[tokio::test]
    async fn a_full_hashing_queue_is_no_attempt() {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let find = fixture.on.users.expect_find_account();
        find.returning(|_| Ok(Some(account())));
        let verify = fixture.hasher.expect_verify();
        verify.returning(|_, _| Err(HashingUnavailable));
        let world = fixture.start();

        let refused = world.app.auth.login(command()).await;
        assert!(matches!(refused, Err(Error::HashingAtCapacity)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_commit_that_fails_gives_no_token_and_counts_nothing() {
        let world = fixture(Some(account()), FITS).start();
        world.set_down(true);
        let refused = world.app.auth.login(command()).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))));
        world.assert_untouched();
    }
}
