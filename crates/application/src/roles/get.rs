use super::{KnownRole, Roles};
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{id::TenantId, permission::Permission, role::Role};

impl Roles {
    /// One role.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn get(
        &self,
        caller: &Caller,
        tenant: TenantId,
        role: Role,
    ) -> Result<KnownRole, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadRoles)
            .await?;
        let definition = work.tx.roles().find(&role).await?;
        KnownRole::of(role, definition).ok_or(Error::NotFound(Resource::Role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    async fn get(role: &str) -> Result<KnownRole, Error> {
        let mut fixture = Fixture::member(Role::Admin);
        let defined = [
            role_definition("auditor", AUDITOR),
            role_definition("viewer", ""),
        ];
        expect_roles(&mut fixture.on.roles, &defined);
        let world = fixture.start();
        let role = Role::parse(role).unwrap();
        world.app.roles.get(&caller(), tenant_id(), role).await
    }

    #[tokio::test]
    async fn a_role_is_what_the_organisation_says_or_its_default() {
        let auditor = role_definition("auditor", AUDITOR);
        assert_eq!(get("auditor").await.unwrap(), KnownRole::Defined(auditor));
        let viewer = get("viewer").await.unwrap();
        assert_eq!(viewer.grants().iter().count(), 0);
        let member = get("member").await.unwrap();
        assert_eq!(member, KnownRole::Default(Role::Member));
        assert_eq!(Some(&member.grants()), Role::Member.default_grants());
    }

    #[tokio::test]
    async fn a_role_that_is_neither_built_in_nor_defined_is_not_found() {
        let found = get("nonesuch").await;
        assert!(matches!(found, Err(Error::NotFound(Resource::Role))));
    }

    #[tokio::test]
    async fn whoever_may_not_read_roles_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadRoles, async |app, caller| {
            app.roles.get(caller, tenant_id(), Role::Member).await
        })
        .await;
    }
}
