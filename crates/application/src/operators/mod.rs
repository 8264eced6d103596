//! Operators: who they are, and how somebody becomes one.

mod appoint;
mod authenticate;
mod list;
mod revoke;

pub use appoint::{Appoint, Appointed};
pub use authenticate::OperatorCaller;

use crate::{Ports, gate::PlatformWork};
use domain::{
    access::{Origin, TenantScope},
    id::{OperatorId, TenantId},
    operator::Operator,
    text::{OperatorName, Reason},
};
use std::sync::atomic::AtomicU64;
use time::OffsetDateTime;
use uuid::Uuid;

/// Use cases about operators.
pub struct Operators {
    ports: Ports,
    refused: AtomicU64,
}

impl Operators {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self {
            ports,
            refused: AtomicU64::new(0),
        }
    }
}

/// The operator who acts.
#[derive(Clone, Debug)]
pub(crate) struct Acting {
    pub(crate) id: OperatorId,
    pub(crate) name: OperatorName,
    pub(crate) origin: Origin,
}

/// A transaction that an operator was let into.
pub(crate) struct Operation {
    pub(crate) by: Acting,
    pub(crate) work: PlatformWork,
}

impl Acting {
    /// The platform itself.
    pub(crate) fn system(now: OffsetDateTime) -> Self {
        Self::nobody(Operator::SYSTEM, now.into())
    }

    /// Whoever acts under a reserved name has no row.
    fn nobody(name: &str, origin: Origin) -> Self {
        Self {
            id: OperatorId::from_uuid(Uuid::nil()),
            name: OperatorName::parse(name).expect("a reserved name is a name"),
            origin,
        }
    }

    /// The scope of this operator in a tenant.
    pub(crate) fn scope(&self, tenant: TenantId, reason: Reason) -> TenantScope {
        let operator = (self.id, self.name.clone());
        TenantScope::operator(tenant, operator, reason, self.origin.clone())
    }
}
