use super::{AuditEvent, listed};
use crate::{audit::AuditAction, id::TenantId, permission::PermissionSet};

/// What somebody was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denial {
    /// To use permissions.
    Use(PermissionSet),
    /// To give permissions away.
    Grant(PermissionSet),
}

impl AuditEvent {
    /// Somebody who belongs to the organisation was refused something.
    pub fn denied(tenant: TenantId, denial: Denial) -> Self {
        let (action, permissions) = match denial {
            Denial::Use(permissions) => (AuditAction::AccessDenied, permissions),
            Denial::Grant(permissions) => (AuditAction::EscalationDenied, permissions),
        };
        Self::new(
            action,
            tenant.as_uuid(),
            vec![("permissions", listed(permissions))],
        )
    }
}
