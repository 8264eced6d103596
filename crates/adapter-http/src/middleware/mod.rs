//! What happens around every request: its id and span, the headers of every answer, the document of every error, the
//! line in the log and the figures in the metrics.

mod context;
mod finish;
mod request_id;
mod root_span;
mod security_headers;
mod unread;

pub(crate) use context::{RequestContext, origin};
pub(crate) use finish::{finish, finish_waiting};
pub(crate) use root_span::RequestSpan;
