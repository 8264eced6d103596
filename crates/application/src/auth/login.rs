use super::Auth;
use crate::{error::Error, gate::PlatformWork};
use domain::{
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
        let (Verdict::Match { outdated }, Some(account)) = (verdict, account) else {
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
        self.record_login(account, rehashed).await
    }

    async fn record_login(
        &self,
        account: Account,
        rehashed: Option<PasswordHash>,
    ) -> Result<AccessToken, Error> {
        let (id, now) = (account.user.id, self.ports.clock.now());
        let mut work = PlatformWork::begin(&self.ports, Some(id), Access::Write).await?;
        if let Some(new) = rehashed {
            work.tx
                .users()
                .replace_password_hash(id, &account.password_hash, &new, now)
                .await?;
        }
        work.commit(id, now, AuditTrail::of(AuditEvent::user_logged_in(id)))
            .await?;
        Ok(self.ports.issuer.issue(id, now))
    }
}
