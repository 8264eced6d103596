//! Walking lists: by offset, with an exact total, or by keyset, at constant cost at any depth.

use time::OffsetDateTime;
use uuid::Uuid;

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Most items, 1 to 100.
    pub limit: u32,
    /// Where to start.
    pub start: Start,
}

impl PageRequest {
    /// The largest page.
    pub const MAX_LIMIT: u32 = 100;
    /// The page size when none is asked for.
    pub const DEFAULT_LIMIT: u32 = 50;
}

/// Where a page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// After this many items; the answer has a total.
    Offset(u64),
    /// After this position, or at the beginning; the answer has no total.
    After(Option<Position>),
}

/// An item's place in a list: the value it is sorted by, then its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The sort value.
    pub value: SortValue,
    /// The item's id, which breaks ties.
    pub id: Uuid,
}

/// What a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortValue {
    /// A text, compared by code point.
    Text(String),
    /// An instant.
    Time(OffsetDateTime),
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOf<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// How many items all pages have together; only for a page by offset.
    pub total: Option<u64>,
    /// Where the next page starts, if there is one.
    pub next: Option<Position>,
}

impl<T> PageOf<T> {
    /// Makes a page of up to `limit + 1` fetched items: the surplus one only shows that there is a next page.
    pub fn of(
        mut fetched: Vec<T>,
        limit: u32,
        total: Option<u64>,
        position: impl Fn(&T) -> Position,
    ) -> Self {
        let limit = limit as usize;
        let more = fetched.len() > limit;
        fetched.truncate(limit);
        let next = fetched.last().filter(|_| more).map(position);
        Self {
            items: fetched,
            total,
            next,
        }
    }

    /// The same page with its items turned into something else.
    pub fn map<U>(self, into: impl Fn(T) -> U) -> PageOf<U> {
        PageOf {
            items: self.items.into_iter().map(into).collect(),
            total: self.total,
            next: self.next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: &u128) -> Position {
        Position {
            value: SortValue::Text(n.to_string()),
            id: Uuid::from_u128(*n),
        }
    }

    #[test]
    fn a_surplus_item_is_cut_and_shows_that_there_is_more() {
        let page = PageOf::of(vec![1, 2, 3], 2, None, at);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next, Some(at(&2)));
        assert_eq!(PageOf::of(vec![1, 2], 2, Some(2), at).next, None);
        assert_eq!(PageOf::of(vec![], 2, Some(0), at).next, None);
    }
}
