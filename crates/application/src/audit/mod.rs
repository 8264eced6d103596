//! The audit trail of an organisation.

use crate::{
    error::Error,
    gate::{Caller, Gate},
};
use domain::{
    audit::RecordedEvent,
    id::TenantId,
    page::{PageOf, PageRequest},
    role::Permission,
};

/// Use cases about the audit trail.
pub struct Audit {
    gate: Gate,
}

impl Audit {
    pub(crate) const fn new(gate: Gate) -> Self {
        Self { gate }
    }

    /// Audit events, newest first.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        page: &PageRequest,
    ) -> Result<PageOf<RecordedEvent>, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadAuditEvents)
            .await?;
        Ok(work.tx.audit_log().list(page).await?)
    }
}
