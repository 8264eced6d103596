//! What happens, in every detail, before anybody knows whether it may.

use domain::{
    access::{AccessDenied, Credential, TenantScope},
    api_key::{ApiKey, KeyTerms, NewKey, TermsDenied},
    audit::AuditAction,
    id::{ApiKeyId, MembershipId, ProjectId, ResourceId, RoleId, TenantId, UserId},
    membership::RosterDenied,
    permission::Permission,
    policy::{Grants, Reach},
    ports::{Reference, StoreError, Unique},
    project::ProjectChange,
    resource::ResourceChange,
    role::Role,
    role_definition::RoleDenied,
    tenant::{Tenant, TransitionError},
    text::{ProjectName, ResourceName, RoleDescription},
    user::Account,
};
use time::{Duration, OffsetDateTime};

/// What happens.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Register(Account),
    /// The membership is the founder's.
    Found(Tenant, UserId, MembershipId),
    Act(Credential, TenantId, Act),
    Operate(TenantId, Operation),
    Purge(TenantId),
}

/// What somebody does in an organisation.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Look(ProjectId),
    AddMember(MembershipId, UserId, Role),
    SetRole(UserId, Role),
    RemoveMember(UserId),
    PutRole(RoleId, Role, RoleDescription, Grants),
    DeleteRole(Role),
    IssueKey(ApiKeyId, KeyTerms, NewKey),
    RotateKey(ApiKeyId, NewKey, Duration),
    RevokeKey(ApiKeyId),
    CreateProject(ProjectId, ProjectName),
    RenameProject(ProjectId, ProjectName),
    DeleteProject(ProjectId),
    RestoreProject(ProjectId),
    CreateResource(ResourceId, ResourceName, Option<ProjectId>),
    MoveResource(ResourceId, Option<ProjectId>),
    DeleteResource(ResourceId),
    RestoreResource(ResourceId),
}

/// What is done to an organisation from outside.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    Suspend,
    Reactivate,
    Close,
    GiveUp,
}

impl Act {
    /// The permission that it takes, and how far that has to go.
    pub(super) const fn need(&self) -> (Permission, Reach) {
        use Permission as P;
        match self {
            Self::Look(_) => (P::ReadProjects, Reach::Own),
            Self::AddMember(..) => (P::CreateMembers, Reach::Everything),
            Self::SetRole(..) => (P::UpdateMembers, Reach::Everything),
            Self::RemoveMember(_) => (P::DeleteMembers, Reach::Everything),
            Self::PutRole(..) => (P::UpdateRoles, Reach::Everything),
            Self::DeleteRole(_) => (P::DeleteRoles, Reach::Everything),
            Self::IssueKey(..) => (P::CreateApiKeys, Reach::Everything),
            Self::RotateKey(..) => (P::UpdateApiKeys, Reach::Everything),
            Self::RevokeKey(_) => (P::DeleteApiKeys, Reach::Everything),
            Self::CreateProject(..) => (P::CreateProjects, Reach::Everything),
            Self::RenameProject(..) | Self::RestoreProject(_) => (P::UpdateProjects, Reach::Own),
            Self::DeleteProject(_) => (P::DeleteProjects, Reach::Own),
            Self::CreateResource(..) => (P::CreateResources, Reach::Everything),
            Self::MoveResource(..) | Self::RestoreResource(_) => (P::UpdateResources, Reach::Own),
            Self::DeleteResource(_) => (P::DeleteResources, Reach::Own),
        }
    }
}

impl Operation {
    /// Changes an organisation.
    pub(super) fn on(self, tenant: &mut Tenant, at: OffsetDateTime) -> Result<(), TransitionError> {
        match self {
            Self::Suspend => tenant.suspend(at),
            Self::Reactivate => tenant.activate(at),
            Self::Close => tenant.delete(Duration::DAY, at),
            Self::GiveUp => tenant.give_up(true, at),
        }
    }

    /// What the trail calls it, unless the trail goes with the organisation.
    pub(super) const fn action(self) -> Option<AuditAction> {
        match self {
            Self::Suspend => Some(AuditAction::OrganisationSuspended),
            Self::Reactivate => Some(AuditAction::OrganisationReactivated),
            Self::Close => Some(AuditAction::OrganisationDeleted),
            Self::GiveUp => None,
        }
    }
}

pub(super) fn renamed(name: ProjectName) -> ProjectChange {
    ProjectChange {
        name: Some(name),
        ..Default::default()
    }
}

pub(super) fn moved(project: Option<ProjectId>) -> ResourceChange {
    ResourceChange {
        project: Some(project),
        ..Default::default()
    }
}

/// Whether something of this owner is within reach.
pub(super) fn within(scope: &TenantScope, owner: Option<UserId>) -> Result<(), Refusal> {
    scope
        .reaches(owner)
        .then_some(())
        .ok_or(Refusal::NotOnesOwn)
}

/// Whether whoever acts may do as much as a key.
pub(super) fn beyond(scope: &TenantScope, key: &ApiKey) -> Result<(), Refusal> {
    let beyond = key.terms.beyond(scope.policy());
    if beyond.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Terms(TermsDenied::BeyondCreator(beyond)))
    }
}

/// A role that there was not before takes one permission more.
pub(super) fn demand_creation(scope: &TenantScope) -> Result<(), Refusal> {
    let may = scope.policy().reach(Permission::CreateRoles) == Reach::Everything;
    may.then_some(()).ok_or(Refusal::NotOnesOwn)
}

/// Why something did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Access(AccessDenied),
    Roster(RosterDenied),
    Role(RoleDenied),
    Terms(TermsDenied),
    Transition(TransitionError),
    KeyDead,
    UnknownRole,
    NoSuch,
    NotOnesOwn,
    Taken(Unique),
    Missing(Reference),
    /// Storage was asked for what nobody may ask for.
    Failed,
    /// Storage did what it must not do.
    Broken(String),
}

/// How many rows were purged, or nothing; or why not.
pub(super) type Outcome = Result<u64, Refusal>;

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(unique) => Self::Taken(unique),
            StoreError::Missing(reference) => Self::Missing(reference),
            other => Self::Broken(format!("{other:?}")),
        }
    }
}

macro_rules! refusals {
    ($($from:ty => $kind:ident),+ $(,)?) => { $(
        impl From<$from> for Refusal {
            fn from(denied: $from) -> Self {
                Self::$kind(denied)
            }
        }
    )+ };
}

refusals!(
    AccessDenied => Access,
    RosterDenied => Roster,
    RoleDenied => Role,
    TermsDenied => Terms,
    TransitionError => Transition,
);
