//! Projects: the first kind of thing that a tenant owns.

use crate::{
    id::{ProjectId, TenantId, UserId},
    text::{Description, NameFilter, ProjectName},
    vocabulary::vocabulary,
};
use time::OffsetDateTime;

vocabulary! {
    /// Whether a project is in use. Any status may follow any other.
    ProjectStatus {
        /// In use.
        Active = "active",
        /// Put aside, still editable.
        Archived = "archived",
    }
}

vocabulary! {
    /// What a list of projects is ordered by; ties are broken by id.
    ProjectSort {
        /// Time of creation.
        CreatedAt = "created_at",
        /// Name, by code point.
        Name = "name",
        /// Status, by its text.
        Status = "status",
    }
}

/// A project of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    state: ProjectState,
    version: i64,
}

/// The fields of a project, as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectState {
    /// The project's id.
    pub id: ProjectId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// Its name.
    pub name: ProjectName,
    /// Its status.
    pub status: ProjectStatus,
    /// What it is about, if anyone said.
    pub description: Option<Description>,
    /// The user who created it; none when an API key did.
    pub created_by: Option<UserId>,
    /// The user who last changed it; an API key leaves it as it was.
    pub updated_by: Option<UserId>,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// What a change of a project sets; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectChange {
    /// A new name.
    pub name: Option<ProjectName>,
    /// A new description; `Some(None)` clears it.
    pub description: Option<Option<Description>>,
    /// A new status.
    pub status: Option<ProjectStatus>,
}

impl ProjectChange {
    /// The fields that were sent, in wire order.
    pub fn fields(&self) -> Vec<&'static str> {
        let sent = [
            (self.name.is_some(), "name"),
            (self.description.is_some(), "description"),
            (self.status.is_some(), "status"),
        ];
        sent.into_iter()
            .filter_map(|(sent, field)| sent.then_some(field))
            .collect()
    }
}

impl Project {
    /// A project that has just been made by a user, or, without one, by an API key.
    pub fn create(
        id: ProjectId,
        tenant: TenantId,
        fields: (ProjectName, Option<Description>, ProjectStatus),
        by: Option<UserId>,
        now: OffsetDateTime,
    ) -> Self {
        let (name, description, status) = fields;
        let state = ProjectState {
            id,
            tenant,
            name,
            status,
            description,
            created_by: by,
            updated_by: by,
            created_at: now,
            updated_at: now,
        };
        Self { state, version: 1 }
    }

    /// A project as it was stored.
    pub const fn restore(state: ProjectState, version: i64) -> Self {
        Self { state, version }
    }

    /// Applies a change made by a user or, without one, by an API key; `false` when nothing is different afterwards,
    /// and then neither version nor time move.
    pub fn apply(
        &mut self,
        change: ProjectChange,
        by: Option<UserId>,
        now: OffsetDateTime,
    ) -> bool {
        let mut next = self.state.clone();
        next.name = change.name.unwrap_or(next.name);
        next.description = change.description.unwrap_or(next.description);
        next.status = change.status.unwrap_or(next.status);
        next.updated_by = by.or(next.updated_by);
        if next == self.state {
            return false;
        }
        next.updated_at = now;
        self.state = next;
        self.version += 1;
        true
    }

    /// Brings it back after it was deleted, by a user or, without one, by an API key.
    pub fn undelete(&mut self, by: Option<UserId>, now: OffsetDateTime) {
        self.state.updated_by = by.or(self.state.updated_by);
        self.state.updated_at = now;
        self.version += 1;
    }

    /// All fields.
    pub const fn state(&self) -> &ProjectState {
        &self.state
    }

    /// The project's id.
    pub const fn id(&self) -> ProjectId {
        self.state.id
    }

    /// The tenant that owns it.
    pub const fn tenant(&self) -> TenantId {
        self.state.tenant
    }

    /// Its name.
    pub const fn name(&self) -> &ProjectName {
        &self.state.name
    }

    /// Its status.
    pub const fn status(&self) -> ProjectStatus {
        self.state.status
    }

    /// Row version, 1 for a new row, one more for each change.
    pub const fn version(&self) -> i64 {
        self.version
    }
}

/// Which projects to list, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFilter {
    /// Only projects with this status.
    pub status: Option<ProjectStatus>,
    /// Only projects whose name contains this text, whatever its case.
    pub name: Option<NameFilter>,
    /// Only projects that this user created.
    pub created_by: Option<UserId>,
    /// What to sort by.
    pub sort_by: ProjectSort,
    /// Largest first.
    pub descending: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;
    use uuid::Uuid;

    fn project() -> Project {
        let name = ProjectName::parse("Apollo").unwrap();
        Project::create(
            ProjectId::from_uuid(Uuid::nil()),
            TenantId::from_uuid(Uuid::nil()),
            (
                name,
                Some(Description::parse("moon").unwrap()),
                ProjectStatus::Active,
            ),
            Some(UserId::from_uuid(Uuid::from_u128(1))),
            OffsetDateTime::UNIX_EPOCH,
        )
    }

    #[test]
    fn a_key_changes_the_project_but_not_who_is_named() {
        let later = OffsetDateTime::UNIX_EPOCH + Duration::SECOND;
        let mut p = project();
        let change = ProjectChange {
            description: Some(None),
            ..Default::default()
        };
        assert_eq!(change.fields(), ["description"]);
        assert!(p.apply(change, None, later));
        assert_eq!(p.state().description, None);
        assert_eq!(
            p.state().updated_by,
            Some(UserId::from_uuid(Uuid::from_u128(1)))
        );
        assert_eq!((p.version(), p.state().updated_at), (2, later));
    }

    #[test]
    fn what_comes_back_is_a_new_version_of_what_it_was() {
        let later = OffsetDateTime::UNIX_EPOCH + Duration::SECOND;
        let (mut by_key, mut by_user) = (project(), project());
        by_key.undelete(None, later);
        let other = UserId::from_uuid(Uuid::from_u128(2));
        by_user.undelete(Some(other), later);
        assert_eq!(by_key.state().updated_by, project().state().updated_by);
        assert_eq!(by_user.state().updated_by, Some(other));
        for restored in [by_key, by_user] {
            assert_eq!(
                (restored.version(), restored.state().updated_at),
                (2, later)
            );
            let same = ProjectState {
                updated_by: project().state().updated_by,
                updated_at: project().state().updated_at,
                ..restored.state().clone()
            };
            assert_eq!(same, *project().state());
        }
    }

    #[test]
    fn an_empty_change_moves_nothing() {
        let mut p = project();
        let later = OffsetDateTime::UNIX_EPOCH + Duration::SECOND;
        assert!(!p.apply(ProjectChange::default(), None, later));
        assert_eq!(p, project());
    }
}
