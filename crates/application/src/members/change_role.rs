use super::{Members, lock_roster};
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{TenantId, UserId},
    membership::Member,
    role::{Permission, Role},
};

impl Members {
    /// Sets a member's role. Recorded also when it was that already.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`], [`Error::Insufficient`] when an admin touches an owner,
    /// [`Error::LastOwner`].
    pub async fn change_role(
        &self,
        caller: &Caller,
        tenant: TenantId,
        user: UserId,
        role: Role,
    ) -> Result<Member, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::ManageMembers)
            .await?;
        let roster = lock_roster(&mut work).await?;
        let found = work.tx.members().find(user).await?;
        let mut member = found.ok_or(Error::NotFound(Resource::Membership))?;
        let old = member.membership.role;
        roster.may_change(old, role)?;

        if member.membership.change_role(role, work.scope.at()) {
            work.tx.members().set_role(&member.membership).await?;
        }
        let event = AuditEvent::member_role_changed(&member.membership, old);
        work.commit(AuditTrail::of(event)).await?;
        Ok(member)
    }
}
