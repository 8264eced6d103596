use super::Organisations;
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::TenantId,
    permission::Permission,
    tenant::{Tenant, TenantChange},
};

/// Change an organisation.
#[derive(Clone, Debug)]
pub struct UpdateOrganisation {
    /// What to set.
    pub change: TenantChange,
    /// Which version the caller has seen.
    pub precondition: Precondition,
}

impl Organisations {
    /// Changes an organisation. Recorded also when nothing changed.
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

        let fields = command.change.fields();
        let before = tenant.state().clone();
        if tenant.update(command.change, work.scope.at()) {
            work.tx.tenant().update(&tenant).await?;
        }
        let event = AuditEvent::organisation_updated(&before, &tenant, &fields);
        work.commit(AuditTrail::of(event)).await?;
        Ok(tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{
        ports::{StoreError, Unique},
        role::Role,
        slug::Slug,
    };

    fn change() -> TenantChange {
        TenantChange {
            slug: Some(Slug::parse("acme-2").unwrap()),
            ..TenantChange::default()
        }
    }

    fn command(precondition: Precondition) -> UpdateOrganisation {
        UpdateOrganisation {
            change: change(),
            precondition,
        }
    }

    fn changed() -> Tenant {
        let mut changed = tenant();
        changed.update(change(), NOW);
        changed
    }

    fn finding(tenant: fn() -> Tenant) -> Fixture {
        let mut fixture = Fixture::member(Role::Admin);
        let find = fixture.on.tenant.expect_find();
        find.returning(move || Ok(Some(tenant())));
        fixture
    }

    #[tokio::test]
    async fn the_change_is_committed_with_the_fields_that_were_sent() {
        let mut fixture = finding(tenant);
        let update = fixture.on.tenant.expect_update().once();
        update.withf(|new| *new == changed()).returning(|_| Ok(()));
        let world = fixture.start();

        let command = command(Precondition::OneOf(vec![tenant().version()]));
        let organisations = &world.app.organisations;
        let updated = organisations.update(&caller(), tenant_id(), command).await;
        assert_eq!(updated.unwrap(), changed());
        let event = AuditEvent::organisation_updated(tenant().state(), &changed(), &["slug"]);
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted().len(), 1);
    }

    #[tokio::test]
    async fn a_change_of_nothing_is_recorded_without_touching_the_row() {
        let world = finding(changed).start();
        let organisations = &world.app.organisations;
        let command = command(Precondition::None);
        let updated = organisations.update(&caller(), tenant_id(), command).await;
        assert_eq!(updated.unwrap(), changed());
        assert_eq!(world.committed(), ["organisation.updated"]);
    }

    #[tokio::test]
    async fn a_failed_precondition_writes_nothing() {
        let world = finding(tenant).start();
        let organisations = &world.app.organisations;
        let command = command(Precondition::OneOf(vec![]));
        let updated = organisations.update(&caller(), tenant_id(), command).await;
        assert!(matches!(updated, Err(Error::PreconditionFailed)));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn a_taken_slug_changes_nothing() {
        let mut fixture = finding(tenant);
        let update = fixture.on.tenant.expect_update();
        update.returning(|_| Err(StoreError::Taken(Unique::Slug)));
        let world = fixture.start();

        let organisations = &world.app.organisations;
        let command = command(Precondition::None);
        let updated = organisations.update(&caller(), tenant_id(), command).await;
        assert!(matches!(updated, Err(Error::Taken(Unique::Slug))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_change_it_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateOrganisation, async |app, caller| {
            let command = command(Precondition::None);
            app.organisations.update(caller, tenant_id(), command).await
        })
        .await;
    }
}
