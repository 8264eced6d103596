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
