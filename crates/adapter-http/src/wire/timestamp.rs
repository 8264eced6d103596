use serde::{Serialize, Serializer, ser::Error};
use time::{OffsetDateTime, UtcOffset};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

/// An instant as RFC 3339 in UTC: no fraction when the microseconds are 0, otherwise exactly six digits.
pub(crate) struct Timestamp(pub(crate) OffsetDateTime);

const LONGEST: usize = "2026-01-01T12:00:00.000120Z".len();

impl Timestamp {
    /// Written by hand: a page of a list holds a hundred of them.
    fn write(&self, out: &mut [u8; LONGEST]) -> usize {
        let at = self.0.to_offset(UtcOffset::UTC);
        out.copy_from_slice(b"0000-00-00T00:00:00.000000Z");
        digits(&mut out[0..4], at.year().unsigned_abs());
        digits(&mut out[5..7], u8::from(at.month()).into());
        digits(&mut out[8..10], at.day().into());
        digits(&mut out[11..13], at.hour().into());
        digits(&mut out[14..16], at.minute().into());
        digits(&mut out[17..19], at.second().into());
        if at.microsecond() == 0 {
            out[19] = b'Z';
            return 20;
        }
        digits(&mut out[20..26], at.microsecond());
        LONGEST
    }
}

fn digits(out: &mut [u8], mut value: u32) {
    for place in out.iter_mut().rev() {
        *place = b"0123456789"[(value % 10) as usize];
        value /= 10;
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = [0; LONGEST];
        let len = self.write(&mut out);
        serializer.serialize_str(std::str::from_utf8(&out[..len]).map_err(S::Error::custom)?)
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some(
                "RFC 3339 in UTC; a fraction, where there is one, has six digits.",
            ))
            .examples(["2026-01-01T12:00:00Z"])
            .into()
    }
}

impl ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;
    use time::{Duration, macros::datetime};

    fn wire(at: OffsetDateTime) -> String {
        serde_json::to_value(Timestamp(at))
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn a_fraction_is_six_digits_or_nothing() {
        let noon = datetime!(2026-01-01 12:00 UTC);
        assert_eq!(wire(noon), "2026-01-01T12:00:00Z");
        assert_eq!(
            wire(noon + Duration::microseconds(120)),
            "2026-01-01T12:00:00.000120Z"
        );
        assert_eq!(
            wire(datetime!(0987-12-31 23:59:58.5 UTC)),
            "0987-12-31T23:59:58.500000Z"
        );
    }

    #[test]
    fn other_offsets_are_turned_into_utc() {
        assert_eq!(
            wire(datetime!(2026-01-01 01:30 +02:00)),
            "2025-12-31T23:30:00Z"
        );
    }
}
