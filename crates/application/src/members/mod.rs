//! Members of an organisation. Every change happens with the roster locked, so that two owners who remove each other
//! at once cannot both succeed.

mod add;
mod change_role;
mod list;
mod remove;

pub use add::AddMember;

use crate::{
    Ports,
    error::{Challenge, Error},
    gate::{Gate, Work},
};
use domain::{id::UserId, membership::Roster};

/// Use cases about members.
pub struct Members {
    gate: Gate,
    ports: Ports,
}

impl Members {
    pub(crate) const fn new(gate: Gate, ports: Ports) -> Self {
        Self { gate, ports }
    }
}

async fn lock_roster(work: &mut Work) -> Result<Roster, Error> {
    let actor: UserId = work
        .scope
        .actor()
        .user()
        .ok_or(Error::Unauthenticated(Challenge::Token))?;
    Ok(work.tx.members().lock_roster(actor).await?)
}
