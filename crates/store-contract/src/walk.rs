//! Walking whole lists, page by page.

use domain::page::{PageOf, PageRequest, Start};

/// The first so many items, counted.
pub const fn first(limit: u32) -> PageRequest {
    PageRequest {
        limit,
        start: Start::Offset(0),
    }
}

/// The largest page from the beginning.
pub static EVERYTHING: PageRequest = first(PageRequest::MAX_LIMIT);

/// Walks a list by keyset to its end, and holds every page to what a page must be.
pub async fn by_keyset<T>(
    limit: u32,
    mut page: impl AsyncFnMut(&PageRequest) -> PageOf<T>,
) -> Vec<T> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let start = Start::After(after);
        let got = page(&PageRequest { limit, start }).await;
        assert_eq!(got.total, None, "a page by keyset was counted");
        assert!(got.items.len() <= limit as usize, "too many items");
        items.extend(got.items);
        assert!(items.len() < 1_000, "the walk does not end");
        match got.next {
            Some(position) => after = Some(position),
            None => return items,
        }
    }
}

/// Walks a list by offset to its end, and holds every page to what a page must be.
pub async fn by_offset<T>(
    limit: u32,
    mut page: impl AsyncFnMut(&PageRequest) -> PageOf<T>,
) -> Vec<T> {
    let (mut items, mut totals) = (Vec::new(), Vec::new());
    loop {
        let start = Start::Offset(items.len() as u64);
        let got = page(&PageRequest { limit, start }).await;
        assert!(got.items.len() <= limit as usize, "too many items");
        items.extend(got.items);
        totals.push(got.total.expect("a page by offset has a total"));
        if got.next.is_none() {
            let exact = vec![items.len() as u64; totals.len()];
            assert_eq!(totals, exact, "a total is not exact");
            return items;
        }
        assert!(items.len() < 1_000, "the walk does not end");
    }
}

/// Holds when a list has exactly these items in this order, however it is walked.
pub async fn assert_walks<T: PartialEq + std::fmt::Debug>(
    expected: &[T],
    mut page: impl AsyncFnMut(&PageRequest) -> PageOf<T>,
) {
    for limit in [1, 2, 3, PageRequest::MAX_LIMIT] {
        assert_eq!(
            by_keyset(limit, &mut page).await,
            expected,
            "{limit} a page"
        );
        assert_eq!(
            by_offset(limit, &mut page).await,
            expected,
            "{limit} a page"
        );
    }
    let beyond = PageRequest {
        limit: 5,
        start: Start::Offset(expected.len() as u64 + 7),
    };
    let empty = page(&beyond).await;
    assert_eq!(empty.items, []);
    assert_eq!(empty.total, Some(expected.len() as u64));
    assert_eq!(empty.next, None);
}
