//! What can be recorded, one constructor for each event, one file for each subject.

mod api_keys;
mod contents;
mod members;
mod organisations;
mod refusals;
mod users;

pub use refusals::Denial;

use super::{AuditAction, Fact, FieldChange};
use crate::permission::PermissionSet;
use uuid::Uuid;

type Metadata = Vec<(&'static str, Fact)>;

/// An event that is about to be committed with its change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    action: AuditAction,
    target: Uuid,
    metadata: Metadata,
    changes: Vec<FieldChange>,
}

impl AuditEvent {
    fn new(action: AuditAction, target: Uuid, metadata: Metadata) -> Self {
        Self {
            action,
            target,
            metadata,
            changes: Vec::new(),
        }
    }

    fn with(mut self, changes: Vec<FieldChange>) -> Self {
        self.changes = changes;
        self
    }

    /// What happened.
    pub const fn action(&self) -> AuditAction {
        self.action
    }

    /// The row it happened to.
    pub const fn target(&self) -> Uuid {
        self.target
    }

    /// What else is worth knowing, in wire order.
    pub fn metadata(&self) -> &[(&'static str, Fact)] {
        &self.metadata
    }

    /// What is different afterwards, in wire order.
    pub fn changes(&self) -> &[FieldChange] {
        &self.changes
    }
}

fn sent(fields: &[&str]) -> Metadata {
    let fields = fields.iter().map(|field| (*field).to_owned());
    vec![("changed_fields", Fact::List(fields.collect()))]
}

fn listed(permissions: PermissionSet) -> Fact {
    Fact::List(
        permissions
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
    )
}
