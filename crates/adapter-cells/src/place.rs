//! Where a tenant's data is, making that place, and clearing it.

use domain::{
    access::{Actor, TenantScope},
    audit::AuditTrail,
    id::{OperatorId, TenantId},
    ports::{Access, Store, StoreError, StoreResult, TenantTx},
    slug::Slug,
    tenant::{Isolation, Placement, Tenant, TenantState, TenantStatus},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

type Cells = HashMap<String, Arc<dyn Store>>;

/// Remembers where tenants are. A tenant never moves and an id is never used again, so what is known stays true.
#[derive(Default)]
pub(crate) struct Places(Mutex<HashMap<TenantId, Option<String>>>);

impl Places {
    /// Tenants that are remembered before all are forgotten, about 10 MB.
    const MANY: usize = 100_000;

    pub(crate) async fn cell(
        &self,
        main: &dyn Store,
        cells: &Cells,
        tenant: TenantId,
    ) -> StoreResult<Option<Arc<dyn Store>>> {
        let known = self.known(|known| known.get(&tenant).cloned());
        let database = if let Some(database) = known {
            database
        } else {
            let mut tx = main.begin_platform(None, Access::Read).await?;
            let Some(found) = tx.tenants().find(tenant).await? else {
                return Ok(None);
            };
            let database = found.state().placement.database.as_ref();
            let database = database.map(|name| name.as_str().to_owned());
            self.known(|known| {
                if known.len() >= Self::MANY {
                    known.clear();
                }
                known.insert(tenant, database.clone());
            });
            database
        };
        of(cells, database.as_deref())
    }

    fn known<T>(&self, look: impl FnOnce(&mut HashMap<TenantId, Option<String>>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The cell of that name. One that is not configured is out of reach: its tenants must not be looked for elsewhere.
pub(crate) fn of(cells: &Cells, database: Option<&str>) -> StoreResult<Option<Arc<dyn Store>>> {
    let Some(name) = database else {
        return Ok(None);
    };
    let cell = cells.get(name).cloned();
    let missing = || format!("the database {name} is not configured");
    cell.map(Some)
        .ok_or_else(|| StoreError::Unavailable(missing().into()))
}

/// A transaction in the tenant's part of its cell. Who may do what was asked of the main database.
pub(crate) async fn enter(
    cell: &dyn Store,
    tenant: TenantId,
    access: Access,
) -> StoreResult<Box<dyn TenantTx>> {
    let tx = cell.begin_platform(None, access).await?;
    tx.enter(keeper(tenant, OffsetDateTime::UNIX_EPOCH)).await
}

/// Makes the tenant known to its cell, and its schema there if it has one of its own.
pub(crate) async fn make(main: &dyn Store, cell: &dyn Store, tenant: TenantId) -> StoreResult<()> {
    let mut tx = main.begin_platform(None, Access::Read).await?;
    let found = tx.tenants().find(tenant).await?;
    drop(tx);
    let entry = found.filter(|found| found.status() == TenantStatus::Provisioning);
    let entry = entry.ok_or_else(|| failed("the tenant is not being provisioned"))?;
    let mut tx = cell.begin_platform(None, Access::Write).await?;
    let copy = if let Some(copy) = tx.tenants().find(tenant).await? {
        copy
    } else {
        let copy = copy_of(&entry)?;
        tx.tenants().insert(&copy).await?;
        let scope = keeper(tenant, entry.state().updated_at);
        let tx = tx.enter(scope.clone()).await?;
        tx.commit(&scope, trail()).await?;
        copy
    };
    if copy.status() == TenantStatus::Provisioning {
        if copy.state().placement.isolation == Isolation::Silo {
            cell.provision(tenant).await?;
        }
        change(cell, tenant, Tenant::activate).await?;
    }
    Ok(())
}

/// Removes everything of the tenant from its cell.
pub(crate) async fn clear(cell: &dyn Store, tenant: TenantId) -> StoreResult<u64> {
    let mut tx = cell.begin_platform(None, Access::Read).await?;
    let found = tx.tenants().find(tenant).await?;
    drop(tx);
    let Some(copy) = found else {
        return Ok(0);
    };
    if !matches!(
        copy.status(),
        TenantStatus::Deleting | TenantStatus::Deleted
    ) {
        change(cell, tenant, |copy, now| copy.delete(Duration::ZERO, now)).await?;
    }
    if copy.status() != TenantStatus::Deleted {
        change(cell, tenant, |copy, now| copy.give_up(true, now)).await?;
    }
    cell.purge(tenant).await
}

async fn change<E: std::error::Error + Send + Sync + 'static>(
    cell: &dyn Store,
    tenant: TenantId,
    step: impl FnOnce(&mut Tenant, OffsetDateTime) -> Result<(), E>,
) -> StoreResult<()> {
    let mut tx = enter(cell, tenant, Access::Write).await?;
    let mut copy = tx
        .tenant()
        .find()
        .await?
        .ok_or_else(|| failed("the tenant is gone"))?;
    let now = copy.state().updated_at;
    step(&mut copy, now).map_err(|error| StoreError::Failed(Box::new(error)))?;
    tx.tenant().update(&copy).await?;
    tx.commit(&keeper(tenant, now), trail()).await
}

/// The cell's own entry of a tenant: where it is kept, under a name that cannot clash.
fn copy_of(entry: &Tenant) -> StoreResult<Tenant> {
    let state = entry.state();
    let slug = Slug::parse(state.id.as_uuid().hyphenated().to_string());
    let state = TenantState {
        slug: slug.map_err(|error| StoreError::Failed(Box::new(error)))?,
        placement: Placement {
            isolation: state.placement.isolation,
            database: None,
        },
        ..state.clone()
    };
    Ok(Tenant::restore(state, 1))
}

/// Whoever keeps the two databases in step; what it does is recorded by whoever caused it.
fn keeper(tenant: TenantId, at: OffsetDateTime) -> TenantScope {
    let nobody = Actor::Operator(OperatorId::from_uuid(Uuid::nil()));
    TenantScope::witness(tenant, nobody, at.into())
}

fn trail() -> AuditTrail {
    AuditTrail::exempt(
        "the tenant's entry in its cell is a copy; the original's changes are recorded",
    )
}

fn failed(why: &'static str) -> StoreError {
    StoreError::Failed(why.into())
}
