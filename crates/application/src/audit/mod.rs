//! The audit trail of an organisation.

use crate::{
    error::Error,
    gate::{Caller, Gate},
};
use domain::{
    audit::{AuditFilter, RecordedEvent},
    id::TenantId,
    page::{PageOf, PageRequest},
    permission::Permission,
};

/// Use cases about the audit trail.
pub struct Audit {
    gate: Gate,
}

impl Audit {
    pub(crate) const fn new(gate: Gate) -> Self {
        Self { gate }
    }

    /// Audit events by filter, newest first.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(
        &self,
        caller: &Caller,
        tenant: TenantId,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<PageOf<RecordedEvent>, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadAuditEvents)
            .await?;
        Ok(work.tx.audit_log().list(filter, page).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{audit::AuditAction, role::Role};

    fn filter() -> AuditFilter {
        AuditFilter {
            action: Some(AuditAction::MemberAdded),
            ..AuditFilter::default()
        }
    }

    #[tokio::test]
    async fn an_admin_sees_the_page_that_was_asked_for() {
        let none = || PageOf {
            items: vec![],
            total: Some(7),
            next: None,
        };
        let mut fixture = Fixture::member(Role::Admin);
        let list = fixture.on.audit_log.expect_list().once();
        list.withf(|by, at| (by, at) == (&filter(), &page()))
            .returning(move |_, _| Ok(none()));
        let world = fixture.start();

        let (audit, filter, page) = (&world.app.audit, filter(), page());
        let found = audit.list(&caller(), tenant_id(), &filter, &page).await;
        assert_eq!(found.unwrap(), none());
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_read_the_trail_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadAuditEvents, async |app, caller| {
            let (filter, page) = (filter(), page());
            app.audit.list(caller, tenant_id(), &filter, &page).await
        })
        .await;
    }
}
