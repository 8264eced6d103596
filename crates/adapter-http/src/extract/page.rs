//! Which page of a list is asked for.

use super::{
    checked::{Checked, Noted},
    query::{self, Query},
};
use crate::{
    problem::{Fault, Violation},
    wire::CursorScope,
};
use domain::page::{PageRequest, Start};

/// Reads `limit` and either `offset` or `cursor`. Without a scope (the rest of the request is wrong already) a cursor
/// cannot be judged.
pub(super) fn read(
    query: &Query,
    scope: Option<&CursorScope>,
    violations: &mut Vec<Violation>,
) -> Checked<PageRequest> {
    let max = i64::from(PageRequest::MAX_LIMIT);
    let limit = match query.get("limit") {
        Some(raw) => query::integer(raw, &(1..=max)).map_err(query::at("limit")),
        None => Ok(PageRequest::DEFAULT_LIMIT.into()),
    };
    let mut keep = |violation| {
        violations.push(violation);
        Noted
    };
    let limit = limit.map_err(&mut keep);
    let start = start(query, scope).map_err(&mut keep)?;
    let limit = u32::try_from(limit?).map_err(|_| Noted)?;
    Ok(PageRequest {
        limit,
        start: start.ok_or(Noted)?,
    })
}

fn start(query: &Query, scope: Option<&CursorScope>) -> Result<Option<Start>, Violation> {
    let Some(cursor) = query.get("cursor") else {
        let offset = query
            .get("offset")
            .map_or(Ok(0), |raw| query::integer(raw, &(0..=i64::MAX)));
        let offset = offset.map_err(query::at("offset"))?;
        return Ok(u64::try_from(offset).ok().map(Start::Offset));
    };
    if query.get("offset").is_some() {
        return Err(query::at("offset")(Fault::value_error(
            "offset cannot be combined with cursor",
        )));
    }
    if cursor.is_empty() {
        return Ok(Some(Start::After(None)));
    }
    let Some(scope) = scope else { return Ok(None) };
    let position = scope.open(cursor).ok_or_else(|| {
        let msg = "Cursor was not made for this list, or was changed";
        query::at("cursor")(Fault::new("invalid_cursor", msg))
    })?;
    Ok(Some(Start::After(Some(position))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::page::{Position, SortValue};
    use uuid::Uuid;

    fn scope() -> CursorScope {
        CursorScope::new(&[1; 32], "projects", Uuid::nil())
    }

    fn page(query: &str) -> Result<PageRequest, Vec<(&'static str, String)>> {
        let mut violations = Vec::new();
        let page = read(&Query::parse(query), Some(&scope()), &mut violations);
        page.map_err(|Noted| {
            let wire = |v: Violation| (v.kind, serde_json::to_string(&v.loc).unwrap());
            violations.into_iter().map(wire).collect()
        })
    }

    #[test]
    fn a_page_is_fifty_items_from_the_start_unless_said_otherwise() {
        assert_eq!(
            page(""),
            Ok(PageRequest {
                limit: 50,
                start: Start::Offset(0)
            })
        );
        assert_eq!(
            page("limit=7&offset=21"),
            Ok(PageRequest {
                limit: 7,
                start: Start::Offset(21)
            })
        );
        assert_eq!(
            page("limit=7&cursor="),
            Ok(PageRequest {
                limit: 7,
                start: Start::After(None)
            })
        );
    }

    #[test]
    fn a_cursor_of_ours_leads_on_and_any_other_is_refused() {
        let position = Position {
            value: SortValue::Text("x".into()),
            id: Uuid::from_u128(9),
        };
        let cursor = scope().seal(&position);
        let on = page(&format!("cursor={cursor}"));
        assert_eq!(
            on,
            Ok(PageRequest {
                limit: 50,
                start: Start::After(Some(position))
            })
        );
        let refused = vec![("invalid_cursor", r#"["query","cursor"]"#.to_owned())];
        assert_eq!(page("cursor=abc"), Err(refused.clone()));
        assert_eq!(page(&format!("cursor={cursor}!")), Err(refused));
    }

    #[test]
    fn both_parameters_are_judged_and_cursor_excludes_offset() {
        let kinds = |query| {
            page(query)
                .unwrap_err()
                .into_iter()
                .map(|(kind, _)| kind)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            kinds("limit=0&offset=-1"),
            ["greater_than_equal", "greater_than_equal"]
        );
        assert_eq!(
            page("cursor=&offset=0"),
            Err(vec![("value_error", r#"["query","offset"]"#.to_owned())])
        );
    }
}
