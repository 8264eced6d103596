//! The stored form of a role that has just been defined.

use crate::stored::{Stored, instant, micros};
use domain::{
    id::{RoleId, TenantId, UserId},
    policy::Grants,
    role::Role,
    role_definition::RoleDefinition,
    text::RoleDescription,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
pub(crate) struct RoleForm {
    id: Uuid,
    tenant: Uuid,
    role: String,
    description: Option<String>,
    grants: String,
    by: Option<Uuid>,
    created_at: i64,
}

impl Stored for RoleDefinition {
    type Form = RoleForm;

    fn to_form(&self) -> RoleForm {
        let description = self.description.as_ref();
        RoleForm {
            id: self.id.as_uuid(),
            tenant: self.tenant.as_uuid(),
            role: self.role.as_str().to_owned(),
            description: description.map(|text| text.as_str().to_owned()),
            grants: self.grants.to_string(),
            by: self.created_by.map(UserId::as_uuid),
            created_at: micros(self.created_at),
        }
    }

    fn from_form(form: RoleForm) -> Option<Self> {
        let description = form.description.map(RoleDescription::parse);
        Some(Self::define(
            RoleId::from_uuid(form.id),
            TenantId::from_uuid(form.tenant),
            Role::parse(&form.role)?,
            (description.transpose().ok()?, Grants::parse(&form.grants)?),
            form.by.map(UserId::from_uuid),
            instant(form.created_at)?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stored::{decode, encode},
        testing::*,
    };

    #[test]
    fn every_field_of_a_fresh_role_comes_back() {
        let role = RoleDefinition {
            version: 1,
            description: Some(RoleDescription::parse("looks, touches nothing").unwrap()),
            ..role_definition("auditor", "read:* update:projects[owner]")
        };
        assert_eq!(
            decode::<RoleDefinition>(&encode(&role).unwrap()).unwrap(),
            role
        );
    }
}
