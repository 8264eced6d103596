//! What can happen next: a few numbers, which a book gives their meaning by what there is at that moment.

use proptest::{bool::weighted, prelude::*, sample::select};

/// What kind of thing happens. The first is what a sequence that fails is simplified towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Nothing,
    Look,
    Register,
    Found,
    AddMember,
    SetRole,
    RemoveMember,
    PutRole,
    DeleteRole,
    IssueKey,
    RotateKey,
    RevokeKey,
    CreateProject,
    RenameProject,
    DeleteProject,
    RestoreProject,
    CreateResource,
    MoveResource,
    DeleteResource,
    RestoreResource,
    Suspend,
    Reactivate,
    Close,
    GiveUp,
    Purge,
}

/// The more often a kind is listed, the more often it happens.
const KINDS: [Kind; 47] = {
    use Kind as K;
    [
        K::Nothing,
        K::Look,
        K::Look,
        K::Look,
        K::Register,
        K::Found,
        K::AddMember,
        K::AddMember,
        K::AddMember,
        K::SetRole,
        K::SetRole,
        K::SetRole,
        K::RemoveMember,
        K::RemoveMember,
        K::PutRole,
        K::PutRole,
        K::DeleteRole,
        K::IssueKey,
        K::IssueKey,
        K::RotateKey,
        K::RotateKey,
        K::RevokeKey,
        K::CreateProject,
        K::CreateProject,
        K::CreateProject,
        K::RenameProject,
        K::RenameProject,
        K::DeleteProject,
        K::DeleteProject,
        K::RestoreProject,
        K::RestoreProject,
        K::RestoreProject,
        K::CreateResource,
        K::CreateResource,
        K::MoveResource,
        K::MoveResource,
        K::DeleteResource,
        K::DeleteResource,
        K::RestoreResource,
        K::RestoreResource,
        K::Suspend,
        K::Reactivate,
        K::Reactivate,
        K::Reactivate,
        K::Close,
        K::GiveUp,
        K::Purge,
    ]
};

/// What happens next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) kind: Kind,
    /// In which organisation.
    pub(super) place: usize,
    /// Who acts.
    pub(super) who: usize,
    /// To whom or what.
    pub(super) to: usize,
    /// How, where there is more than one way.
    pub(super) how: usize,
    /// Whether whoever acts comes from anywhere.
    pub(super) stranger: bool,
    /// Whether what it is done to is from anywhere.
    pub(super) foreign: bool,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let number = 0..1_000_usize;
    let numbers = (number.clone(), number.clone(), number.clone(), number);
    (select(&KINDS[..]), numbers, weighted(0.1), weighted(0.15)).prop_map(
        |(kind, (place, who, to, how), stranger, foreign)| Step {
            kind,
            place,
            who,
            to,
            how,
            stranger,
            foreign,
        },
    )
}
