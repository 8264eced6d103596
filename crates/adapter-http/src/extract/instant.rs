//! Instants.

use super::rules::string;
use crate::problem::Fault;
use serde_json::Value;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// An instant in RFC 3339, with any offset, cut to the microseconds that are kept.
pub(crate) fn instant(value: Value) -> Result<OffsetDateTime, Fault> {
    let invalid = || {
        let msg = "Input should be a valid datetime in RFC 3339, with an offset or Z";
        Fault::new("datetime_parsing", msg)
    };
    let at = OffsetDateTime::parse(&string(value)?, &Rfc3339).map_err(|_| invalid())?;
    // Close to the ends of the calendar an offset leads out of it.
    let at = at.checked_to_offset(UtcOffset::UTC);
    let at = at.filter(|at| at.year() > 0).ok_or_else(invalid)?;
    at.replace_microsecond(at.microsecond())
        .map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use time::macros::datetime;

    #[test]
    fn an_instant_has_any_offset_and_is_cut_to_microseconds() {
        let noon = datetime!(2026-01-01 12:00 UTC);
        for raw in [
            "2026-01-01T12:00:00Z",
            "2026-01-01T12:00:00.000000999Z",
            "2026-01-01T14:30:00+02:30",
            "2025-12-31T23:00:00-13:00",
        ] {
            let at = instant(json!(raw)).unwrap();
            assert_eq!((at, at.offset()), (noon, UtcOffset::UTC), "{raw}");
        }
        let fraction = instant(json!("2026-01-01T12:00:00.1234567Z")).unwrap();
        assert_eq!(fraction, datetime!(2026-01-01 12:00:00.123456 UTC));
    }

    #[test]
    fn anything_else_is_none() {
        for raw in [
            "",
            "now",
            "2026-01-01",
            "2026-01-01T12:00:00",
            "2026-01-01T12:00:00 00:00",
            "2026-13-01T12:00:00Z",
            "2026-02-30T12:00:00Z",
            "+12026-01-01T12:00:00Z",
            "1767268800",
            "9999-12-31T23:59:59-01:00",
            "0001-01-01T00:00:00+01:00",
            "0000-06-01T00:00:00Z",
        ] {
            let fault = instant(json!(raw)).unwrap_err();
            assert_eq!(fault.kind, "datetime_parsing", "{raw}");
        }
        let fault = instant(json!(1_767_268_800)).unwrap_err();
        assert_eq!(fault.kind, "string_type");
    }
}
