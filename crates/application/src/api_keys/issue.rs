use super::ApiKeys;
use crate::{
    error::{Challenge, Error},
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    api_key::{ApiKey, KeyTerms, TermsDenied},
    audit::{AuditEvent, AuditTrail},
    id::{ApiKeyId, TenantId},
    idempotency::IdempotencyKey,
    network::AddressList,
    permission::{Permission, PermissionSet},
    policy::{Policy, Reach},
    ports::Counted,
    text::{ApiKeyDescription, ApiKeyName},
};
use time::OffsetDateTime;

/// Create an API key.
#[derive(Clone, Debug)]
pub struct IssueApiKey {
    /// What to call it.
    pub name: ApiKeyName,
    /// What it is for.
    pub description: Option<ApiKeyDescription>,
    /// What it may do; without any, as much of [`KeyTerms::DEFAULT_SCOPES`] as its creator may do.
    pub scopes: Option<PermissionSet>,
    /// When it stops counting.
    pub expires_at: Option<OffsetDateTime>,
    /// Where it may be used from.
    pub allowed_from: Option<AddressList>,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl IssueApiKey {
    /// The terms for a creator who holds this policy.
    fn terms(&self, creator: Policy) -> KeyTerms {
        let default = Policy::unconditional(KeyTerms::DEFAULT_SCOPES.into_iter().collect());
        let scopes = self.scopes.unwrap_or_else(|| {
            let held = default.intersection(creator).iter();
            held.filter(|(_, reach)| *reach == Reach::Everything)
                .map(|(permission, _)| permission)
                .collect()
        });
        KeyTerms {
            name: self.name.clone(),
            description: self.description.clone(),
            scopes,
            expires_at: self.expires_at,
            allowed_from: self.allowed_from.clone(),
        }
    }
}

/// A new API key with its raw form, which is shown this once.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedKey {
    /// The key.
    pub key: ApiKey,
    /// Its raw form; none when the answer is a replay, which has no secret to give away.
    pub raw: Option<String>,
}

