//! Forms that more than one resource has on the wire.

mod cursor;
mod document;
mod etag;
mod listing;
mod reply;
mod timestamp;

pub(crate) use cursor::CursorScope;
pub(crate) use document::DocumentView;
pub(crate) use etag::{demanded, demanded_of_any, entity_tag};
pub(crate) use listing::Listing;
pub(crate) use reply::{Answer, ResourceHeaders, answered, carried_out, created, json};
pub(crate) use timestamp::Timestamp;
