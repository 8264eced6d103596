//! API keys of an organisation.

mod get;
mod issue;
mod list;
mod rename;
mod revoke;
mod rotate;

pub use issue::{IssueApiKey, IssuedKey};
pub use rename::RenameApiKey;
pub use rotate::RotateApiKey;

use crate::{Ports, gate::Gate};

/// Use cases about API keys.
pub struct ApiKeys {
    gate: Gate,
    ports: Ports,
}

impl ApiKeys {
    pub(crate) const fn new(gate: Gate, ports: Ports) -> Self {
        Self { gate, ports }
    }
}
