use super::Tenants;
use crate::{
    error::{Error, Resource},
    gate::PlatformWork,
    onboarding::{Answer, Founded, Founding},
    operators::{Operation, OperatorCaller},
    outcome::Outcome,
    rules::TenancyRules,
};
use domain::{
    email::Email,
    id::UserId,
    idempotency::IdempotencyKey,
    operator::{OperatorAction, OperatorEvent},
    ports::Access,
    slug::Slug,
    tenant::{Isolation, Placement, Tier},
    text::{ApiKeyName, DatabaseName, Reason, TenantName},
};

/// Found an organisation for somebody.
#[derive(Clone, Debug)]
pub struct CreateTenant {
    /// Its name.
    pub name: TenantName,
    /// Its slug; derived from the name when there is none.
    pub slug: Option<Slug>,
    /// What it is entitled to; as the deployment has it for new ones when there is none.
    pub tier: Option<Tier>,
    /// What keeps it apart; likewise.
    pub isolation: Option<Isolation>,
    /// The configured database to put its data into; the main one when there is none.
    pub database: Option<DatabaseName>,
    /// Whose it is.
    pub owner: Owner,
    /// The name of a first API key, if there is to be one.
    pub key_name: Option<ApiKeyName>,
    /// Why.
    pub reason: Reason,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

/// A user, as operators name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// By id.
    Id(UserId),
    /// By the address that they registered with.
    Email(Email),
}

impl Tenants {
    /// Founds an organisation with an existing user as its owner.
    ///
    /// # Errors
    /// [`Error::OperatorKey`], [`Error::NotFound`] for the owner, [`Error::Taken`] for the slug,
    /// [`Error::TierForbidsPlace`], [`Error::SiloUnsupported`], [`Error::UnknownDatabase`], the idempotency conflicts.
    pub async fn create(
        &self,
        caller: &OperatorCaller,
        command: CreateTenant,
    ) -> Result<Outcome<Founded>, Error> {
        let secret = command.key_name.map(|name| (name, self.ports.mint.mint()));
        let Operation { by, mut work } = self.operators.begin(caller, Access::Write).await?;
        let (onboarding, now) = (&self.onboarding, by.origin.at);
        let answer = command.key.map(|key| Answer {
            actor: by.id.as_uuid(),
            key,
        });
        if let Some(founded) = onboarding.replayed(&mut work, answer.as_ref(), now).await? {
            return Ok(Outcome::Replayed(founded));
        }
        let owner = owner(&mut work, &command.owner).await?;
        let TenancyRules {
            tier, isolation, ..
        } = self.rules.tenancy;
        let place = Placement {
            isolation: command.isolation.unwrap_or(isolation),
            database: command.database,
        };
        let place = (command.tier.unwrap_or(tier), place);
        let tenant = onboarding.plan_at(command.name, command.slug, place, now)?;
        let key = secret.map(|(name, new)| onboarding.first_key(name, new, &tenant, owner));

        let action = OperatorAction::OrganisationCreated;
        let event = OperatorEvent::operated(&by.name, action, &tenant, &command.reason);
        work.tx.operators().record(&event, &by.origin).await?;
        let scope = by.scope(tenant.id(), command.reason);
        let founding = Founding {
            tenant,
            owner,
            key,
            answer,
        };
        let founded = onboarding.found(work, scope, founding).await?;
        Ok(Outcome::Fresh(founded))
    }
}

