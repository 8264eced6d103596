use super::{Answer, Founded, Onboarding, settle::is_waiting};
use crate::{
    api_keys::IssuedKey,
    error::Error,
    gate::PlatformWork,
    outcome::{remember, replay},
};
use domain::{
    access::TenantScope,
    api_key::{ApiKey, KeyTerms, NewKey},
    audit::{AuditAction, AuditEvent, AuditTrail},
    id::{ApiKeyId, MembershipId, UserId},
    membership::Membership,
    ports::{Counted, Counters},
    role::Role,
    tenant::Tenant,
    text::{ApiKeyName, Reason},
};
use time::OffsetDateTime;

/// An organisation that is about to be founded.
pub(crate) struct Founding {
    pub(crate) tenant: Tenant,
    pub(crate) owner: UserId,
    pub(crate) key: Option<(ApiKey, NewKey)>,
    pub(crate) answer: Option<Answer>,
}

impl Onboarding {
    /// The first key of an organisation, on the terms that a key has when nobody says anything.
    pub(crate) fn first_key(
        &self,
        name: ApiKeyName,
        secret: NewKey,
        tenant: &Tenant,
        owner: UserId,
    ) -> (ApiKey, NewKey) {
        let terms = KeyTerms {
            name,
            description: None,
            scopes: KeyTerms::DEFAULT_SCOPES.into_iter().collect(),
            expires_at: None,
            allowed_from: None,
        };
        let id = ApiKeyId::from_uuid(self.ports.ids.uuid());
        let now = tenant.state().created_at;
        let key = ApiKey::issue(id, tenant.id(), terms, &secret, owner, now);
        (key, secret)
    }

    /// What was answered to the same request before; nothing when that was given up since, so that it is carried out
    /// anew.
    pub(crate) async fn replayed(
        &self,
        work: &mut PlatformWork,
        answer: Option<&Answer>,
        now: OffsetDateTime,
    ) -> Result<Option<Founded>, Error> {
        let Some(answer) = answer else {
            return Ok(None);
        };
        let (records, counters) = (work.tx.idempotency(), &*self.ports.counters);
        let before = replay(records, answer.actor, Some(&answer.key), now, counters).await?;
        let Some(founded): Option<Founded> = before else {
            return Ok(None);
        };
        let id = founded.tenant.id();
        if is_waiting(&founded.tenant) && work.tx.tenants().find(id).await?.is_none() {
            return Ok(None);
        }
        let answer = Some(answer.clone());
        Ok(Some(Founded { answer, ..founded }))
    }

    /// The first transaction: the organisation, its owner, the first key and the answer. The trail is written where the
    /// organisation is open already; one whose place has to be made has no trail yet.
    pub(crate) async fn found(
        &self,
        mut work: PlatformWork,
        scope: TenantScope,
        founding: Founding,
    ) -> Result<Founded, Error> {
        let (owner, now) = (founding.owner, scope.at());
        let reason = scope.operated().map(|(_, reason)| reason.clone());
        work.tx.tenants().insert(&founding.tenant).await?;
        let (founded, secret) = founding.founded();
        if let Some(Answer { actor, key }) = &founded.answer {
            remember(work.tx.idempotency(), *actor, Some(key), &founded).await?;
        }

        let mut work = work.enter(scope, &self.gate).await?;
        let (tenant, keys) = (&founded.tenant, founded.keys());
        let id = MembershipId::from_uuid(self.ports.ids.uuid());
        let owner = Membership::join(id, tenant.id(), owner, Role::Owner, now);
        work.tx.members().insert(&owner).await?;
        for (key, secret) in keys.iter().zip(&secret) {
            work.tx.api_keys().insert(key, secret).await?;
        }
        if is_waiting(tenant) {
            let exempt = AuditTrail::exempt("recorded as soon as the organisation has a trail");
            work.commit(exempt).await?;
        } else {
            work.commit(trail(tenant, reason.as_ref(), &keys)).await?;
            count(&*self.ports.counters, &keys);
        }
        Ok(founded)
    }
}

impl Founding {
    /// What whoever asks is told, and the secret of the first key apart from it.
    fn founded(self) -> (Founded, Option<NewKey>) {
        let (key, secret) = self.key.unzip();
        let raw = secret.as_ref().map(|secret| secret.raw.clone());
        let founded = Founded {
            tenant: self.tenant,
            key: key.map(|key| IssuedKey { key, raw }),
            answer: self.answer,
        };
        (founded, secret)
    }
}

impl Founded {
    fn keys(&self) -> Vec<ApiKey> {
        self.key.iter().map(|issued| issued.key.clone()).collect()
    }
}

/// What is recorded of an organisation that has just been opened; operators give a reason.
pub(super) fn trail(tenant: &Tenant, reason: Option<&Reason>, keys: &[ApiKey]) -> AuditTrail {
    let founded = match reason {
        None => AuditEvent::organisation_created(tenant),
        Some(reason) => {
            let action = AuditAction::OrganisationCreated;
            AuditEvent::organisation_operated(action, tenant.state(), tenant, reason)
        }
    };
    let issued = keys.iter().map(AuditEvent::api_key_created);
    std::iter::once(founded).chain(issued).collect()
}

pub(super) fn count(counters: &dyn Counters, keys: &[ApiKey]) {
    counters.count(Counted::OrganisationCreated);
    for _ in keys {
        counters.count(Counted::ApiKeyCreated);
    }
}
