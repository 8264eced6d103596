use super::{AccessDenied, AccessFacts, Credential, Origin, TenantScope};
use crate::{id::TenantId, permission::Permission, policy::Reach};

/// A value together with what decides who may see it. Without passing the rule there is no way to the value.
#[derive(Debug)]
pub struct Sealed<T> {
    credential: Credential,
    tenant: TenantId,
    facts: AccessFacts,
    value: T,
}

impl<T> Sealed<T> {
    /// Seals a value with the facts of the same snapshot.
    pub const fn new(
        credential: Credential,
        tenant: TenantId,
        facts: AccessFacts,
        value: T,
    ) -> Self {
        Self {
            credential,
            tenant,
            facts,
            value,
        }
    }

    /// The same seal on what a store makes of the value.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Sealed<U> {
        Sealed {
            credential: self.credential,
            tenant: self.tenant,
            facts: self.facts,
            value: into(self.value),
        }
    }

    /// Opens the seal for a caller whose permission reaches everything in the tenant.
    ///
    /// # Errors
    /// What [`TenantScope::authorize`] says.
    pub fn open(
        self,
        need: Permission,
        origin: impl Into<Origin>,
    ) -> Result<(TenantScope, T), AccessDenied> {
        self.open_as_far_as(Reach::Everything, need, origin)
    }

    /// Opens the seal also for a caller whose permission reaches only its own things; whoever calls this has to keep
    /// to [`TenantScope::reaches`].
    ///
    /// # Errors
    /// What [`TenantScope::authorize`] says.
    pub fn open_to_own(
        self,
        need: Permission,
        origin: impl Into<Origin>,
    ) -> Result<(TenantScope, T), AccessDenied> {
        self.open_as_far_as(Reach::Own, need, origin)
    }

    /// Opens the seal for whoever belongs to an open tenant, also without any permission there; whoever calls this has
    /// to keep to what callers may know about themselves.
    ///
    /// # Errors
    /// What [`TenantScope::authorize`] says.
    pub fn open_to_belonging(
        self,
        origin: impl Into<Origin>,
    ) -> Result<(TenantScope, T), AccessDenied> {
        self.open_as_far_as(Reach::Nothing, Permission::ReadOrganisation, origin)
    }

    fn open_as_far_as(
        self,
        far: Reach,
        need: Permission,
        origin: impl Into<Origin>,
    ) -> Result<(TenantScope, T), AccessDenied> {
        let (credential, facts) = (&self.credential, &self.facts);
        let scope =
            TenantScope::authorize(credential, facts, self.tenant, need, far, origin.into())?;
        Ok((scope, self.value))
    }
}
