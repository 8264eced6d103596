use super::{AccessQueries, standing};
use crate::{error::Error, gate::Caller};
use domain::{
    id::{TenantId, UserId},
    membership::Member,
    permission::Permission,
    policy::{Policy, Reach},
};

/// What a member may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectivePermissions {
    /// The member.
    pub member: Member,
    /// What the member may do and how far, in the order of the vocabulary; nothing while the user is inactive.
    pub permissions: Vec<(Permission, Reach)>,
}

impl AccessQueries {
    /// What a member may do at this moment. Everyone may ask this about themselves.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn effective(
        &self,
        caller: &Caller,
        tenant: TenantId,
        user: UserId,
    ) -> Result<EffectivePermissions, Error> {
        let mut work = self.enter(caller, tenant, Some(user)).await?;
        let member = standing::member(&mut work, user).await?;
        let grants = standing::grants_of(&mut work, &member.membership.role).await?;
        let policy = grants
            .filter(|_| member.user.is_active)
            .map_or(Policy::NOTHING, |grants| Policy::from(&grants));
        Ok(EffectivePermissions {
            member,
            permissions: policy.iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Resource, testing::*};
    use domain::{role::Role, user::User};

    fn finding(mut fixture: Fixture, found: Option<Member>) -> World {
        let find = fixture.on.members.expect_find();
        find.returning(move |_| Ok(found.clone()));
        let auditor = "read:projects update:projects[owner]";
        expect_roles(
            &mut fixture.on.roles,
            &[role_definition("auditor", auditor)],
        );
        fixture.start()
    }

    async fn asked(world: &World, user: UserId) -> Result<EffectivePermissions, Error> {
        world
            .app
            .access
            .effective(&caller(), tenant_id(), user)
            .await
    }

    #[tokio::test]
    async fn a_member_may_do_what_the_role_grants_now() {
        let auditor = member(other_id(), Role::parse("auditor").unwrap());
        let world = finding(Fixture::member(Role::ReadOnly), Some(auditor.clone()));
        let found = asked(&world, other_id()).await.unwrap();
        assert_eq!(found.member, auditor);
        let expected = [
            (Permission::ReadProjects, Reach::Everything),
            (Permission::UpdateProjects, Reach::Own),
        ];
        assert_eq!(found.permissions, expected);
        world.assert_untouched();
    }

    #[tokio::test]
    async fn an_inactive_member_and_one_whose_role_is_gone_may_do_nothing() {
        let inactive = Member {
            user: User {
                is_active: false,
                ..user_of(other_id())
            },
            ..member(other_id(), Role::Owner)
        };
        let nonesuch = member(other_id(), Role::parse("nonesuch").unwrap());
        for found in [inactive, nonesuch] {
            let world = finding(Fixture::member(Role::Admin), Some(found));
            assert_eq!(asked(&world, other_id()).await.unwrap().permissions, []);
        }
    }

    #[tokio::test]
    async fn everyone_may_ask_about_themselves_and_with_no_right_about_nobody_else() {
        let me = member(user_id(), Role::parse("auditor").unwrap());
        let world = finding(Fixture::holding(""), Some(me));
        assert!(asked(&world, user_id()).await.is_ok());
        let refused = asked(&world, other_id()).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
    }

    #[tokio::test]
    async fn whoever_is_not_a_member_is_not_found() {
        let world = finding(Fixture::member(Role::Admin), None);
        let found = asked(&world, other_id()).await;
        let error = found.unwrap_err();
        assert!(matches!(error, Error::NotFound(Resource::Membership)));
    }

    #[tokio::test]
    async fn whoever_may_not_read_members_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadMembers, async |app, caller| {
            app.access.effective(caller, tenant_id(), other_id()).await
        })
        .await;
    }
}