async fn owner(work: &mut PlatformWork, owner: &Owner) -> Result<UserId, Error> {
    let users = work.tx.users();
    let user = match owner {
        Owner::Id(id) => users.find(*id).await?,
        Owner::Email(email) => {
            let account = users.find_account(email).await?;
            account.map(|account| account.user)
        }
    };
    let active = user.filter(|user| user.is_active);
    Ok(active.ok_or(Error::NotFound(Resource::User))?.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api_keys::IssuedKey, testing::*};
    use domain::{
        audit::{AuditAction, AuditEvent, AuditTrail},
        id::{ApiKeyId, MembershipId, TenantId},
        idempotency::Claim,
        membership::Membership,
        ports::Counted,
        role::Role,
        tenant::Tenant,
        user::User,
    };

    fn command(owner: Owner) -> CreateTenant {
        CreateTenant {
            name: TenantName::parse("Acme").unwrap(),
            slug: None,
            tier: Some(Tier::Pro),
            isolation: None,
            database: None,
            owner,
            key_name: Some(ApiKeyName::parse("deploy").unwrap()),
            reason: reason(),
            key: None,
        }
    }

    fn planned() -> Tenant {
        let CreateTenant { name, .. } = command(Owner::Id(user_id()));
        let id = TenantId::from_uuid(made_id(1));
        Tenant::found(id, name, None, NOW).placed(Tier::Pro, Placement::POOL)
    }

    fn key() -> domain::api_key::ApiKey {
        let (id, secret) = (ApiKeyId::from_uuid(made_id(2)), new_key());
        domain::api_key::ApiKey::issue(id, planned().id(), key_terms(), &secret, user_id(), NOW)
    }

    /// The owner is found, by either name, or not.
    fn owned_by(user: Option<User>) -> Fixture {
        let mut fixture = Fixture::operator();
        let by_id = user.clone();
        fixture
            .on
            .users
            .expect_find()
            .returning(move |_| Ok(by_id.clone()));
        fixture.on.users.expect_find_account().returning(move |_| {
            let account = |user| domain::user::Account { user, ..account() };
            Ok(user.clone().map(account))
        });
        fixture
    }

    fn founding(tenant: Tenant) -> Fixture {
        let action = OperatorAction::OrganisationCreated;
        let mut fixture = owned_by(Some(user())).recording(operated(action, &tenant));
        let insert = fixture.on.tenants.expect_insert().once();
        insert
            .withf(move |new| *new == tenant)
            .returning(|_| Ok(()));
        let insert = fixture.on.members.expect_insert().once();
        insert
            .withf(|new| {
                let id = MembershipId::from_uuid(made_id(3));
                let tenant = planned().id();
                *new == Membership::join(id, tenant, user_id(), Role::Owner, NOW)
            })
            .returning(|_| Ok(()));
        let insert = fixture.on.api_keys.expect_insert().once();
        insert
            .withf(|new, secret| (new, secret) == (&key(), &new_key()))
            .returning(|_, _| Ok(()));
        fixture
    }

    #[tokio::test]
    async fn everything_is_one_commit_and_the_key_is_shown_once() {
        for owner in [Owner::Id(user_id()), Owner::Email(email())] {
            let world = founding(planned()).start();
            let tenants = &world.app.tenants;
            let outcome = tenants.create(&world.operating(), command(owner)).await;
            let expected = Founded {
                tenant: planned(),
                key: Some(IssuedKey {
                    key: key(),
                    raw: Some(new_key().raw),
                }),
                answer: None,
            };
            assert_eq!(outcome.unwrap(), Outcome::Fresh(expected));
            let commits = world.commits();
            assert_eq!(commits.len(), 1);
            let by = Some((operator().name, reason()));
            assert_eq!((&commits[0].operated, &commits[0].origin), (&by, &origin()));
            let (action, tenant) = (AuditAction::OrganisationCreated, planned());
            let founded =
                AuditEvent::organisation_operated(action, tenant.state(), &tenant, &reason());
            let trail: AuditTrail = [founded, AuditEvent::api_key_created(&key())]
                .into_iter()
                .collect();
            assert_eq!(commits[0].trail, trail);
            let counted = world.counted();
            assert_eq!(
                counted[2..],
                [Counted::OrganisationCreated, Counted::ApiKeyCreated]
            );
        }
    }

    #[tokio::test]
    async fn nobody_owns_what_is_founded_for_a_stranger_or_an_inactive_user() {
        for user in [None, Some(inactive_user())] {
            let world = owned_by(user).start();
            let (tenants, by) = (&world.app.tenants, world.operating());
            let refused = tenants.create(&by, command(Owner::Email(email()))).await;
            assert!(matches!(refused, Err(Error::NotFound(Resource::User))));
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn a_place_that_there_is_not_or_that_the_tier_lacks_is_refused() {
        let silo = CreateTenant {
            isolation: Some(Isolation::Silo),
            ..command(Owner::Id(user_id()))
        };
        let poor = CreateTenant {
            tier: None,
            ..silo.clone()
        };
        let elsewhere = CreateTenant {
            database: Some(DatabaseName::parse("eu").unwrap()),
            ..command(Owner::Id(user_id()))
        };
        for (command, expected) in [
            (silo, "SiloUnsupported"),
            (poor, "TierForbidsPlace"),
            (elsewhere, "UnknownDatabase"),
        ] {
            let world = owned_by(Some(user())).start();
            let refused = world.app.tenants.create(&world.operating(), command).await;
            assert_eq!(format!("{:?}", refused.unwrap_err()), expected);
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn a_configured_database_is_a_place_that_has_to_be_made() {
        let database = DatabaseName::parse("eu").unwrap();
        let placement = Placement {
            isolation: Isolation::Silo,
            database: Some(database.clone()),
        };
        let tenant = planned().placed(Tier::Pro, placement);
        let mut fixture = founding(tenant.clone());
        fixture.rules.tenancy.databases = vec![(database.clone(), true)];
        let world = fixture.start();
        let command = CreateTenant {
            isolation: Some(Isolation::Silo),
            database: Some(database),
            ..command(Owner::Id(user_id()))
        };
        let outcome = world.app.tenants.create(&world.operating(), command).await;
        let Outcome::Fresh(founded) = outcome.unwrap() else {
            panic!("nothing was asked before");
        };
        assert_eq!(founded.tenant, tenant);
        assert!(world.committed().is_empty());
    }

    #[tokio::test]
    async fn a_replay_has_the_key_without_its_secret() {
        let first = Founded {
            tenant: planned(),
            key: Some(IssuedKey {
                key: key(),
                raw: Some(new_key().raw),
            }),
            answer: None,
        };
        let stored = crate::stored::encode(&first).unwrap();
        assert!(!stored.0.contains(&new_key().raw));
        let mut fixture = Fixture::operator();
        let claim = fixture.on.idempotency.expect_claim();
        claim
            .withf(|actor, _, _| *actor == operator().id.as_uuid())
            .returning(move |_, _, _| Ok(Claim::Replay(stored.clone())));
        let world = fixture.start();
        let command = CreateTenant {
            key: Some(idempotency_key()),
            ..command(Owner::Id(user_id()))
        };
        let outcome = world.app.tenants.create(&world.operating(), command).await;
        let Outcome::Replayed(replayed) = outcome.unwrap() else {
            panic!("it was asked before");
        };
        assert_eq!(replayed.tenant, planned());
        let issued = replayed.key.unwrap();
        assert_eq!((issued.key, issued.raw), (key(), None));
        assert_eq!(world.commits(), []);
    }
}
