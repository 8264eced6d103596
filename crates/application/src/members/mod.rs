//! Members of an organisation. Every change happens with the roster locked, so that two owners who remove each other
//! at once cannot both succeed.

mod add;
mod change_role;
mod list;
mod remove;

pub use add::AddMember;

use crate::{
    error::{Challenge, Error},
    gate::{Gate, Work},
};
use domain::{id::UserId, membership::Roster, ports::IdGenerator};
use std::sync::Arc;

/// Use cases about members.
pub struct Members {
    gate: Gate,
    ids: Arc<dyn IdGenerator>,
}

impl Members {
    pub(crate) const fn new(gate: Gate, ids: Arc<dyn IdGenerator>) -> Self {
        Self { gate, ids }
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
