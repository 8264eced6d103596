use super::ApiKeys;
use crate::{
    error::{Challenge, Error},
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    api_key::ApiKey,
    audit::{AuditEvent, AuditTrail},
    id::{ApiKeyId, TenantId},
    idempotency::IdempotencyKey,
    ports::Counted,
    role::Permission,
    text::ApiKeyName,
};

/// Create an API key.
#[derive(Clone, Debug)]
pub struct IssueApiKey {
    /// What to call it.
    pub name: ApiKeyName,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
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
            .write(caller, tenant, Permission::ManageApiKeys)
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
        let id = ApiKeyId::from_uuid(self.ports.ids.uuid());
        let key = ApiKey::issue(id, tenant, command.name, &secret, creator, now);
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
    use domain::{access::Actor, idempotency::Claim, role::Role};

    fn command(key: Option<IdempotencyKey>) -> IssueApiKey {
        IssueApiKey {
            name: ApiKeyName::parse("deploy").unwrap(),
            key,
        }
    }

    fn issued() -> ApiKey {
        let id = ApiKeyId::from_uuid(made_id(1));
        ApiKey::issue(
            id,
            tenant_id(),
            command(None).name,
            &new_key(),
            user_id(),
            NOW,
        )
    }

    #[tokio::test]
    async fn the_key_is_committed_with_its_event_and_shown_once() {
        let mut fixture = Fixture::member(Role::Admin);
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
                at: NOW,
                trail: AuditTrail::of(event),
            }]
        );
        assert_eq!(world.counted(), [counted, Counted::ApiKeyCreated]);
    }

    #[tokio::test]
    async fn what_is_stored_for_a_replay_is_not_the_secret() {
        let mut fixture = Fixture::member(Role::Owner);
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
        assert_refused(Permission::ManageApiKeys, async |app, caller| {
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
