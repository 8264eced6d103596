//! API keys of an organisation.

mod issue;
mod list;
mod revoke;

pub use issue::{IssueApiKey, IssuedKey};

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
