use super::AuditEvent;
use crate::{
    audit::AuditAction,
    id::{TenantId, UserId},
};

impl AuditEvent {
    /// A user registered.
    pub fn user_registered(user: UserId) -> Self {
        Self::new(AuditAction::UserRegistered, user.as_uuid(), vec![])
    }

    /// A user logged in.
    pub fn user_logged_in(user: UserId) -> Self {
        Self::new(AuditAction::UserLoggedIn, user.as_uuid(), vec![])
    }

    /// A user tried to enter an organisation without being a member, or one that does not exist.
    pub fn user_access_denied(tenant: TenantId) -> Self {
        Self::new(AuditAction::UserAccessDenied, tenant.as_uuid(), vec![])
    }

    /// Somebody gave a wrong password for a user.
    pub fn user_login_failed(user: UserId) -> Self {
        Self::new(AuditAction::UserLoginFailed, user.as_uuid(), vec![])
    }
}
