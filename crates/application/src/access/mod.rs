//! Who may do what in an organisation, asked and explained.

mod check;
mod effective;
mod standing;

pub use check::{Answer, Check, CheckAccess, Ownable, Verdict};
pub use effective::EffectivePermissions;

use crate::gate::Gate;

/// Use cases about what members may do.
pub struct AccessQueries {
    gate: Gate,
}

impl AccessQueries {
    pub(crate) const fn new(gate: Gate) -> Self {
        Self { gate }
    }
}
