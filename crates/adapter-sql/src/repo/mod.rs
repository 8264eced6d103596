//! One file a port: rows into entities and back, nothing else.

mod api_keys;
mod audit;
mod directory;
mod idempotency;
mod memberships;
mod operators;
mod page;
mod projects;
mod resources;
mod roles;
mod tenants;
mod user_events;
mod users;

pub(crate) use idempotency::{Record, Table};
pub(crate) use projects::restore as restore_project;

use crate::error::corrupt;
use domain::{
    ports::{StoreError, StoreResult},
    text::NameFilter,
};
use sea_orm::{
    ColumnTrait,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

/// Turns the number of rows that a guarded change touched into whether it took place.
fn one_row(affected: u64) -> StoreResult<()> {
    if affected == 1 {
        Ok(())
    } else {
        Err(StoreError::Stale)
    }
}

/// Whether a folded name contains a text, literally.
fn contains(folded: impl ColumnTrait, name: &NameFilter) -> Expr {
    let literal = name.as_str().to_lowercase();
    let literal = literal
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    let pattern = LikeExpr::new(format!("%{literal}%")).escape('\\');
    Expr::col(folded.as_column_ref()).like(pattern)
}

/// An optional text in the domain's form.
fn parsed<T, E>(
    stored: Option<String>,
    parse: impl FnOnce(String) -> Result<T, E>,
    (table, column): (&str, &str),
) -> StoreResult<Option<T>> {
    let parsed = stored.map(parse).transpose();
    parsed.map_err(|_| corrupt(table, column))
}
