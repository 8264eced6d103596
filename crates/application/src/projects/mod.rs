//! Projects of an organisation.

mod create;
mod delete;
mod get;
mod list;
mod restore;
mod update;

pub use create::CreateProject;
pub use update::UpdateProject;

use crate::{Ports, gate::Gate};

/// Use cases about projects.
pub struct Projects {
    gate: Gate,
    ports: Ports,
}

impl Projects {
    pub(crate) const fn new(gate: Gate, ports: Ports) -> Self {
        Self { gate, ports }
    }
}
