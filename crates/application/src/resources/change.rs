//! What replacing and patching have in common.

use super::{Resources, demand_project, live};
use crate::{error::Error, gate::Caller, precondition::Precondition};
use domain::{
    audit::{AuditEvent, AuditTrail},
    id::{ResourceId, TenantId},
    permission::Permission,
    resource::{Resource, ResourceChange},
};

impl Resources {
    /// Changes a resource by what `change` makes of it; where that changes nothing, nothing is written or recorded.
    pub(super) async fn change(
        &self,
        caller: &Caller,
        (tenant, id): (TenantId, ResourceId),
        precondition: &Precondition,
        change: impl FnOnce(&Resource) -> Result<ResourceChange, Error> + Send,
    ) -> Result<Resource, Error> {
        let need = Permission::UpdateResources;
        let mut work = self.gate.write_own(caller, tenant, need).await?;
        let found = work.tx.resources().find(id).await?;
        let before = work.within_reach(need, live(found))?;
        precondition.check(before.version())?;

        let mut resource = before.clone();
        if !resource.apply(change(&before)?, work.scope.at()) {
            return Ok(before);
        }
        let project = resource.state().project;
        // The project that it is part of already may have been deleted meanwhile.
        if let Some(other) = project.filter(|_| project != before.state().project) {
            demand_project(&mut work, other).await?;
        }
        work.tx.resources().update(&resource).await?;
        let event = AuditEvent::resource_updated(&before, &resource);
        work.commit(AuditTrail::of(event)).await?;
        Ok(resource)
    }
}
