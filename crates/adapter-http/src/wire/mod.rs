//! Forms that more than one resource has on the wire.

mod cursor;
mod etag;
mod listing;
mod reply;
mod timestamp;

pub(crate) use cursor::CursorScope;
pub(crate) use etag::{demanded, entity_tag};
pub(crate) use listing::Listing;
pub(crate) use reply::{Answer, ResourceHeaders, answered, created, json};
pub(crate) use timestamp::Timestamp;
