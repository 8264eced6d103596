use super::{KnownRole, Roles};
use crate::{error::Error, gate::Caller};
use domain::{id::TenantId, permission::Permission, role::Role};

impl Roles {
    /// All roles: the built-in ones in their order, then the organisation's own by name.
    ///
    /// # Errors
    /// The gate's refusals.
    pub async fn list(&self, caller: &Caller, tenant: TenantId) -> Result<Vec<KnownRole>, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadRoles)
            .await?;
        let defined = work.tx.roles().all().await?;
        let (mut anew, own): (Vec<_>, Vec<_>) = defined
            .into_iter()
            .partition(|definition| definition.role.is_built_in());
        let built_in = Role::BUILT_IN.into_iter().map(|role| {
            match anew.iter().position(|definition| definition.role == role) {
                Some(index) => KnownRole::Defined(anew.swap_remove(index)),
                None => KnownRole::Default(role),
            }
        });
        let mut roles: Vec<_> = built_in.collect();
        roles.extend(own.into_iter().map(KnownRole::Defined));
        Ok(roles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[tokio::test]
    async fn built_in_roles_come_first_as_the_organisation_has_them() {
        let defined = || {
            vec![
                role_definition("auditor", AUDITOR),
                role_definition("member", "read:projects"),
            ]
        };
        let mut fixture = Fixture::member(Role::ReadOnly);
        let all = fixture.on.roles.expect_all().once();
        all.returning(move || Ok(defined()));
        let world = fixture.start();

        let roles = world.app.roles.list(&caller(), tenant_id()).await.unwrap();
        let [auditor, member] = &defined()[..] else {
            panic!()
        };
        let expected = [
            KnownRole::Default(Role::Owner),
            KnownRole::Default(Role::Admin),
            KnownRole::Default(Role::Developer),
            KnownRole::Defined(member.clone()),
            KnownRole::Default(Role::Viewer),
            KnownRole::Default(Role::ReadOnly),
            KnownRole::Defined(auditor.clone()),
        ];
        assert_eq!(roles, expected);
        assert_eq!((roles[0].version(), roles[3].version()), (0, 3));
        assert_eq!(roles[3].grants().to_string(), "read:projects");
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_read_roles_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadRoles, async |app, caller| {
            app.roles.list(caller, tenant_id()).await
        })
        .await;
    }
}
