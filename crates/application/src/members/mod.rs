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
use domain::{
    id::UserId,
    membership::{Roster, RosterDenied, Standing},
    permission::PermissionSet,
    policy::Policy,
    role::Role,
};

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

/// What a role grants in the organisation at this moment.
pub(crate) async fn standing(work: &mut Work, role: Role) -> Result<Option<Standing>, Error> {
    let definition = if role.is_immutable() {
        None
    } else {
        work.tx.roles().find(&role).await?
    };
    let policy = match definition {
        Some(definition) => definition.policy(),
        None if role.is_built_in() => role.policy(None),
        None => return Ok(None),
    };
    Ok(Some(Standing { role, policy }))
}

/// The role that somebody holds. One that is not defined any more grants nothing.
pub(crate) async fn held(work: &mut Work, role: &Role) -> Result<Standing, Error> {
    let nothing = || Standing {
        role: role.clone(),
        policy: Policy::NOTHING,
    };
    let standing = standing(work, role.clone()).await?;
    Ok(standing.unwrap_or_else(nothing))
}

/// Turns a refusal into an error, and notes it when it was an attempt to reach beyond what the actor holds.
fn allowed(
    work: &Work,
    roster: &Roster,
    verdict: Result<(), RosterDenied>,
    roles: &[&Standing],
) -> Result<(), Error> {
    verdict.map_err(|denied| {
        let beyond = roles.iter().map(|role| roster.actor.missing(role.policy));
        let beyond = beyond.fold(PermissionSet::EMPTY, PermissionSet::union);
        if denied == RosterDenied::Insufficient && !beyond.is_empty() {
            let _noted = work.escalation(beyond);
        }
        denied.into()
    })
}

/// Locks the organisation's roster for a user, which an API key is not.
pub(crate) async fn lock_roster(work: &mut Work) -> Result<Roster, Error> {
    let actor: UserId = work
        .scope
        .actor()
        .user()
        .ok_or(Error::Unauthenticated(Challenge::Token))?;
    Ok(work.tx.members().lock_roster(actor).await?)
}
