//! Pages of any list, by offset or by keyset.

use crate::error::store_error;
use domain::{
    page::{PageOf, PageRequest, Position, SortValue, Start},
    ports::StoreResult,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Value,
    sea_query::{Expr, ExprTrait},
};

/// The order of a list: by a column, ties broken by an id, both in one direction.
pub(super) struct Ordering<C> {
    pub(super) by: C,
    pub(super) id: C,
    pub(super) descending: bool,
}

/// Fetches one page of a selection.
pub(super) async fn fetch<E, T>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    order: Ordering<E::Column>,
    page: &PageRequest,
    restore: impl Fn(E::Model) -> StoreResult<T>,
    position: impl Fn(&T) -> Position,
) -> StoreResult<PageOf<T>>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Sized + Send + Sync,
{
    let total = match page.start {
        Start::Offset(_) => Some(
            select
                .clone()
                .count(connection)
                .await
                .map_err(store_error)?,
        ),
        Start::After(_) => None,
    };
    let rows = window(select, &order, page)
        .all(connection)
        .await
        .map_err(store_error)?;
    let items = rows
        .into_iter()
        .map(restore)
        .collect::<StoreResult<Vec<_>>>()?;
    Ok(PageOf::of(items, page.limit, total, position))
}

fn window<E: EntityTrait>(
    select: Select<E>,
    order: &Ordering<E::Column>,
    page: &PageRequest,
) -> Select<E> {
    let direction = if order.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    let select = select
        .order_by(order.by, direction.clone())
        .order_by(order.id, direction)
        .limit(u64::from(page.limit) + 1);
    match &page.start {
        Start::Offset(offset) => select.offset(*offset),
        Start::After(None) => select,
        Start::After(Some(position)) => {
            // A row comparison, which both databases answer from the index of the order.
            let value: Value = match &position.value {
                SortValue::Text(text) => text.clone().into(),
                SortValue::Time(at) => (*at).into(),
            };
            let here = Expr::tuple([
                Expr::col(order.by.as_column_ref()),
                Expr::col(order.id.as_column_ref()),
            ]);
            let there = Expr::tuple([Expr::val(value), Expr::val(position.id)]);
            select.filter(if order.descending {
                here.lt(there)
            } else {
                here.gt(there)
            })
        }
    }
}