impl std::fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedKey")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl ApiKeys {
    /// Creates an API key.
    ///
    /// # Errors
    /// The gate's refusals and the idempotency conflicts.
    pub async fn issue(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: IssueApiKey,
    ) -> Result<Outcome<IssuedKey>, Error> {
        let secret = self.ports.mint.mint();
        let mut work = self
            .gate
            .write(caller, tenant, Permission::CreateApiKeys)
            .await?;
        let now = work.scope.at();
        let creator = work
            .scope
            .actor()
            .user()
            .ok_or(Error::Unauthenticated(Challenge::Token))?;
        let (counters, actor, by) = (
            &*self.ports.counters,
            creator.as_uuid(),
            command.key.as_ref(),
        );
        if let Some(key) = replay(work.tx.idempotency(), actor, by, now, counters).await? {
            return Ok(Outcome::Replayed(IssuedKey { key, raw: None }));
        }
        let tenant_row = work.tx.tenant().find().await?.ok_or(Error::Stranger)?;
        let policy = work.scope.policy();
        let terms = command.terms(policy);
        let terms = terms.within(policy, tenant_row.state().api_key_max_days, now);
        let terms = terms.map_err(|denied| match denied {
            TermsDenied::BeyondCreator(permissions) => work.escalation(permissions),
            impossible => Error::KeyTerms(impossible),
        })?;
        let id = ApiKeyId::from_uuid(self.ports.ids.uuid());
        let key = ApiKey::issue(id, tenant, terms, &secret, creator, now);
        work.tx.api_keys().insert(&key, &secret).await?;
        remember(work.tx.idempotency(), actor, by, &key).await?;
        work.commit(AuditTrail::of(AuditEvent::api_key_created(&key)))
            .await?;
        counters.count(Counted::ApiKeyCreated);
        Ok(Outcome::Fresh(IssuedKey {
            key,
            raw: Some(secret.raw),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{access::Actor, idempotency::Claim, role::Role, tenant::TenantChange};
    use time::Duration;

    fn command(key: Option<IdempotencyKey>) -> IssueApiKey {
        IssueApiKey {
            name: key_terms().name,
            description: None,
            scopes: None,
            expires_at: None,
            allowed_from: None,
            key,
        }
    }

    fn issued() -> ApiKey {
        let id = ApiKeyId::from_uuid(made_id(1));
        ApiKey::issue(id, tenant_id(), key_terms(), &new_key(), user_id(), NOW)
    }

    #[tokio::test]
    async fn the_key_is_committed_with_its_event_and_shown_once() {
        let mut fixture = Fixture::member(Role::Admin).with_tenant();
        let insert = fixture.on.api_keys.expect_insert().once();
        insert
            .withf(|key, secret| (key, secret) == (&issued(), &new_key()))
            .returning(|_, _| Ok(()));
        let world = fixture.start();

        let api_keys = &world.app.api_keys;
        let outcome = api_keys.issue(&caller(), tenant_id(), command(None)).await;
        let expected = IssuedKey {
            key: issued(),
            raw: Some(new_key().raw),
        };
        assert_eq!(outcome.unwrap(), Outcome::Fresh(expected));
        let event = AuditEvent::api_key_created(&issued());
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(
            world.commits(),
            [Commit {
                tenant: Some(tenant_id()),
                actor: Actor::User(user_id()),
                operated: None,
                origin: origin(),
                trail: AuditTrail::of(event),
            }]
        );
        assert_eq!(world.counted(), [counted, Counted::ApiKeyCreated]);
    }

    #[tokio::test]
    async fn what_is_stored_for_a_replay_is_not_the_secret() {
        let mut fixture = Fixture::member(Role::Owner).with_tenant();
        let insert = fixture.on.api_keys.expect_insert();
        insert.returning(|_, _| Ok(()));
        let records = &mut fixture.on.idempotency;
        records.expect_claim().returning(|_, _, _| Ok(Claim::Fresh));
        records
            .expect_complete()
            .once()
            .withf(|_, _, outcome| !outcome.0.contains("secret") && outcome.0.contains("deploy"))
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();

        let (api_keys, command) = (&world.app.api_keys, command(Some(idempotency_key())));
        let outcome = api_keys.issue(&caller(), tenant_id(), command).await;
        assert!(matches!(outcome.unwrap(), Outcome::Fresh(_)));
        assert_eq!(world.committed(), ["api_key.created"]);
    }

    #[tokio::test]
    async fn a_replay_has_no_secret_to_give_away_and_writes_nothing() {
        let mut fixture = Fixture::member(Role::Owner);
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&api_key()).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();

        let (api_keys, command) = (&world.app.api_keys, command(Some(idempotency_key())));
        let outcome = api_keys.issue(&caller(), tenant_id(), command).await;
        let expected = IssuedKey {
            key: api_key(),
            raw: None,
        };
        assert_eq!(outcome.unwrap(), Outcome::Replayed(expected));
        assert_eq!(world.commits(), []);
        assert_eq!(world.counted(), [Counted::IdempotencyReplay]);
    }

    /// What becomes of a command in an organisation that lets keys live so many days.
    async fn issuing(
        fixture: Fixture,
        max_days: Option<u16>,
        command: IssueApiKey,
    ) -> (World, Result<Outcome<IssuedKey>, Error>) {
        let mut fixture = fixture;
        fixture.on.tenant.expect_find().returning(move || {
            let mut found = tenant();
            let change = TenantChange {
                api_key_max_days: Some(max_days),
                ..TenantChange::default()
            };
            found.update(change, NOW);
            Ok(Some(found))
        });
        let insert = fixture.on.api_keys.expect_insert();
        insert.returning(|_, _| Ok(()));
        let world = fixture.start();
        let api_keys = &world.app.api_keys;
        let outcome = api_keys.issue(&caller(), tenant_id(), command).await;
        (world, outcome)
    }

    fn issued_key(outcome: Result<Outcome<IssuedKey>, Error>) -> ApiKey {
        let Outcome::Fresh(issued) = outcome.unwrap() else {
            panic!("nothing was there to be replayed");
        };
        issued.key
    }

    #[tokio::test]
    async fn a_key_gets_what_was_asked_for_and_no_more() {
        let scopes = [Permission::ReadProjects, Permission::ReadAuditEvents];
        let asked = IssueApiKey {
            scopes: Some(scopes.into_iter().collect()),
            expires_at: Some(NOW + Duration::DAY),
            allowed_from: Some(AddressList::parse("203.0.113.0/24").unwrap()),
            ..command(None)
        };
        let expected = KeyTerms {
            name: asked.name.clone(),
            description: None,
            scopes: scopes.into_iter().collect(),
            expires_at: asked.expires_at,
            allowed_from: asked.allowed_from.clone(),
        };
        let (_, outcome) = issuing(Fixture::member(Role::Admin), None, asked).await;
        assert_eq!(issued_key(outcome).terms, expected);
    }

    #[tokio::test]
    async fn without_scopes_a_key_gets_what_its_creator_holds_of_the_default_for_everything() {
        let creator = Fixture::holding("*:api_keys read:projects delete:projects[owner]");
        let (_, outcome) = issuing(creator, None, command(None)).await;
        let held = [Permission::ReadProjects].into_iter().collect();
        assert_eq!(issued_key(outcome).terms.scopes, held);
    }

    #[tokio::test]
    async fn nobody_gives_a_key_what_they_do_not_hold() {
        let creator = Fixture::holding("*:api_keys read:projects update:projects[owner]");
        let scopes = [Permission::ReadProjects, Permission::UpdateProjects];
        let asked = IssueApiKey {
            scopes: Some(scopes.into_iter().collect()),
            ..command(None)
        };
        let (world, outcome) = issuing(creator, None, asked).await;
        assert!(matches!(outcome, Err(Error::Escalation(_))));
        assert_escalation_noted(&world, &[Permission::UpdateProjects]).await;
    }

    #[tokio::test]
    async fn the_organisation_bounds_the_life_of_a_key() {
        let lives = |expires_at| IssueApiKey {
            expires_at,
            ..command(None)
        };
        let admin = || Fixture::member(Role::Admin);
        let (_, outcome) = issuing(admin(), Some(2), lives(None)).await;
        let latest = NOW + Duration::days(2);
        assert_eq!(issued_key(outcome).terms.expires_at, Some(latest));
        for (expires_at, denied) in [
            (
                latest + Duration::MICROSECOND,
                TermsDenied::TooLong { max_days: 2 },
            ),
            (NOW, TermsDenied::AlreadyExpired),
        ] {
            let (world, outcome) = issuing(admin(), Some(2), lives(Some(expires_at))).await;
            let Err(Error::KeyTerms(why)) = outcome else {
                panic!("{outcome:?}");
            };
            assert_eq!(why, denied);
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn a_key_makes_no_keys_whatever_it_was_granted() {
        let world = Fixture::with(almighty_key()).start();
        let api_keys = &world.app.api_keys;
        let outcome = api_keys
            .issue(&key_caller(), tenant_id(), command(None))
            .await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_manage_keys_is_refused_before_anything_is_written() {
        assert_refused(Permission::CreateApiKeys, async |app, caller| {
            let command = command(Some(idempotency_key()));
            app.api_keys.issue(caller, tenant_id(), command).await
        })
        .await;
    }

    #[test]
    fn debug_does_not_show_the_raw_key() {
        let issued = IssuedKey {
            key: issued(),
            raw: Some(new_key().raw),
        };
        assert!(!format!("{issued:?}").contains("secret"));
    }
}
