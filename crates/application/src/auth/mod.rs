//! Registration, login, and who is calling.

mod authenticate;
mod login;
mod me;
mod register;

pub use login::Login;
pub use me::Profile;
pub use register::Register;

use crate::Ports;
use domain::password::PasswordPolicy;

/// Use cases about identity.
pub struct Auth {
    ports: Ports,
    passwords: PasswordPolicy,
}

impl Auth {
    pub(crate) const fn new(ports: Ports, passwords: PasswordPolicy) -> Self {
        Self { ports, passwords }
    }
}
