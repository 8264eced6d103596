use super::Organisations;
use crate::{
    error::Error,
    gate::PlatformWork,
    outcome::{Outcome, remember, replay},
};
use domain::{
    access::TenantScope,
    audit::{AuditEvent, AuditTrail},
    id::{MembershipId, TenantId, UserId},
    idempotency::IdempotencyKey,
    membership::Membership,
    ports::{Access, Counted},
    role::Role,
    slug::Slug,
    tenant::Tenant,
    text::TenantName,
};

/// Found an organisation.
#[derive(Clone, Debug)]
pub struct CreateOrganisation {
    /// Its name.
    pub name: TenantName,
    /// Its slug; derived from the name when there is none.
    pub slug: Option<Slug>,
    /// Makes the request safe to repeat.
    pub key: Option<IdempotencyKey>,
}

impl Organisations {
    /// Founds an organisation with the user as its owner.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Taken`] for the slug, the idempotency conflicts.
    pub async fn create(
        &self,
        user: UserId,
        command: CreateOrganisation,
    ) -> Result<Outcome<Tenant>, Error> {
        let (now, counters) = (self.ports.clock.now(), &*self.ports.counters);
        let (mut work, _) = PlatformWork::begin_for(&self.ports, user, Access::Write).await?;
        let (actor, key) = (user.as_uuid(), command.key.as_ref());
        if let Some(tenant) = replay(work.tx.idempotency(), actor, key, now, counters).await? {
            return Ok(Outcome::Replayed(tenant));
        }
        let id = TenantId::from_uuid(self.ports.ids.uuid());
        let tenant = Tenant::found(id, command.name, command.slug, now);
        work.tx.tenants().insert(&tenant).await?;
        remember(work.tx.idempotency(), actor, key, &tenant).await?;

        let mut work = work.enter(TenantScope::founder(id, user, now)).await?;
        let membership = MembershipId::from_uuid(self.ports.ids.uuid());
        let owner = Membership::join(membership, id, user, Role::Owner, now);
        work.tx.members().insert(&owner).await?;
        work.commit(AuditTrail::of(AuditEvent::organisation_created(&tenant)))
            .await?;
        counters.count(Counted::OrganisationCreated);
        Ok(Outcome::Fresh(tenant))
    }
}
