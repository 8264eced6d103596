//! Hot reads: authority and data of one snapshot, sealed.

use crate::{
    access,
    entity::project,
    error::store_error,
    lease::{Lease, Wire},
    repo::restore_project,
    tx::SqlTenantTx,
};
use domain::{
    access::{AccessFacts, Credential, Sealed},
    id::TenantId,
    page::{PageOf, PageRequest},
    ports::{ProjectRepository, StoreError, StoreResult},
    project::{Project, ProjectFilter},
};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Statement};

/// Runs the one statement that answers the facts about a caller and, beside them, a project or nulls.
///
/// # Errors
/// What the database reports.
pub async fn read_project<W: Wire>(
    lease: &Lease<W>,
    caller: &Credential,
    tenant: TenantId,
    statement: Statement,
) -> StoreResult<Sealed<Option<Project>>> {
    let row = one_row(lease.query_one_raw(statement).await.map_err(store_error)?)?;
    let facts = access::facts(caller, &row)?;
    let found = project::Model::from_query_result_optional(&row, "");
    let project = found
        .map_err(store_error)?
        .map(restore_project)
        .transpose()?;
    Ok(Sealed::new(caller.clone(), tenant, facts, project))
}

/// Lists projects in a transaction that has begun, and seals them with its facts.
///
/// # Errors
/// What the database reports.
pub async fn list_projects<W: Wire>(
    (facts, mut tx): (AccessFacts, SqlTenantTx<W>),
    caller: &Credential,
    filter: &ProjectFilter,
    page: &PageRequest,
) -> StoreResult<Sealed<PageOf<Project>>> {
    let projects = ProjectRepository::list(&mut tx, filter, page).await?;
    Ok(Sealed::new(caller.clone(), tx.tenant, facts, projects))
}

/// The row that a query about a caller always makes, whoever asks.
///
/// # Errors
/// `Failed` when there is none.
pub fn one_row(row: Option<QueryResult>) -> StoreResult<QueryResult> {
    row.ok_or_else(|| StoreError::Failed("the access query returned no row".into()))
}
