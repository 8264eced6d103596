//! What happens, in every detail, before anybody knows whether it may.

use domain::{
    access::{AccessDenied, Credential},
    api_key::{KeyTerms, NewKey, TermsDenied},
    id::{ApiKeyId, MembershipId, ProjectId, ResourceId, RoleId, TenantId, UserId},
    membership::RosterDenied,
    permission::Permission,
    policy::{Grants, Reach},
    ports::{Reference, StoreError, Unique},
    role::Role,
    role_definition::RoleDenied,
    tenant::{Tenant, TransitionError},
    text::{ProjectName, ResourceName, RoleDescription},
    user::Account,
};
use time::Duration;

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
            StoreError::Failed(source) => {
                // An operation that the database itself refuses looks the same as one that breaks; `Purge` tells them
                // apart.
                Self::Broken(source.to_string())
            }
            other => Self::Broken(other.to_string()),
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
