//! Cursors: where a page ended, sealed so that only we can have written it, and only for this very list.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::page::{Position, SortValue};
use time::OffsetDateTime;
use uuid::Uuid;

const MAC: usize = 16;
const TEXT: u8 = 0;
const TIME: u8 = 1;

/// One list, as it was asked for: whose it is, its filter and its order. A cursor of any other list is refused.
pub(crate) struct CursorScope(blake3::Hasher);

impl CursorScope {
    /// A list of this owner: an organisation, or the user whose organisations are listed.
    pub(crate) fn new(key: &[u8; 32], list: &'static str, owner: Uuid) -> Self {
        Self(blake3::Hasher::new_keyed(key))
            .bind(list)
            .bind(owner.as_bytes())
    }

    /// Ties the cursors to a part of the filter or the order.
    pub(crate) fn bind(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        // The length keeps two neighbouring parts from being read as others.
        self.0
            .update(&(part.len() as u64).to_le_bytes())
            .update(part);
        self
    }

    /// Writes a cursor: base64url without padding of MAC and position.
    pub(crate) fn seal(&self, position: &Position) -> String {
        let payload = encode(position);
        let mut bytes = self.mac(&payload).to_vec();
        bytes.extend(payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor; `None` unless it is one of ours for this list, in its one canonical spelling.
    pub(crate) fn open(&self, cursor: &str) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (mac, payload) = bytes.split_first_chunk::<MAC>()?;
        let difference = self
            .mac(payload)
            .iter()
            .zip(mac)
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        (std::hint::black_box(difference) == 0)
            .then(|| decode(payload))
            .flatten()
    }

    fn mac(&self, payload: &[u8]) -> [u8; MAC] {
        let mut mac = [0; MAC];
        self.0.clone().update(payload).finalize_xof().fill(&mut mac);
        mac
    }
}

fn encode(position: &Position) -> Vec<u8> {
    let (kind, value) = match &position.value {
        SortValue::Text(text) => (TEXT, text.as_bytes().to_vec()),
        SortValue::Time(at) => (
            TIME,
            (at.unix_timestamp_nanos() / 1000).to_be_bytes().to_vec(),
        ),
    };
    [&[kind], position.id.as_bytes().as_slice(), &value].concat()
}

fn decode(payload: &[u8]) -> Option<Position> {
    let (kind, rest) = payload.split_first()?;
    let (id, value) = rest.split_first_chunk::<16>()?;
    let value = match *kind {
        TEXT => SortValue::Text(String::from_utf8(value.to_vec()).ok()?),
        TIME => {
            let nanos = i128::from_be_bytes(value.try_into().ok()?).checked_mul(1000)?;
            SortValue::Time(OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?)
        }
        _ => return None,
    };
    Some(Position {
        value,
        id: Uuid::from_bytes(*id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::datetime;

    fn scope(list: &'static str, owner: u128) -> CursorScope {
        CursorScope::new(&[7; 32], list, Uuid::from_u128(owner))
    }

    fn position() -> Position {
        Position {
            value: SortValue::Time(datetime!(2026-01-01 12:00:00.000120 UTC)),
            id: Uuid::from_u128(5),
        }
    }

    #[test]
    fn a_cursor_with_any_bit_flipped_is_refused() {
        let scope = scope("projects", 1);
        let cursor = scope.seal(&position());
        assert_eq!(scope.open(&cursor), Some(position()));
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut bent = bytes.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(scope.open(&URL_SAFE_NO_PAD.encode(bent)), None, "bit {bit}");
        }
    }

    #[test]
    fn a_cursor_with_any_character_changed_added_or_missing_is_refused() {
        let scope = scope("projects", 1);
        let cursor = scope.seal(&position());
        for at in 0..cursor.len() {
            for other in ["A", "_", "!", "="] {
                let mut bent = cursor.clone();
                bent.replace_range(at..=at, other);
                assert!(bent == cursor || scope.open(&bent).is_none(), "{bent}");
            }
            assert_eq!(scope.open(&cursor[..at]), None);
        }
        assert_eq!(scope.open(&format!("{cursor}A")), None);
        assert_eq!(scope.open(&format!("{cursor}=")), None);
    }

    #[test]
    fn a_cursor_of_another_list_owner_filter_or_key_is_refused() {
        let cursor = scope("projects", 1)
            .bind("active")
            .bind("name")
            .seal(&position());
        assert!(
            scope("projects", 1)
                .bind("active")
                .bind("name")
                .open(&cursor)
                .is_some()
        );
        let others = [
            scope("members", 1).bind("active").bind("name"),
            scope("projects", 2).bind("active").bind("name"),
            scope("projects", 1).bind("name").bind("active"),
            scope("projects", 1).bind("activename").bind(""),
            scope("projects", 1).bind("active"),
            CursorScope::new(&[8; 32], "projects", Uuid::from_u128(1))
                .bind("active")
                .bind("name"),
        ];
        assert!(others.iter().all(|other| other.open(&cursor).is_none()));
    }

    proptest! {
        #[test]
        fn a_position_comes_back_as_it_was(text in ".{0,200}", id: u128, micros in 0i64..4_000_000_000_000_000) {
            let scope = scope("organisations", 3);
            let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).unwrap();
            for value in [SortValue::Text(text), SortValue::Time(at)] {
                let position = Position { value, id: Uuid::from_u128(id) };
                prop_assert_eq!(scope.open(&scope.seal(&position)), Some(position));
            }
        }

        #[test]
        fn garbage_is_refused(cursor in ".{0,120}") {
            prop_assert_eq!(scope("projects", 1).open(&cursor), None);
        }
    }
}
