//! Founding an organisation: one way, whichever door it begins at.
//!
//! In shared tables everything is one transaction, and the organisation is open at once. A place of its own has to be
//! made first, which no transaction spans: the first one leaves the organisation `provisioning`, with its owner; then
//! storage makes the place; a last transaction opens it. Each step can be repeated, by whoever asked, by their repeated
//! request, or by [`Onboarding::resume`], so that an organisation that was begun is finished or given up, whenever the
//! process ends.

mod founding;
mod resume;
mod settle;
mod sign_up;

pub use resume::{Progress, Resumed};
pub use sign_up::{SignUp, SignedUp};

pub(crate) use founding::Founding;

use crate::{Ports, api_keys::IssuedKey, error::Error, gate::Gate, purging::Purging, rules::Rules};
use domain::{
    id::TenantId,
    idempotency::IdempotencyKey,
    slug::Slug,
    tenant::{Placement, Tenant, Tier},
    text::TenantName,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// Use cases about founding organisations.
#[derive(Clone)]
pub struct Onboarding {
    gate: Gate,
    ports: Ports,
    rules: Arc<Rules>,
    purging: Purging,
    /// Since when what cannot be finished has been failing.
    failing: Arc<Mutex<HashMap<TenantId, OffsetDateTime>>>,
}

/// An organisation that has been founded, with its first key where one was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founded {
    /// The organisation; `provisioning` while its place is being made.
    pub tenant: Tenant,
    /// Its first key; without the raw form when the answer is a replay.
    pub key: Option<IssuedKey>,
    pub(crate) answer: Option<Answer>,
}

/// Where the answer to a request with an idempotency key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) actor: Uuid,
    pub(crate) key: IdempotencyKey,
}

impl Onboarding {
    pub(crate) fn new(gate: Gate, ports: Ports, rules: Arc<Rules>, purging: Purging) -> Self {
        Self {
            gate,
            ports,
            rules,
            purging,
            failing: Arc::default(),
        }
    }

    /// An organisation as it is going to be founded, where the deployment has a place for new ones.
    pub(crate) fn plan(
        &self,
        name: TenantName,
        slug: Option<Slug>,
        now: OffsetDateTime,
    ) -> Result<Tenant, Error> {
        let usual = (self.rules.tenancy.tier, self.rules.tenancy.usual_place());
        self.plan_at(name, slug, usual, now)
    }

    /// The same for a place that was chosen.
    pub(crate) fn plan_at(
        &self,
        name: TenantName,
        slug: Option<Slug>,
        (tier, place): (Tier, Placement),
        now: OffsetDateTime,
    ) -> Result<Tenant, Error> {
        self.rules.tenancy.admit(tier, &place)?;
        let id = TenantId::from_uuid(self.ports.ids.uuid());
        Ok(Tenant::found(id, name, slug, now).placed(tier, place))
    }
}
