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
