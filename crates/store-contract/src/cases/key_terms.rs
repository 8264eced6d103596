//! When and from where API keys count.

use super::access::{verdict, verdict_on};
use crate::world::{IssuedKey, Organisation, START, World, after, terms};
use domain::{
    access::{AccessDenied, Actor, Origin},
    api_key::KeyTerms,
    network::AddressList,
    permission::{Permission, PermissionSet},
};
use std::net::IpAddr;
use time::OffsetDateTime;

const READ: Permission = Permission::ReadProjects;

async fn issued(world: &World, home: &Organisation, terms: KeyTerms) -> IssuedKey {
    let issued = world.unissued(home, home.owner, terms, START);
    world.issue(home, &issued).await;
    issued
}

fn everything() -> KeyTerms {
    terms("everything", PermissionSet::ALL)
}

fn from(address: Option<&str>) -> Origin {
    Origin {
        address: address.map(|address| address.parse::<IpAddr>().unwrap()),
        ..START.into()
    }
}

pub async fn a_key_counts_until_it_expires(world: &World) {
    let home = world.organisation().await;
    let expiring = KeyTerms {
        expires_at: Some(after(1_000_000)),
        ..everything()
    };
    let key = issued(world, &home, expiring).await;
    let at = async |at: OffsetDateTime| {
        verdict_on(world, &key.credential(), home.id(), READ, at.into()).await
    };
    let actor = Actor::ApiKey(key.key.id);
    assert_eq!(at(after(999_999)).await, Ok(actor));
    for over in [after(1_000_000), after(1_000_001)] {
        assert_eq!(at(over).await, Err(AccessDenied::Unauthenticated));
    }
}

pub async fn a_key_counts_from_its_addresses_only(world: &World) {
    let home = world.organisation().await;
    let bound = KeyTerms {
        allowed_from: Some(AddressList::parse("203.0.113.9 2001:db8::/32").unwrap()),
        ..everything()
    };
    let (bound, free) = (
        issued(world, &home, bound).await,
        issued(world, &home, everything()).await,
    );
    for (address, inside) in [
        (Some("203.0.113.9"), true),
        (Some("::ffff:203.0.113.9"), true),
        (Some("2001:db8:1::1"), true),
        (Some("203.0.113.8"), false),
        (Some("2001:db9::1"), false),
        (None, false),
    ] {
        let origin = from(address);
        let got = verdict_on(world, &bound.credential(), home.id(), READ, origin.clone()).await;
        let expected = if inside {
            Ok(Actor::ApiKey(bound.key.id))
        } else {
            Err(AccessDenied::Address)
        };
        assert_eq!(got, expected, "{address:?}");
        let got = verdict_on(world, &free.credential(), home.id(), READ, origin).await;
        assert_eq!(got, Ok(Actor::ApiKey(free.key.id)), "{address:?}");
    }
}

pub async fn scopes_that_cannot_be_read_grant_nothing_and_are_no_error(world: &World) {
    let home = world.organisation().await;
    let key = issued(world, &home, everything()).await;
    world
        .tamper("UPDATE api_keys SET scopes = 'read:projects manage:projects'")
        .await;
    let got = verdict(world, &key.credential(), home.id(), READ).await;
    let (need, actor) = (READ, Actor::ApiKey(key.key.id));
    assert_eq!(got, Err(AccessDenied::Missing { need, actor }));

    // It can be seen, and revoked.
    let mut work = world.read(&home).await;
    let stored = work.tx.api_keys().find(key.key.id).await.unwrap().unwrap();
    assert_eq!(stored.terms.scopes, PermissionSet::EMPTY);
}

pub async fn addresses_that_cannot_be_read_let_nobody_in(world: &World) {
    let home = world.organisation().await;
    let bound = KeyTerms {
        allowed_from: Some(AddressList::parse("0.0.0.0/0 ::/0").unwrap()),
        ..everything()
    };
    let key = issued(world, &home, bound).await;
    world
        .tamper("UPDATE api_keys SET allowed_cidrs = '0.0.0.0/0 nonsense'")
        .await;
    for address in [Some("203.0.113.9"), None] {
        let got = verdict_on(world, &key.credential(), home.id(), READ, from(address)).await;
        assert_eq!(got, Err(AccessDenied::Unauthenticated));
    }
}
