use super::{AuditEvent, sent};
use crate::{
    audit::{AuditAction, Fact, changes::changed},
    tenant::{Tenant, TenantState},
    text::Reason,
};

impl AuditEvent {
    /// An organisation was created.
    pub fn organisation_created(tenant: &Tenant) -> Self {
        let target = tenant.id().as_uuid();
        Self::new(AuditAction::OrganisationCreated, target, vec![])
    }

    /// An organisation was changed; `fields` are those that were sent.
    pub fn organisation_updated(before: &TenantState, tenant: &Tenant, fields: &[&str]) -> Self {
        let after = tenant.state();
        let days = |state: &TenantState| match state.api_key_max_days {
            None => Fact::Nothing,
            Some(days) => Fact::Number(days.into()),
        };
        let changes = changed([
            (
                "name",
                before.name.as_str().into(),
                after.name.as_str().into(),
            ),
            (
                "slug",
                before.slug.as_str().into(),
                after.slug.as_str().into(),
            ),
            ("api_key_max_days", days(before), days(after)),
        ]);
        let target = tenant.id().as_uuid();
        Self::new(AuditAction::OrganisationUpdated, target, sent(fields)).with(changes)
    }

    /// An operator set an organisation's status or tier, for a reason.
    pub fn organisation_operated(
        action: AuditAction,
        before: &TenantState,
        tenant: &Tenant,
        reason: &Reason,
    ) -> Self {
        let after = tenant.state();
        let changes = changed([
            (
                "status",
                before.status.as_str().into(),
                after.status.as_str().into(),
            ),
            (
                "tier",
                before.tier.as_str().into(),
                after.tier.as_str().into(),
            ),
        ]);
        let metadata = vec![("reason", reason.as_str().into())];
        Self::new(action, tenant.id().as_uuid(), metadata).with(changes)
    }
}
