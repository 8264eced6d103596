use super::Auth;
use crate::{Ports, error::Error, gate::PlatformWork};
use domain::{
    access::Origin,
    audit::{AuditEvent, AuditTrail},
    email::Email,
    id::UserId,
    password::{Password, PasswordHash, PasswordPolicy},
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
    /// Where the request came from.
    pub origin: Origin,
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
        let (policy, email, password) = (self.passwords, &command.email, &command.password);
        let password_hash = password_of_new_user(&self.ports, policy, email, password).await?;

        let now = self.ports.clock.now();
        let origin = Origin {
            at: now,
            ..command.origin
        };
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
        work.commit(id, &origin, AuditTrail::of(AuditEvent::user_registered(id)))
            .await?;
        Ok(user)
    }
}

/// The hash of the password that somebody wants to register with.
pub(crate) async fn password_of_new_user(
    ports: &Ports,
    policy: PasswordPolicy,
    email: &Email,
    password: &Password,
) -> Result<PasswordHash, Error> {
    // Asked before the expensive hash; the unique index decides between two who race.
    let mut look = PlatformWork::begin(ports, None, Access::Read).await?;
    if look.tx.users().find_account(email).await?.is_some() {
        return Err(Error::Taken(Unique::Email));
    }
    drop(look);
    policy.check(password)?;
    Ok(ports.hasher.hash(password).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::{Actor, CallerFacts},
        audit::AuditAction,
        password::WeakPassword,
        ports::{HashingUnavailable, StoreError},
    };

    fn command() -> Register {
        Register {
            email: email(),
            password: password(),
            display_name: DisplayName::parse("Ada").unwrap(),
            origin: caller().origin,
        }
    }

    fn registered() -> User {
        let Register {
            email,
            display_name,
            ..
        } = command();
        User::register(UserId::from_uuid(made_id(1)), email, display_name, NOW)
    }

    /// The address is known to belong to this account, or to none.
    fn knowing(account: Option<Account>) -> Fixture {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let find = fixture.on.users.expect_find_account();
        find.withf(|address| *address == email())
            .returning(move |_| Ok(account.clone()));
        fixture
    }

    fn attempt(success: bool) -> Counted {
        Counted::AuthAttempt(AuthOperation::Register, success)
    }

    #[tokio::test]
    async fn the_user_is_committed_with_the_hash_and_the_event() {
        let mut fixture = knowing(None);
        let hashing = fixture.hasher.expect_hash().once();
        hashing
            .withf(|clear| *clear == password())
            .returning(|_| Ok(hash("new")));
        let insert = fixture.on.users.expect_insert().once();
        insert
            .withf(|new| (&new.user, &new.password_hash) == (&registered(), &hash("new")))
            .returning(|_| Ok(()));
        let world = fixture.start();

        let user = world.app.auth.register(command()).await.unwrap();
        assert_eq!(user, registered());
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: None,
                actor: Actor::User(user.id),
                operated: None,
                origin: origin(),
                trail: AuditTrail::of(AuditEvent::user_registered(user.id)),
            }]
        );
        let recorded = Counted::AuditEventRecorded(AuditAction::UserRegistered);
        assert_eq!(world.counted(), [recorded, attempt(true)]);
    }

    #[tokio::test]
    async fn a_known_address_is_refused_without_hashing() {
        let world = knowing(Some(account())).start();
        let refused = world.app.auth.register(command()).await;
        assert!(matches!(refused, Err(Error::Taken(Unique::Email))));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [attempt(false)]);
    }

    #[tokio::test]
    async fn of_two_who_race_for_an_address_the_index_refuses_one() {
        let mut fixture = knowing(None);
        fixture.hasher.expect_hash().returning(|_| Ok(hash("new")));
        let insert = fixture.on.users.expect_insert();
        insert.returning(|_| Err(StoreError::Taken(Unique::Email)));
        let world = fixture.start();

        let refused = world.app.auth.register(command()).await;
        assert!(matches!(refused, Err(Error::Taken(Unique::Email))));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [attempt(false)]);
    }

    #[tokio::test]
    async fn a_weak_password_is_refused_without_hashing() {
        let world = knowing(None).start();
        let weak = Register {
            password: Password::new("too short"),
            ..command()
        };
        let refused = world.app.auth.register(weak).await;
        assert!(matches!(
            refused,
            Err(Error::WeakPassword(WeakPassword::TooShort { min: 12 }))
        ));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [attempt(false)]);
    }

    #[tokio::test]
    async fn a_full_hashing_queue_is_no_attempt() {
        let mut fixture = knowing(None);
        let hashing = fixture.hasher.expect_hash();
        hashing.returning(|_| Err(HashingUnavailable));
        let world = fixture.start();

        let refused = world.app.auth.register(command()).await;
        assert!(matches!(refused, Err(Error::HashingAtCapacity)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_commit_that_fails_counts_nothing() {
        let mut fixture = knowing(None);
        let hashing = fixture.hasher.expect_hash();
        hashing.returning(|_| Ok(hash("new")));
        fixture.on.users.expect_insert().returning(|_| Ok(()));
        let world = fixture.start();
        world.set_down(true);

        let refused = world.app.auth.register(command()).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))));
        world.assert_untouched();
    }
}
