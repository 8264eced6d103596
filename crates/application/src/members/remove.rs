use super::{Members, lock_roster};
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{TenantId, UserId},
    role::Permission,
};

impl Members {
    /// Removes a member.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Insufficient`] when an admin touches an owner,
    /// [`Error::LastOwner`].
    pub async fn remove(
        &self,
        caller: &Caller,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::ManageMembers)
            .await?;
        let roster = lock_roster(&mut work).await?;
        let found = work.tx.members().find(user).await?;
        let member = found
            .ok_or(Error::NotFound(Resource::Membership))?
            .membership;
        roster.may_remove(member.role)?;

        work.tx.members().remove(user, member.role).await?;
        work.commit(AuditTrail::of(AuditEvent::member_removed(&member)))
            .await
    }
}
