use super::{KnownRole, Roles};
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    id::TenantId,
    membership::Member,
    permission::{Permission, PermissionSet},
    policy::{Grants, Policy, Reach},
    role::Role,
};

/// What a change of a role would mean.
#[derive(Clone, Debug)]
pub struct RolePreview {
    /// The role.
    pub role: Role,
    /// What it would grant; none when it would be deleted, or go back to its default.
    pub grants: Option<Grants>,
}

/// Who would gain and lose what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleImpact {
    /// What each of them could do that they cannot do now, or could do to everything and not to their own alone.
    pub gained: Vec<(Permission, Reach)>,
    /// What each of them could not do any more, and how far they can do it now.
    pub lost: Vec<(Permission, Reach)>,
    /// The members concerned, oldest first, at most [`Self::MAX_MEMBERS`]; none when nothing would be different.
    pub members: Vec<Member>,
    /// How many members are concerned.
    pub total: u64,
}

impl RoleImpact {
    /// Most members who are named.
    pub const MAX_MEMBERS: u32 = 1000;
}

impl Roles {
    /// Says what a change of a role would mean, and changes nothing.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::Insufficient`] without the permission to read members, [`Error::ImmutableRole`],
    /// [`Error::NotFound`] for the deletion of a role that is not defined.
    pub async fn preview(
        &self,
        caller: &Caller,
        tenant: TenantId,
        asked: RolePreview,
    ) -> Result<RoleImpact, Error> {
        let mut work = self
            .gate
            .read(caller, tenant, Permission::ReadRoles)
            .await?;
        work.demand(work.scope.policy(), Permission::ReadMembers)?;
        let RolePreview { role, grants } = asked;
        if role.is_immutable() {
            return Err(Error::ImmutableRole);
        }
        let found = work.tx.roles().find(&role).await?;
        let known = KnownRole::of(role.clone(), found);
        if known.is_none() && grants.is_none() {
            return Err(Error::NotFound(Resource::Role));
        }
        let before = known.as_ref().map_or(Policy::NOTHING, KnownRole::policy);
        let after = grants.map_or_else(|| role.policy(None), |grants| Policy::from(&grants));

        let mut impact = RoleImpact {
            gained: reaching(after, before.missing(after)),
            lost: reaching(before, after.missing(before)),
            members: Vec::new(),
            total: 0,
        };
        if before != after {
            let members = work.tx.members();
            impact.total = members.holders(&role).await?;
            impact.members = members.holding(&role, RoleImpact::MAX_MEMBERS).await?;
        }
        Ok(impact)
    }
}

fn reaching(policy: Policy, permissions: PermissionSet) -> Vec<(Permission, Reach)> {
    let each = permissions.iter();
    each.map(|one| (one, policy.reach(one))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn fixture() -> Fixture {
        let mut fixture = Fixture::member(Role::ReadOnly);
        let defined = [role_definition(
            "auditor",
            "read:projects update:projects[owner]",
        )];
        expect_roles(&mut fixture.on.roles, &defined);
        fixture
    }

    fn with_holders(role: &'static str) -> Fixture {
        let mut fixture = fixture();
        let members = &mut fixture.on.members;
        members
            .expect_holders()
            .withf(move |asked| asked.as_str() == role)
            .returning(|_| Ok(2000));
        members
            .expect_holding()
            .withf(move |asked, limit| (asked.as_str(), *limit) == (role, 1000))
            .returning(|role, _| Ok(vec![member(other_id(), role.clone())]));
        fixture
    }

    async fn preview(world: &World, role: &str, grants: Option<&str>) -> Result<RoleImpact, Error> {
        let asked = RolePreview {
            role: Role::parse(role).unwrap(),
            grants: grants.map(|grants| Grants::parse(grants).unwrap()),
        };
        let roles = &world.app.roles;
        roles.preview(&caller(), tenant_id(), asked).await
    }

    #[tokio::test]
    async fn whoever_has_the_role_gains_and_loses_what_is_different() {
        let world = with_holders("auditor").start();
        let grants = Some("update:projects read:usage delete:projects[owner]");
        let impact = preview(&world, "auditor", grants).await.unwrap();
        let gained = [
            (Permission::UpdateProjects, Reach::Everything),
            (Permission::DeleteProjects, Reach::Own),
            (Permission::ReadUsage, Reach::Everything),
        ];
        assert_eq!(impact.gained, gained);
        assert_eq!(impact.lost, [(Permission::ReadProjects, Reach::Everything)]);
        let auditor = Role::parse("auditor").unwrap();
        assert_eq!(impact.members, [member(other_id(), auditor)]);
        assert_eq!(impact.total, 2000);
        world.assert_untouched();
    }

    #[tokio::test]
    async fn narrowing_to_ones_own_is_a_loss() {
        let world = with_holders("member").start();
        let grants = Some("read:organisation *:resources *:projects[owner] create:projects");
        let impact = preview(&world, "member", grants).await.unwrap();
        assert_eq!(impact.gained, []);
        let lost = [
            Permission::ReadProjects,
            Permission::UpdateProjects,
            Permission::DeleteProjects,
        ];
        assert_eq!(impact.lost, lost.map(|one| (one, Reach::Everything)));
    }

    #[tokio::test]
    async fn a_deletion_takes_everything_and_a_default_comes_back() {
        let world = with_holders("auditor").start();
        let impact = preview(&world, "auditor", None).await.unwrap();
        let lost = [
            (Permission::ReadProjects, Reach::Everything),
            (Permission::UpdateProjects, Reach::Own),
        ];
        assert_eq!((impact.gained, impact.lost), (vec![], lost.to_vec()));
    }

    #[tokio::test]
    async fn a_change_of_nothing_concerns_nobody() {
        for (role, grants) in [
            ("viewer", None),
            ("auditor", Some("update:projects[owner] read:projects")),
        ] {
            let impact = preview(&fixture().start(), role, grants).await.unwrap();
            assert_eq!((impact.total, impact.members), (0, vec![]));
            assert_eq!((impact.gained, impact.lost), (vec![], vec![]));
        }
    }

    #[tokio::test]
    async fn owner_and_admin_cannot_change() {
        let refused = preview(&fixture().start(), "owner", Some("*:*")).await;
        assert!(matches!(refused, Err(Error::ImmutableRole)));
    }

    #[tokio::test]
    async fn a_role_that_is_not_defined_can_be_previewed_but_not_its_deletion() {
        let world = with_holders("nonesuch").start();
        let impact = preview(&world, "nonesuch", Some("read:usage"))
            .await
            .unwrap();
        assert_eq!(impact.gained, [(Permission::ReadUsage, Reach::Everything)]);
        let refused = preview(&world, "nonesuch", None).await;
        assert!(matches!(refused, Err(Error::NotFound(Resource::Role))));
    }

    #[tokio::test]
    async fn whoever_may_not_read_roles_and_members_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadRoles, async |app, caller| {
            let role = Role::Member;
            let asked = RolePreview { role, grants: None };
            app.roles.preview(caller, tenant_id(), asked).await
        })
        .await;

        let world = Fixture::holding("*:roles").start();
        let refused = preview(&world, "member", None).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
    }
}
