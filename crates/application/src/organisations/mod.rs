//! Organisations: founding, finding and renaming them.

mod create;
mod get;
mod list;
mod update;

pub use create::CreateOrganisation;
pub use update::UpdateOrganisation;

use crate::{Ports, gate::Gate, onboarding::Onboarding};

/// Use cases about organisations.
pub struct Organisations {
    gate: Gate,
    ports: Ports,
    onboarding: Onboarding,
}

impl Organisations {
    pub(crate) const fn new(gate: Gate, ports: Ports, onboarding: Onboarding) -> Self {
        Self {
            gate,
            ports,
            onboarding,
        }
    }
}
