use super::Auth;
use crate::{error::Error, gate::PlatformWork};
use domain::{
    audit::{AuditEvent, AuditTrail},
    email::Email,
    id::UserId,
    password::Password,
    ports::{Access, AuthOperation, Counted, Unique},
    text::DisplayName,
    user::{Account, User},
};

/// Become a user of the platform.
#[derive(Clone, Debug)]
pub struct Register {
    /// The address to sign in with.
    pub email: Email,
    /// The password to sign in with.
    pub password: Password,
    /// What to be called.
    pub display_name: DisplayName,
}

impl Auth {
    /// Registers a user.
    ///
    /// # Errors
    /// [`Error::Taken`] for a known address, [`Error::WeakPassword`], [`Error::HashingAtCapacity`].
    pub async fn register(&self, command: Register) -> Result<User, Error> {
        let result = self.try_register(command).await;
        let refused = matches!(result, Err(Error::Taken(_) | Error::WeakPassword(_)));
        if result.is_ok() || refused {
            let attempt = Counted::AuthAttempt(AuthOperation::Register, result.is_ok());
            self.ports.counters.count(attempt);
        }
        result
    }

    async fn try_register(&self, command: Register) -> Result<User, Error> {
        // Asked before the expensive hash; the unique index decides between two who race.
        let mut look = PlatformWork::begin(&self.ports, None, Access::Read).await?;
        if look
            .tx
            .users()
            .find_account(&command.email)
            .await?
            .is_some()
        {
            return Err(Error::Taken(Unique::Email));
        }
        drop(look);
        self.passwords.check(&command.password)?;
        let password_hash = self.ports.hasher.hash(&command.password).await?;

        let now = self.ports.clock.now();
        let id = UserId::from_uuid(self.ports.ids.uuid());
        let user = User::register(id, command.email, command.display_name, now);
        let mut work = PlatformWork::begin(&self.ports, Some(id), Access::Write).await?;
        work.tx
            .users()
            .insert(&Account {
                user: user.clone(),
                password_hash,
            })
            .await?;
        work.commit(id, now, AuditTrail::of(AuditEvent::user_registered(id)))
            .await?;
        Ok(user)
    }
}
