//! Registration, login, and who is calling.

mod authenticate;
mod login;
mod me;
mod own_events;
mod register;

pub use login::Login;
pub use me::Profile;
pub use register::Register;
pub(crate) use register::password_of_new_user;

use crate::{Ports, security_events::SecurityEvents};
use domain::password::PasswordPolicy;
use std::sync::Arc;

/// Use cases about identity.
pub struct Auth {
    ports: Ports,
    passwords: PasswordPolicy,
    security_events: Arc<SecurityEvents>,
}

impl Auth {
    pub(crate) const fn new(
        ports: Ports,
        passwords: PasswordPolicy,
        security_events: Arc<SecurityEvents>,
    ) -> Self {
        Self {
            ports,
            passwords,
            security_events,
        }
    }
}
