use super::ApiKeys;
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    api_key::ApiKey,
    audit::{AuditEvent, AuditTrail},
    id::{ApiKeyId, TenantId},
    ports::Counted,
    role::Permission,
};

impl ApiKeys {
    /// Revokes an API key; from the next request on it is refused. Repeating it changes and records nothing.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn revoke(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ApiKeyId,
    ) -> Result<ApiKey, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::ManageApiKeys)
            .await?;
        let found = work.tx.api_keys().find(id).await?;
        let mut key = found.ok_or(Error::NotFound(Resource::ApiKey))?;
        if !key.revoke(work.scope.at()) {
            return Ok(key);
        }
        work.tx.api_keys().revoke(&key).await?;
        work.commit(AuditTrail::of(AuditEvent::api_key_revoked(&key)))
            .await?;
        self.ports.counters.count(Counted::ApiKeyRevoked);
        Ok(key)
    }
}
