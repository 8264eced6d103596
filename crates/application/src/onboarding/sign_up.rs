use super::{Founded, Founding, Onboarding};
use crate::{
    auth::{Register, password_of_new_user},
    error::Error,
    gate::PlatformWork,
};
use domain::{
    access::{Origin, TenantScope},
    audit::{AuditAction, AuditEvent},
    id::UserId,
    ports::{Access, AuthOperation, Counted},
    slug::Slug,
    text::{ApiKeyName, TenantName},
    user::{Account, User},
};

/// Become a user who owns a new organisation.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// The organisation's name.
    pub name: TenantName,
    /// Its slug; derived from the name when there is none.
    pub slug: Option<Slug>,
    /// Who is going to own it.
    pub owner: Register,
    /// The name of a first API key, if there is to be one.
    pub key_name: Option<ApiKeyName>,
}

/// Who signed up, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUp {
    /// The user.
    pub user: User,
    /// The organisation, which the user owns.
    pub founded: Founded,
}

impl Onboarding {
    /// Registers a user and founds an organisation for them, both or neither.
    ///
    /// # Errors
    /// [`Error::Taken`] for a known address or slug, [`Error::WeakPassword`], [`Error::HashingAtCapacity`].
    pub async fn sign_up(&self, command: SignUp) -> Result<SignedUp, Error> {
        let result = self.try_sign_up(command).await;
        let refused = matches!(result, Err(Error::Taken(_) | Error::WeakPassword(_)));
        if result.is_ok() || refused {
            let attempt = Counted::AuthAttempt(AuthOperation::Register, result.is_ok());
            self.ports.counters.count(attempt);
        }
        result
    }

    async fn try_sign_up(&self, command: SignUp) -> Result<SignedUp, Error> {
        let (ports, policy, owner) = (&self.ports, self.rules.passwords, command.owner);
        let password_hash =
            password_of_new_user(ports, policy, &owner.email, &owner.password).await?;
        let secret = command.key_name.map(|name| (name, ports.mint.mint()));
        let now = ports.clock.now();
        let origin = Origin {
            at: now,
            ..owner.origin
        };
        let id = UserId::from_uuid(ports.ids.uuid());
        let user = User::register(id, owner.email, owner.display_name, now);
        let tenant = self.plan(command.name, command.slug, now)?;
        let key = secret.map(|(name, secret)| self.first_key(name, secret, &tenant, id));

        let mut work = PlatformWork::begin(ports, Some(id), Access::Write).await?;
        let account = Account {
            user: user.clone(),
            password_hash,
        };
        work.tx.users().insert(&account).await?;
        let registered = AuditEvent::user_registered(id);
        work.tx.events().record(&registered, &origin).await?;
        let scope = TenantScope::founder(tenant.id(), id, origin);
        let founding = Founding {
            tenant,
            owner: id,
            key,
            answer: None,
        };
        let founded = self.found(work, scope, founding).await?;
        let recorded = Counted::AuditEventRecorded(AuditAction::UserRegistered);
        ports.counters.count(recorded);
        Ok(SignedUp { user, founded })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        access::{Actor, CallerFacts},
        audit::AuditTrail,
        id::{MembershipId, TenantId},
        membership::Membership,
        password::{Password, WeakPassword},
        ports::{StoreError, Unique},
        role::Role,
        tenant::Tenant,
        text::DisplayName,
    };

    fn command() -> SignUp {
        SignUp {
            name: TenantName::parse("Acme").unwrap(),
            slug: None,
            owner: Register {
                email: email(),
                password: password(),
                display_name: DisplayName::parse("Ada").unwrap(),
                origin: arrival(),
            },
            key_name: None,
        }
    }

    fn registered() -> User {
        let id = UserId::from_uuid(made_id(1));
        User::register(id, email(), DisplayName::parse("Ada").unwrap(), NOW)
    }

