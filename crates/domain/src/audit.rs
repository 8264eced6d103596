//! What every change leaves behind.
//!
//! A use case says what happened; the adapter stamps who, where from and when from the transaction's scope, so an event
//! cannot be forged. Metadata and changes are built by the constructors in `event` and nowhere else: nothing secret
//! fits into them.

mod action;
mod changes;
mod event;
mod recorded;

pub use action::AuditAction;
pub use changes::{Fact, FieldChange};
pub use event::{AuditEvent, Denial};
pub use recorded::{AuditFilter, AuditTrail, RecordedEvent, UserEvent};
