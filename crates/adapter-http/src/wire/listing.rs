use super::CursorScope;
use domain::page::{PageOf, PageRequest, Start};
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Listing<T> {
    items: Vec<T>,
    #[schema(inline)]
    pagination: Pagination,
}

/// Where the page stands in its list.
#[derive(Serialize, ToSchema)]
struct Pagination {
    /// The largest number of items asked for.
    #[schema(minimum = 1, maximum = 100)]
    limit: u32,
    /// How many items come before this page; null when it was reached by cursor.
    #[schema(minimum = 0)]
    offset: Option<u64>,
    /// How many items all pages have together; null when the page was reached by cursor.
    #[schema(minimum = 0)]
    total: Option<u64>,
    /// How many items this page has.
    #[schema(minimum = 0, maximum = 100)]
    count: usize,
    /// Where the next page starts; null on the last one.
    next_cursor: Option<String>,
}

impl<B> Listing<B> {
    /// Wraps a page that was asked for in this way.
    pub(crate) fn new<'a, T>(
        asked: &PageRequest,
        scope: &CursorScope,
        page: &'a PageOf<T>,
        view: impl Fn(&'a T) -> B,
    ) -> Self {
        let offset = match asked.start {
            Start::Offset(offset) => Some(offset),
            Start::After(_) => None,
        };
        let pagination = Pagination {
            limit: asked.limit,
            offset,
            total: page.total,
            count: page.items.len(),
            next_cursor: page.next.as_ref().map(|position| scope.seal(position)),
        };
        Self {
            items: page.items.iter().map(view).collect(),
            pagination,
        }
    }
}
