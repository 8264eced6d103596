//! Resources: named JSON documents of one tenant, each owned by a member, perhaps part of a project.

use crate::{
    document::Document,
    id::{ProjectId, ResourceId, TenantId, UserId},
    text::{NameFilter, ResourceName},
};
use time::OffsetDateTime;

/// A resource of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    state: ResourceState,
    version: i64,
}

/// The fields of a resource, as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceState {
    /// The resource's id.
    pub id: ResourceId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// Its name.
    pub name: ResourceName,
    /// The project that it is part of.
    pub project: Option<ProjectId>,
    /// The user whose it is: who created it, or whose API key did.
    pub owner: UserId,
    /// Its contents.
    pub data: Document,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
    /// When it was deleted, while it can still be brought back.
    pub deleted_at: Option<OffsetDateTime>,
}

/// What a change of a resource sets; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceChange {
    /// A new name.
    pub name: Option<ResourceName>,
    /// A new project; `Some(None)` takes it out of the one that it is part of.
    pub project: Option<Option<ProjectId>>,
    /// New contents.
    pub data: Option<Document>,
}

impl Resource {
    /// A resource that has just been made.
    pub fn create(
        id: ResourceId,
        tenant: TenantId,
        owner: UserId,
        fields: (ResourceName, Option<ProjectId>, Document),
        now: OffsetDateTime,
    ) -> Self {
        let (name, project, data) = fields;
        let state = ResourceState {
            id,
            tenant,
            name,
            project,
            owner,
            data,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        Self { state, version: 1 }
    }

    /// A resource as it was stored.
    pub const fn restore(state: ResourceState, version: i64) -> Self {
        Self { state, version }
    }

    /// Applies a change; `false` when nothing is different afterwards, and then neither version nor time move.
    pub fn apply(&mut self, change: ResourceChange, now: OffsetDateTime) -> bool {
        let mut next = self.state.clone();
        next.name = change.name.unwrap_or(next.name);
        next.project = change.project.unwrap_or(next.project);
        next.data = change.data.unwrap_or(next.data);
        self.moved(next, now)
    }

    /// Marks it as deleted; `false` when it was already.
    pub fn delete(&mut self, now: OffsetDateTime) -> bool {
        let deleted_at = self.state.deleted_at.or(Some(now));
        let next = ResourceState {
            deleted_at,
            ..self.state.clone()
        };
        self.moved(next, now)
    }

    /// Brings it back; `false` when it was not deleted.
    pub fn undelete(&mut self, now: OffsetDateTime) -> bool {
        let next = ResourceState {
            deleted_at: None,
            ..self.state.clone()
        };
        self.moved(next, now)
    }

    fn moved(&mut self, next: ResourceState, now: OffsetDateTime) -> bool {
        if next == self.state {
            return false;
        }
        self.state = next;
        self.state.updated_at = now;
        self.version += 1;
        true
    }

    /// All fields.
    pub const fn state(&self) -> &ResourceState {
        &self.state
    }

    /// The resource's id.
    pub const fn id(&self) -> ResourceId {
        self.state.id
    }

    /// Its name.
    pub const fn name(&self) -> &ResourceName {
        &self.state.name
    }

    /// Row version, 1 for a new row, one more for each change.
    pub const fn version(&self) -> i64 {
        self.version
    }
}

/// Which resources to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceFilter {
    /// Only resources whose name contains this text, whatever its case.
    pub name: Option<NameFilter>,
    /// Only resources of this owner.
    pub owner: Option<UserId>,
    /// Only resources of this project.
    pub project: Option<ProjectId>,
}
