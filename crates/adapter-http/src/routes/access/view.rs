use super::{
    super::roles::GrantView,
    body::{kind, permission},
};
use application::access::{Answer, EffectivePermissions, Ownable, Verdict};
use domain::{permission::ResourceKind, policy::Decision};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};
use uuid::Uuid;

/// Answers to questions about what somebody may do.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessAnswers)]
pub(super) struct AnswersView {
    results: Vec<AnswerView>,
}

/// One answer.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessAnswer)]
struct AnswerView {
    #[schema(schema_with = permission)]
    permission: &'static str,
    #[schema(required = true)]
    resource: Option<OwnableView>,
    allowed: bool,
    /// `granted`; `not_owner`: the grant is for one's own only; `not_granted`: nothing grants it; `unreadable`: what the
    /// role grants cannot be told; `inactive`: the user may not sign in.
    #[schema(schema_with = reason)]
    reason: &'static str,
    /// The grant that decides, if one does.
    #[schema(required = true)]
    grant: Option<GrantView>,
}

/// Something that has an owner.
#[derive(Serialize, ToSchema)]
#[schema(as = AskedThing)]
struct OwnableView {
    #[schema(schema_with = kind)]
    kind: &'static str,
    id: Uuid,
}

impl From<&[Answer]> for AnswersView {
    fn from(answers: &[Answer]) -> Self {
        let results = answers.iter().map(AnswerView::from).collect();
        Self { results }
    }
}

impl From<&Answer> for AnswerView {
    fn from(answer: &Answer) -> Self {
        let (reason, grant) = match &answer.verdict {
            Verdict::Decided(Decision::Granted(grant)) => ("granted", Some(grant)),
            Verdict::Decided(Decision::NotOwner(grant)) => ("not_owner", Some(grant)),
            Verdict::Decided(Decision::NotGranted) => ("not_granted", None),
            Verdict::Decided(Decision::Unreadable) => ("unreadable", None),
            Verdict::Inactive => ("inactive", None),
        };
        Self {
            permission: answer.check.permission.as_str(),
            resource: answer.check.to.map(OwnableView::from),
            allowed: reason == "granted",
            reason,
            grant: grant.map(GrantView::from),
        }
    }
}

impl From<Ownable> for OwnableView {
    fn from(what: Ownable) -> Self {
        let (kind, id) = match what {
            Ownable::Project(id) => (ResourceKind::Projects, id.as_uuid()),
            Ownable::Resource(id) => (ResourceKind::Resources, id.as_uuid()),
        };
        let kind = kind.as_str();
        Self { kind, id }
    }
}

fn reason() -> Object {
    let words = [
        "granted",
        "not_owner",
        "not_granted",
        "unreadable",
        "inactive",
    ];
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .build()
}

/// What a member may do.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberPermissions)]
pub(super) struct EffectiveView<'a> {
    user_id: Uuid,
    role: &'a str,
    /// Whether the user may sign in; while not, nothing is permitted.
    is_active: bool,
    /// Every single permission that the member has, without `*`.
    permissions: Vec<GrantView>,
}

impl<'a> From<&'a EffectivePermissions> for EffectiveView<'a> {
    fn from(found: &'a EffectivePermissions) -> Self {
        let member = &found.member;
        let each = found.permissions.iter().copied();
        Self {
            user_id: member.user.id.as_uuid(),
            role: member.membership.role.as_str(),
            is_active: member.user.is_active,
            permissions: each.map(GrantView::reaching).collect(),
        }
    }
}
