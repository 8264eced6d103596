use super::Organisations;
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::TenantId,
    role::Permission,
    slug::Slug,
    tenant::Tenant,
    text::TenantName,
};

/// Change an organisation; what is `None` stays.
#[derive(Clone, Debug)]
pub struct UpdateOrganisation {
    /// A new name.
    pub name: Option<TenantName>,
    /// A new slug.
    pub slug: Option<Slug>,
    /// Which version the caller has seen.
    pub precondition: Precondition,
}

impl Organisations {
    /// Renames an organisation. Recorded also when nothing changed.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::PreconditionFailed`], [`Error::Taken`] for the slug.
    pub async fn update(
        &self,
        caller: &Caller,
        tenant: TenantId,
        command: UpdateOrganisation,
    ) -> Result<Tenant, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::UpdateOrganisation)
            .await?;
        let mut tenant = work.tx.tenant().find().await?.ok_or(Error::Stranger)?;
        command.precondition.check(tenant.version())?;

        let sent = [
            (command.name.is_some(), "name"),
            (command.slug.is_some(), "slug"),
        ];
        let fields = sent
            .into_iter()
            .filter_map(|(sent, field)| sent.then_some(field))
            .collect();
        if tenant.update(command.name, command.slug, work.scope.at()) {
            work.tx.tenant().update(&tenant).await?;
        }
        work.commit(AuditTrail::of(AuditEvent::organisation_updated(
            &tenant, fields,
        )))
        .await?;
        Ok(tenant)
    }
}
