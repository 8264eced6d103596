//! What is done to organisations from outside.

use super::{START, Work, World};
use domain::{
    access::TenantScope,
    id::{OperatorId, TenantId},
    ports::Access,
    tenant::Tenant,
    text::{OperatorName, Reason},
};
use time::OffsetDateTime;

impl World {
    /// An operator's transaction.
    pub async fn operate(&self, tenant: TenantId, access: Access) -> Work {
        let scope = self.operator(tenant, START);
        let tx = self.platform(None, access).await;
        let tx = tx.enter(scope.clone()).await.unwrap();
        Work { scope, tx }
    }

    /// What an operator called `ops` may do.
    pub fn operator(&self, tenant: TenantId, at: OffsetDateTime) -> TenantScope {
        let operator = (
            OperatorId::from_uuid(self.uuid()),
            OperatorName::parse("ops").unwrap(),
        );
        TenantScope::operator(tenant, operator, Reason::parse("ticket 7").unwrap(), at)
    }

    /// Changes an organisation as an operator does, and says what it is then.
    pub async fn change(&self, tenant: TenantId, change: impl FnOnce(&mut Tenant)) -> Tenant {
        let mut work = self.operate(tenant, Access::Write).await;
        let mut tenant = work.tx.tenant().find().await.unwrap().unwrap();
        change(&mut tenant);
        work.tx.tenant().update(&tenant).await.unwrap();
        work.done().await;
        tenant
    }

    /// Changes rows of the control plane as no port can.
    pub async fn tamper(&self, sql: &'static str) {
        let tamper = self.tamper.as_ref();
        tamper.expect("the harness says how: see `Harness::tampered_by`")(sql).await;
    }
}
