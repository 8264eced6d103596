use crate::{
    extract::{Checked, Input, role_name, uuid},
    openapi,
    wire::Timestamp,
};
use domain::{
    id::UserId,
    membership::Member,
    role::{Role, RoleName},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// A user's place in an organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Membership)]
pub(super) struct MembershipView<'a> {
    /// The membership's id; paths use the user's.
    id: Uuid,
    organisation_id: Uuid,
    #[schema(inline)]
    user: MemberView<'a>,
    /// A built-in role, or one that the organisation defines.
    role: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What an organisation sees of its member.
#[derive(Serialize, ToSchema)]
struct MemberView<'a> {
    id: Uuid,
    email: &'a str,
    display_name: &'a str,
    is_active: bool,
}

impl<'a> From<&'a Member> for MembershipView<'a> {
    fn from(member: &'a Member) -> Self {
        let (membership, user) = (&member.membership, &member.user);
        Self {
            id: membership.id.as_uuid(),
            organisation_id: membership.tenant.as_uuid(),
            user: MemberView {
                id: user.id.as_uuid(),
                email: user.email.as_str(),
                display_name: user.display_name.as_str(),
                is_active: user.is_active,
            },
            role: membership.role.as_str(),
            created_at: Timestamp(membership.created_at),
            updated_at: Timestamp(membership.updated_at),
        }
    }
}

/// Who is to become a member.
#[derive(ToSchema)]
#[schema(as = AddMember, example = json!({ "user_id": "0198c0de-0000-7000-8000-00000000000a", "role": "member" }))]
pub(super) struct AddMemberBody {
    #[schema(value_type = Uuid)]
    pub(super) user_id: UserId,
    /// `member` by default.
    #[schema(schema_with = role, required = false)]
    pub(super) role: Role,
}

impl AddMemberBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let user_id = fields.required("user_id", |value| uuid(value).map(UserId::from_uuid));
            let role = fields.defaulted("role", Role::Member, role_name);
            Ok(Self {
                user_id: user_id?,
                role: role?,
            })
        })
    }

    /// The body with its defaults, keys in order: two bodies that mean the same are the same here.
    pub(super) fn canonical(&self) -> Value {
        json!({ "role": self.role.as_str(), "user_id": self.user_id.as_uuid() })
    }
}

/// What the member may do from now on.
#[derive(ToSchema)]
#[schema(as = ChangeRole, example = json!({ "role": "admin" }))]
pub(super) struct ChangeRoleBody {
    #[schema(schema_with = role)]
    pub(super) role: Role,
}

impl ChangeRoleBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let role = fields.required("role", role_name)?;
            Ok(Self { role })
        })
    }
}

fn role() -> Object {
    let mut object = openapi::text::<2, 40>();
    object.pattern = Some(RoleName::PATTERN.to_owned());
    object.description = Some(
        "`owner`, `admin`, `developer`, `member`, `viewer`, `read_only`, or a role of the organisation."
            .to_owned(),
    );
    object
}