    fn founded() -> Tenant {
        Tenant::found(TenantId::from_uuid(made_id(2)), command().name, None, NOW)
    }

    /// The address is free, and the password is hashed.
    fn fixture() -> Fixture {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let find = fixture.on.users.expect_find_account();
        find.returning(|_| Ok(None));
        fixture.hasher.expect_hash().returning(|_| Ok(hash("new")));
        fixture
    }

    fn attempt(success: bool) -> Counted {
        Counted::AuthAttempt(AuthOperation::Register, success)
    }

    #[tokio::test]
    async fn the_user_the_organisation_and_both_events_are_one_commit() {
        let mut fixture = fixture();
        let insert = fixture.on.users.expect_insert().once();
        insert
            .withf(|new| (&new.user, &new.password_hash) == (&registered(), &hash("new")))
            .returning(|_| Ok(()));
        let record = fixture.on.events.expect_record().once();
        record
            .withf(|event, from| {
                let expected = AuditEvent::user_registered(registered().id);
                (event, from) == (&expected, &origin())
            })
            .returning(|_, _| Ok(()));
        let insert = fixture.on.tenants.expect_insert().once();
        insert.withf(|new| *new == founded()).returning(|_| Ok(()));
        let insert = fixture.on.members.expect_insert().once();
        insert
            .withf(|new| {
                let (id, user) = (MembershipId::from_uuid(made_id(3)), registered().id);
                *new == Membership::join(id, founded().id(), user, Role::Owner, NOW)
            })
            .returning(|_| Ok(()));
        let world = fixture.start();

        let signed_up = world.app.onboarding.sign_up(command()).await.unwrap();
        assert_eq!(signed_up.user, registered());
        assert_eq!(signed_up.founded.tenant, founded());
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: Some(founded().id()),
                actor: Actor::User(registered().id),
                operated: None,
                origin: origin(),
                trail: AuditTrail::of(AuditEvent::organisation_created(&founded())),
            }]
        );
        let recorded = Counted::AuditEventRecorded;
        let expected = [
            recorded(AuditAction::OrganisationCreated),
            Counted::OrganisationCreated,
            recorded(AuditAction::UserRegistered),
            attempt(true),
        ];
        assert_eq!(world.counted(), expected);
    }

    #[tokio::test]
    async fn a_known_address_is_refused_before_the_expensive_hash() {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let find = fixture.on.users.expect_find_account();
        find.returning(|_| Ok(Some(account())));
        let world = fixture.start();
        let refused = world.app.onboarding.sign_up(command()).await;
        assert!(matches!(refused, Err(Error::Taken(Unique::Email))));
        assert_eq!(
            (world.commits(), world.counted()),
            (vec![], vec![attempt(false)])
        );
    }

    #[tokio::test]
    async fn a_taken_slug_registers_nobody() {
        let mut fixture = fixture();
        fixture.on.users.expect_insert().returning(|_| Ok(()));
        fixture.on.events.expect_record().returning(|_, _| Ok(()));
        let insert = fixture.on.tenants.expect_insert();
        insert.returning(|_| Err(StoreError::Taken(Unique::Slug)));
        let world = fixture.start();
        let refused = world.app.onboarding.sign_up(command()).await;
        assert!(matches!(refused, Err(Error::Taken(Unique::Slug))));
        assert_eq!(
            (world.commits(), world.counted()),
            (vec![], vec![attempt(false)])
        );
    }

    #[tokio::test]
    async fn a_weak_password_is_refused_before_it_is_hashed() {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let find = fixture.on.users.expect_find_account();
        find.returning(|_| Ok(None));
        let world = fixture.start();
        let mut command = command();
        command.owner.password = Password::new("             ");
        let refused = world.app.onboarding.sign_up(command).await;
        assert!(matches!(
            refused,
            Err(Error::WeakPassword(WeakPassword::Blank))
        ));
        assert_eq!(world.commits(), []);
    }
}
