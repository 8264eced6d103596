//! The two accounts that organisations are probed with.
//!
//! They are made once and stay, so that a run leaves no users behind. Nobody can sign in to them, because what is stored
//! in place of a hash is the hash of nothing; their addresses are under a domain that is reserved (RFC 6761).

use anyhow::{Context, bail};
use application::Ports;
use domain::{
    access::Origin,
    audit::{AuditEvent, AuditTrail},
    email::Email,
    id::UserId,
    password::PasswordHash,
    ports::Access,
    text::DisplayName,
    user::{Account, User},
};

/// No hash of any password.
const UNUSABLE: &str = "!";
/// Anyone can register an address before us, so that there has to be another one.
const ADDRESSES: u32 = 20;

/// A user who is nobody.
#[derive(Clone, Debug)]
pub(super) struct Puppet {
    pub(super) id: UserId,
    pub(super) address: String,
}

/// The account of this name, made when there is none.
///
/// # Errors
/// Those of storage, and when every address is somebody else's: what they own is not ours to purge.
pub(super) async fn puppet(ports: &Ports, name: &str) -> anyhow::Result<Puppet> {
    for number in 1..=ADDRESSES {
        let address = format!("isolation-probe-{name}-{number}@saas-api.example");
        if let Some(id) = ours(ports, Email::parse(&address)?).await? {
            return Ok(Puppet { id, address });
        }
    }
    bail!("the addresses of the probe's accounts are taken by others")
}

/// The user with this address, unless that is somebody else.
async fn ours(ports: &Ports, email: Email) -> anyhow::Result<Option<UserId>> {
    let id = UserId::from_uuid(ports.ids.uuid());
    let mut tx = ports.store.begin_platform(Some(id), Access::Write).await?;
    if let Some(found) = tx.users().find_account(&email).await? {
        let is_ours = found.user.is_active && found.password_hash.as_str() == UNUSABLE;
        return Ok(is_ours.then_some(found.user.id));
    }
    let now = ports.clock.now();
    let name = DisplayName::parse("Isolation probe").context("a name of ours is one")?;
    let account = Account {
        user: User::register(id, email, name, now),
        password_hash: PasswordHash::new(UNUSABLE.to_owned()),
    };
    tx.users().insert(&account).await?;
    let trail = AuditTrail::of(AuditEvent::user_registered(id));
    tx.commit(id, &Origin::from(now), trail).await?;
    Ok(Some(id))
}
