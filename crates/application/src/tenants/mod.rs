//! Organisations as operators see them: all of them, whatever their status. Every change takes a reason, and is recorded
//! in the organisation's own trail as well as among the operators' events, which outlive it.

mod create;
mod list;
mod operate;
mod purge;
mod sweep;

pub use create::{CreateTenant, Owner};
pub use purge::PurgeTenant;
pub use sweep::Swept;

use crate::{
    Ports, gate::Gate, onboarding::Onboarding, operators::Operators, purging::Purging, rules::Rules,
};
use std::sync::Arc;

/// Use cases of operators about organisations.
pub struct Tenants {
    gate: Gate,
    ports: Ports,
    rules: Arc<Rules>,
    operators: Arc<Operators>,
    onboarding: Onboarding,
    purging: Purging,
}

impl Tenants {
    pub(crate) const fn new(
        gate: Gate,
        ports: Ports,
        rules: Arc<Rules>,
        operators: Arc<Operators>,
        onboarding: Onboarding,
        purging: Purging,
    ) -> Self {
        Self {
            gate,
            ports,
            rules,
            operators,
            onboarding,
            purging,
        }
    }
}
