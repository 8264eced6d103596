//! Members and roles.

use super::{AuditEvent, Metadata};
use crate::{
    audit::{AuditAction, Fact, changes::changed},
    membership::Membership,
    role::Role,
    role_definition::RoleDefinition,
    text::RoleDescription,
};

impl AuditEvent {
    /// A member was added.
    pub fn member_added(member: &Membership) -> Self {
        let target = member.id.as_uuid();
        Self::new(AuditAction::MemberAdded, target, user_and_role(member))
    }

    /// A member's role was set from `old` to the one that it has now.
    pub fn member_role_changed(member: &Membership, old: &Role) -> Self {
        let (before, after) = (Fact::from(old.as_str()), Fact::from(member.role.as_str()));
        let metadata = vec![
            ("user_id", Fact::Text(member.user.to_string())),
            ("old_role", before.clone()),
            ("new_role", after.clone()),
        ];
        Self::new(
            AuditAction::MemberRoleChanged,
            member.id.as_uuid(),
            metadata,
        )
        .with(changed([("role", before, after)]))
    }

    /// A member was removed.
    pub fn member_removed(member: &Membership) -> Self {
        let target = member.id.as_uuid();
        Self::new(AuditAction::MemberRemoved, target, user_and_role(member))
    }

    /// A role was defined, or a built-in one defined anew.
    pub fn role_created(role: &RoleDefinition) -> Self {
        Self::new(AuditAction::RoleCreated, role.id.as_uuid(), named(role)).with(changed([(
            "permissions",
            Fact::Nothing,
            grants(role),
        )]))
    }

    /// What a role grants was replaced.
    pub fn role_updated(before: &RoleDefinition, role: &RoleDefinition) -> Self {
        let description = |role: &RoleDefinition| {
            Fact::from(role.description.as_ref().map(RoleDescription::as_str))
        };
        let changes = changed([
            ("description", description(before), description(role)),
            ("permissions", grants(before), grants(role)),
        ]);
        Self::new(AuditAction::RoleUpdated, role.id.as_uuid(), named(role)).with(changes)
    }

    /// A role was deleted, or a built-in one set back to its default.
    pub fn role_deleted(role: &RoleDefinition) -> Self {
        Self::new(AuditAction::RoleDeleted, role.id.as_uuid(), named(role)).with(changed([(
            "permissions",
            grants(role),
            Fact::Nothing,
        )]))
    }
}

fn grants(role: &RoleDefinition) -> Fact {
    Fact::List(role.grants.iter().map(ToString::to_string).collect())
}

fn named(role: &RoleDefinition) -> Metadata {
    vec![("role", role.role.as_str().into())]
}

fn user_and_role(member: &Membership) -> Metadata {
    vec![
        ("user_id", Fact::Text(member.user.to_string())),
        ("role", member.role.as_str().into()),
    ]
}
