use super::{ApiKeys, IssuedKey};
use crate::{
    error::{Challenge, Error, Resource},
    gate::Caller,
    outcome::{Outcome, remember, replay},
};
use domain::{
    api_key::KeyDead,
    audit::{AuditEvent, AuditTrail},
    id::{ApiKeyId, TenantId},
    idempotency::IdempotencyKey,
    permission::Permission,
};
use time::Duration;

/// Give an API key a new secret.
#[derive(Clone, Debug)]
pub struct RotateApiKey {
    /// How long the secret before goes on counting.
    pub overlap: Duration,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl ApiKeys {
    /// Gives an API key a new secret, which is shown this once. Whoever rotates a key learns what opens all that it
    /// may do, and so has to hold as much.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Escalation`], [`Error::KeyDead`], the idempotency conflicts.
    pub async fn rotate(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ApiKeyId,
        command: RotateApiKey,
    ) -> Result<Outcome<IssuedKey>, Error> {
        let secret = self.ports.mint.mint();
        let mut work = self
            .gate
            .write(caller, tenant, Permission::UpdateApiKeys)
            .await?;
        let user = work.scope.actor().user();
        let actor = user
            .ok_or(Error::Unauthenticated(Challenge::Token))?
            .as_uuid();
        let (now, by) = (work.scope.at(), command.key.as_ref());
        let counters = &*self.ports.counters;
        if let Some(key) = replay(work.tx.idempotency(), actor, by, now, counters).await? {
            return Ok(Outcome::Replayed(IssuedKey { key, raw: None }));
        }
        let found = work.tx.api_keys().find(id).await?;
        let mut key = found.ok_or(Error::NotFound(Resource::ApiKey))?;
        let beyond = key.terms.beyond(work.scope.policy());
        if !beyond.is_empty() {
            return Err(work.escalation(beyond));
        }
        let before = key.clone();
        key.rotate(&secret, command.overlap, now)
            .map_err(|KeyDead| Error::KeyDead)?;
        work.tx.api_keys().rotate(&key, &secret).await?;
        remember(work.tx.idempotency(), actor, by, &key).await?;
        let event = AuditEvent::api_key_rotated(&before, &key);
        work.commit(AuditTrail::of(event)).await?;
        let raw = Some(secret.raw);
        Ok(Outcome::Fresh(IssuedKey { key, raw }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        api_key::{ApiKey, NewKey},
        idempotency::Claim,
        ports::{Counted, StoreError},
        role::Role,
    };

    fn command(key: Option<IdempotencyKey>) -> RotateApiKey {
        let overlap = Duration::HOUR;
        RotateApiKey { overlap, key }
    }

    /// A key whose secret is not the one that is made next.
    fn old() -> ApiKey {
        ApiKey {
            prefix: "saas_old".to_owned(),
            last_used_at: Some(BEFORE),
            last_used_from: Some("2001:db8::7".parse().unwrap()),
            ..api_key()
        }
    }

    fn rotated() -> ApiKey {
        let mut key = old();
        key.rotate(&new_key(), Duration::HOUR, NOW).unwrap();
        key
    }

    fn finding(mut fixture: Fixture, key: Option<ApiKey>) -> Fixture {
        let find = fixture.on.api_keys.expect_find().once();
        find.withf(|id| *id == api_key_id())
            .returning(move |_| Ok(key.clone()));
        fixture
    }

    async fn rotate(world: &World, command: RotateApiKey) -> Result<Outcome<IssuedKey>, Error> {
        let api_keys = &world.app.api_keys;
        api_keys
            .rotate(&caller(), tenant_id(), api_key_id(), command)
            .await
    }

    #[tokio::test]
    async fn the_new_secret_is_committed_with_its_event_and_shown_once() {
        let mut fixture = finding(Fixture::member(Role::Admin), Some(old()));
        let rotation = fixture.on.api_keys.expect_rotate().once();
        rotation
            .withf(|key, secret| (key, secret) == (&rotated(), &new_key()))
            .returning(|_, _| Ok(()));
        let world = fixture.start();

        let expected = IssuedKey {
            key: rotated(),
            raw: Some(new_key().raw),
        };
        let outcome = rotate(&world, command(None)).await;
        assert_eq!(outcome.unwrap(), Outcome::Fresh(expected));
        let event = AuditEvent::api_key_rotated(&old(), &rotated());
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted(), [counted]);
    }

    #[tokio::test]
    async fn a_replay_tells_of_the_rotation_without_its_secret_and_writes_nothing() {
        let mut fixture = finding(Fixture::member(Role::Admin), Some(old()));
        let rotation = fixture.on.api_keys.expect_rotate();
        rotation.returning(|_, _| Ok(()));
        let records = &mut fixture.on.idempotency;
        records.expect_claim().returning(|_, _, _| Ok(Claim::Fresh));
        let NewKey { raw, key_id, .. } = new_key();
        let complete = records.expect_complete().once();
        complete
            .withf(move |_, _, outcome| {
                let secret = outcome.0.contains(&raw) || outcome.0.contains(key_id.as_str());
                let key = crate::stored::decode::<ApiKey>(outcome).unwrap();
                !secret && key == rotated()
            })
            .returning(|_, _, _| Ok(()));
        let world = fixture.start();
        let outcome = rotate(&world, command(Some(idempotency_key()))).await;
        assert!(matches!(outcome.unwrap(), Outcome::Fresh(_)));

        let mut fixture = Fixture::member(Role::Admin);
        fixture.on.idempotency.expect_claim().returning(|_, _, _| {
            let first = crate::stored::encode(&rotated()).unwrap();
            Ok(Claim::Replay(first))
        });
        let world = fixture.start();
        let expected = IssuedKey {
            key: rotated(),
            raw: None,
        };
        let outcome = rotate(&world, command(Some(idempotency_key()))).await;
        assert_eq!(outcome.unwrap(), Outcome::Replayed(expected));
        assert_eq!(world.commits(), []);
    }

    #[tokio::test]
    async fn nobody_gets_hold_of_a_key_that_may_do_more_than_they() {
        let keeper = Fixture::holding("*:api_keys read:projects delete:projects[owner]");
        let world = finding(keeper, Some(old())).with_tenant().start();
        let outcome = rotate(&world, command(None)).await;
        assert!(matches!(outcome, Err(Error::Escalation(_))));
        let beyond = [
            Permission::CreateProjects,
            Permission::UpdateProjects,
            Permission::DeleteProjects,
        ];
        assert_escalation_noted(&world, &beyond).await;
    }

    #[tokio::test]
    async fn a_dead_key_is_not_rotated() {
        let (mut revoked, mut expired) = (old(), old());
        assert!(revoked.revoke(BEFORE));
        expired.terms.expires_at = Some(NOW);
        for dead in [revoked, expired] {
            let world = finding(Fixture::member(Role::Owner), Some(dead)).start();
            let outcome = rotate(&world, command(None)).await;
            assert!(matches!(outcome, Err(Error::KeyDead)));
            world.assert_untouched();
        }
    }

    #[tokio::test]
    async fn a_key_that_is_not_there_is_not_found() {
        let world = finding(Fixture::member(Role::Owner), None).start();
        let outcome = rotate(&world, command(None)).await;
        assert!(matches!(outcome, Err(Error::NotFound(Resource::ApiKey))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_lost_lock_is_answered_as_try_again() {
        let mut fixture = finding(Fixture::member(Role::Owner), Some(old()));
        let rotation = fixture.on.api_keys.expect_rotate();
        rotation.returning(|_, _| Err(StoreError::Stale));
        let world = fixture.start();
        let outcome = rotate(&world, command(None)).await;
        assert!(matches!(
            outcome,
            Err(Error::Unavailable(StoreError::Stale))
        ));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_key_rotates_no_keys_whatever_it_was_granted() {
        let world = Fixture::with(almighty_key()).start();
        let api_keys = &world.app.api_keys;
        let outcome = api_keys
            .rotate(&key_caller(), tenant_id(), api_key_id(), command(None))
            .await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated(Challenge::Token)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_change_keys_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateApiKeys, async |app, caller| {
            let command = command(Some(idempotency_key()));
            app.api_keys
                .rotate(caller, tenant_id(), api_key_id(), command)
                .await
        })
        .await;
    }
}
