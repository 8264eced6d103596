//! Operators, as tests know them.

use super::{Fixture, Repositories, World, arrival, operator_key, origin};
use crate::operators::OperatorCaller;
use domain::{
    access::CallerFacts,
    id::OperatorId,
    operator::{Operator, OperatorAction, OperatorEvent},
    tenant::{Isolation, Placement, Tenant, Tier},
    text::{OperatorName, Reason},
};
use uuid::Uuid;

pub(crate) fn operator() -> Operator {
    Operator {
        id: OperatorId::from_uuid(Uuid::from_u128(8)),
        name: operator_name("grace"),
        created_at: super::BEFORE,
        revoked_at: None,
    }
}

pub(crate) fn operator_name(name: &str) -> OperatorName {
    OperatorName::parse(name).unwrap()
}

pub(crate) fn reason() -> Reason {
    Reason::parse("because").unwrap()
}

impl Fixture {
    /// Whoever has [`operator_key`] is [`operator`].
    pub(crate) fn operator() -> Self {
        Self::knowing(Some(operator()))
    }

    /// Whoever has [`operator_key`] is this operator, or nobody.
    pub(crate) fn knowing(known: Option<Operator>) -> Self {
        let mut fixture = Self::with(CallerFacts::User(None));
        let recognise = fixture.operator_mint.expect_recognise();
        recognise.returning(|raw| {
            let key = operator_key();
            (raw == key.raw).then_some((key.key_id, key.digest))
        });
        let find = fixture.on.operators.expect_find_by_digest();
        find.withf(|digest| *digest == operator_key().digest)
            .returning(move |digest| Ok(known.clone().map(|operator| (operator, *digest))));
        fixture
    }

    /// This is recorded of an operator, and nothing else.
    pub(crate) fn recording(mut self, event: OperatorEvent) -> Self {
        let record = self.on.operators.expect_record().once();
        record
            .withf(move |new, from| (new, from) == (&event, &origin()))
            .returning(|_, _| Ok(()));
        self
    }
}

impl World {
    /// Whoever has [`operator_key`].
    pub(crate) fn operating(&self) -> OperatorCaller {
        let key = operator_key().raw;
        self.app.operators.authenticate(&key, arrival()).unwrap()
    }
}

/// The organisation is found by whoever looks for it, first outside and then in it.
pub(crate) fn expect_tenant(on: &mut Repositories, tenant: &Tenant) {
    let (outside, inside) = (tenant.clone(), tenant.clone());
    on.tenants
        .expect_find()
        .withf({
            let id = tenant.id();
            move |asked| *asked == id
        })
        .returning(move |_| Ok(Some(outside.clone())));
    on.tenant
        .expect_find()
        .returning(move || Ok(Some(inside.clone())));
}

/// What is recorded when [`operator`] does something to an organisation, which is then like this.
pub(crate) fn operated(action: OperatorAction, tenant: &Tenant) -> OperatorEvent {
    OperatorEvent::operated(&operator().name, action, tenant, &reason())
}

/// An organisation whose place is not made yet.
pub(crate) fn waiting_tenant() -> Tenant {
    let placement = Placement {
        isolation: Isolation::Silo,
        database: None,
    };
    super::tenant().placed(Tier::Pro, placement)
}
