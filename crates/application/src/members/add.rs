use super::{Members, lock_roster};
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{MembershipId, TenantId, UserId},
    membership::{Member, Membership},
    role::{Permission, Role},
};

/// Make an existing user a member.
#[derive(Clone, Copy, Debug)]
pub struct AddMember {
    /// The user.
    pub user: UserId,
    /// What the user may do.
    pub role: Role,
}

impl Members {
    /// Adds a member.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::Insufficient`] when an admin makes an owner, [`Error::NotFound`],
    /// [`Error::Taken`].
    pub async fn add(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: AddMember,
    ) -> Result<Member, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::ManageMembers)
            .await?;
        lock_roster(&mut work).await?.may_add(command.role)?;
        let found = work.tx.users().find(command.user).await?;
        let user = found.ok_or(Error::NotFound(Resource::User))?;

        let id = MembershipId::from_uuid(self.ids.uuid());
        let membership = Membership::join(id, tenant, command.user, command.role, work.scope.at());
        work.tx.members().insert(&membership).await?;
        work.commit(AuditTrail::of(AuditEvent::member_added(&membership)))
            .await?;
        Ok(Member { membership, user })
    }
}
