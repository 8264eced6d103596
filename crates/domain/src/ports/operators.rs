use super::StoreResult;
use crate::{
    access::Origin,
    api_key::KeyDigest,
    id::OperatorId,
    operator::{BootstrapToken, Operator, OperatorEvent},
    tenant::Tenant,
    text::{OperatorName, Reason},
};
use async_trait::async_trait;
use time::OffsetDateTime;

/// Operators, the tokens by which they are appointed, and what they did.
///
/// Every method may fail as those of the other repositories do; only what is special is listed.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OperatorRepository: Send {
    /// The operator to whom a key with this digest was given, also when it was taken away since. The digest as it is
    /// stored comes along, to be compared.
    async fn find_by_digest(
        &mut self,
        digest: &KeyDigest,
    ) -> StoreResult<Option<(Operator, KeyDigest)>>;

    /// An operator by id, locked against other writers when the transaction writes.
    async fn find(&mut self, id: OperatorId) -> StoreResult<Option<Operator>>;

    /// All operators, oldest first, those whose key was taken away included.
    async fn all(&mut self) -> StoreResult<Vec<Operator>>;

    /// Adds an operator with the digest of the key.
    ///
    /// # Errors
    /// `Taken(Unique::Operator)`.
    async fn insert(&mut self, operator: &Operator, digest: &KeyDigest) -> StoreResult<()>;

    /// Stores that an operator's key was taken away.
    ///
    /// # Errors
    /// `Stale` when it was already.
    async fn revoke(&mut self, operator: &Operator) -> StoreResult<()>;

    /// Adds a bootstrap token.
    async fn insert_token(&mut self, token: &BootstrapToken) -> StoreResult<()>;

    /// Uses a bootstrap token up: `false` when there is none with this digest, or it was used or has expired.
    async fn take_token(&mut self, digest: &KeyDigest, now: OffsetDateTime) -> StoreResult<bool>;

    /// Adds an event; it becomes visible with the transaction's other effects.
    async fn record(&mut self, event: &OperatorEvent, origin: &Origin) -> StoreResult<()>;

    /// The operator who founded a tenant, and why; none when a user did.
    async fn founder(&mut self, tenant: &Tenant) -> StoreResult<Option<(OperatorName, Reason)>>;
}
