use super::Operator;
use crate::{
    audit::Fact,
    id::TenantId,
    tenant::Tenant,
    text::{OperatorName, Reason},
    vocabulary::vocabulary,
};
use uuid::Uuid;

vocabulary! {
    /// What an operator can do. The text is the storage form.
    OperatorAction {
        /// A bootstrap token was issued at the console.
        BootstrapIssued = "operator.bootstrap_issued",
        /// Somebody became an operator.
        Appointed = "operator.appointed",
        /// An operator's key was taken away.
        Revoked = "operator.revoked",
        /// An organisation was founded for somebody.
        OrganisationCreated = "organisation.created",
        /// An organisation was closed.
        OrganisationSuspended = "organisation.suspended",
        /// An organisation was opened again.
        OrganisationReactivated = "organisation.reactivated",
        /// What an organisation is entitled to was set.
        OrganisationTierChanged = "organisation.tier_changed",
        /// An organisation was closed, to be purged later.
        OrganisationDeleted = "organisation.deleted",
        /// An organisation was given up for good.
        OrganisationGivenUp = "organisation.given_up",
        /// The last row of an organisation is gone.
        OrganisationPurged = "organisation.purged",
    }
}

/// Something that an operator did, to be recorded together with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorEvent {
    operator: OperatorName,
    action: OperatorAction,
    target: Option<Uuid>,
    reason: Option<Reason>,
    metadata: Vec<(&'static str, Fact)>,
}

impl OperatorEvent {
    fn new(operator: &OperatorName, action: OperatorAction) -> Self {
        Self {
            operator: operator.clone(),
            action,
            target: None,
            reason: None,
            metadata: Vec::new(),
        }
    }

    /// A bootstrap token was issued.
    pub fn bootstrap_issued(by: &OperatorName) -> Self {
        Self::new(by, OperatorAction::BootstrapIssued)
    }

    /// Somebody became an operator, by a bootstrap token.
    pub fn appointed(operator: &Operator) -> Self {
        Self {
            target: Some(operator.id.as_uuid()),
            ..Self::new(&operator.name, OperatorAction::Appointed)
        }
    }

    /// An operator's key was taken away.
    pub fn revoked(by: &OperatorName, operator: &Operator) -> Self {
        Self {
            target: Some(operator.id.as_uuid()),
            metadata: vec![("name", operator.name.as_str().into())],
            ..Self::new(by, OperatorAction::Revoked)
        }
    }

    /// Something was done to an organisation, for a reason. Its slug is kept for whoever reads this when it is gone.
    pub fn operated(
        by: &OperatorName,
        action: OperatorAction,
        tenant: &Tenant,
        reason: &Reason,
    ) -> Self {
        let state = tenant.state();
        Self {
            target: Some(state.id.as_uuid()),
            reason: Some(reason.clone()),
            metadata: vec![
                ("slug", state.slug.as_str().into()),
                ("tier", state.tier.as_str().into()),
                ("isolation", state.placement.isolation.as_str().into()),
            ],
            ..Self::new(by, action)
        }
    }

    /// An organisation's rows are gone, as many as this.
    pub fn purged(by: &OperatorName, tenant: TenantId, rows: u64) -> Self {
        Self {
            target: Some(tenant.as_uuid()),
            metadata: vec![("rows", Fact::Number(rows.try_into().unwrap_or(i64::MAX)))],
            ..Self::new(by, OperatorAction::OrganisationPurged)
        }
    }

    /// The name of whoever did it.
    pub const fn operator(&self) -> &OperatorName {
        &self.operator
    }

    /// What was done.
    pub const fn action(&self) -> OperatorAction {
        self.action
    }

    /// The row that it was done to.
    pub const fn target(&self) -> Option<Uuid> {
        self.target
    }

    /// Why.
    pub const fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// What else is worth knowing.
    pub fn metadata(&self) -> &[(&'static str, Fact)] {
        &self.metadata
    }
}
