use super::{AccessQueries, standing};
use crate::{
    error::Error,
    gate::{Caller, Work},
};
use domain::{
    id::{ProjectId, ResourceId, TenantId, UserId},
    permission::Permission,
    policy::{Decision, Grants, decide},
};
use std::collections::HashMap;

/// Ask what somebody may do.
#[derive(Clone, Debug)]
pub struct CheckAccess {
    /// The member; whoever asks when there is none.
    pub user: Option<UserId>,
    /// What is asked.
    pub checks: Vec<Check>,
}

impl CheckAccess {
    /// Most questions at once.
    pub const MAX_CHECKS: usize = 100;
}

/// One question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Whether this may be done.
    pub permission: Permission,
    /// What it would be done to; without it, something that belongs to somebody else.
    pub to: Option<Ownable>,
}

/// Something that has an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ownable {
    /// A project belongs to whoever created it.
    Project(ProjectId),
    /// A resource belongs to its owner.
    Resource(ResourceId),
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    pub check: Check,
    /// What is true of it.
    pub verdict: Verdict,
}

/// Whether something may be done, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The policy says so.
    Decided(Decision),
    /// No: the user is inactive.
    Inactive,
}

impl AccessQueries {
    /// Answers questions about what a member may do, in the order in which they were asked. Everyone may ask about
    /// themselves, an API key too.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn check(
        &self,
        caller: &Caller,
        tenant: TenantId,
        asked: CheckAccess,
    ) -> Result<Vec<Answer>, Error> {
        let mut work = self.enter(caller, tenant, asked.user).await?;
        let subject = Subject::find(&mut work, asked.user).await?;
        let mut owners = Owners::default();
        let mut answers = Vec::with_capacity(asked.checks.len());
        for check in asked.checks {
            let verdict = subject.may(&mut work, &mut owners, check).await?;
            answers.push(Answer { check, verdict });
        }
        Ok(answers)
    }
}

/// Whose permissions are asked for.
struct Subject {
    is_active: bool,
    grants: Option<Grants>,
    /// Whose things are their own.
    owner: Option<UserId>,
}

impl Subject {
    async fn find(work: &mut Work, user: Option<UserId>) -> Result<Self, Error> {
        let Some(user) = user.or(standing::asking_user(work)) else {
            return Ok(Self {
                is_active: true,
                grants: standing::written_out(work.scope.policy()),
                owner: work.scope.subject(),
            });
        };
        let member = standing::member(work, user).await?;
        Ok(Self {
            is_active: member.user.is_active,
            grants: standing::grants_of(work, &member.membership.role).await?,
            owner: Some(user),
        })
    }

    async fn may(
        &self,
        work: &mut Work,
        owners: &mut Owners,
        check: Check,
    ) -> Result<Verdict, Error> {
        if !self.is_active {
            return Ok(Verdict::Inactive);
        }
        let grants = self.grants.as_ref();
        let mut decision = decide(grants, check.permission, false);
        if let (Decision::NotOwner(_), Some(to)) = (decision, check.to) {
            let owner = owners.of(work, to).await?;
            let is_owner = owner.is_some() && owner == self.owner;
            decision = decide(grants, check.permission, is_owner);
        }
        Ok(Verdict::Decided(decision))
    }
}

/// Owners that were looked up, each once.
#[derive(Default)]
struct Owners(HashMap<Ownable, Option<UserId>>);

impl Owners {
    /// Nobody owns what is not there.
    async fn of(&mut self, work: &mut Work, what: Ownable) -> Result<Option<UserId>, Error> {
        if let Some(owner) = self.0.get(&what) {
            return Ok(*owner);
        }
        let owner = match what {
            Ownable::Project(id) => {
                let found = work.tx.projects().find(id).await?;
                found.and_then(|project| project.state().created_by)
            }
            Ownable::Resource(id) => {
                let found = work.tx.resources().find(id).await?;
                let live = found.filter(|resource| resource.state().deleted_at.is_none());
                live.map(|resource| resource.state().owner)
            }
        };
        self.0.insert(what, owner);
        Ok(owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Resource, testing::*};
    use domain::{
        access::{CallerFacts, KeyFacts},
        membership::{Member, Standing},
        policy::Grant,
        role::Role,
        user::User,
    };

    const EDITOR: &str = "read:* *:projects[owner]";

    /// The acting user, and everybody else, holds a role that grants this.
    fn holding(grants: &str) -> Fixture {
        let mut fixture = Fixture::holding(grants);
        let find = fixture.on.members.expect_find();
        find.returning(|user| Ok(Some(member(user, Role::parse("custom").unwrap()))));
        expect_roles(&mut fixture.on.roles, &[role_definition("custom", grants)]);
        fixture
    }

    fn about(user: Option<UserId>, checks: &[(Permission, Option<Ownable>)]) -> CheckAccess {
        let check = |(permission, to): &(Permission, Option<Ownable>)| Check {
            permission: *permission,
            to: *to,
        };
        CheckAccess {
            user,
            checks: checks.iter().map(check).collect(),
        }
    }

    async fn verdicts(world: &World, asked: CheckAccess) -> Result<Vec<Verdict>, Error> {
        let (access, expected) = (&world.app.access, asked.checks.clone());
        let answers = access.check(&caller(), tenant_id(), asked).await?;
        let checks: Vec<_> = answers.iter().map(|answer| answer.check).collect();
        assert_eq!(checks, expected);
        Ok(answers.iter().map(|answer| answer.verdict).collect())
    }

    fn granted_by(grant: &str) -> Verdict {
        Verdict::Decided(Decision::Granted(Grant::parse(grant).unwrap()))
    }

    fn not_owner(grant: &str) -> Verdict {
        Verdict::Decided(Decision::NotOwner(Grant::parse(grant).unwrap()))
    }

    #[tokio::test]
    async fn each_answer_names_the_grant_that_decides() {
        let (mine, theirs) = (own_project().id(), ProjectId::from_uuid(made_id(9)));
        let mut fixture = holding(EDITOR);
        let find = fixture.on.projects.expect_find().times(2);
        find.returning(move |id| Ok(Some(if id == mine { own_project() } else { project() })));
        let world = fixture.start();
        let (mine, theirs) = (Some(Ownable::Project(mine)), Some(Ownable::Project(theirs)));
        let checks = [
            (Permission::ReadMembers, None),
            (Permission::UpdateProjects, mine),
            (Permission::UpdateProjects, theirs),
            (Permission::DeleteProjects, mine),
            (Permission::UpdateProjects, None),
            (Permission::ReadProjects, theirs),
            (Permission::DeleteResources, None),
        ];
        let expected = [
            granted_by("read:*"),
            granted_by("*:projects[owner]"),
            not_owner("*:projects[owner]"),
            granted_by("*:projects[owner]"),
            not_owner("*:projects[owner]"),
            granted_by("read:*"),
            Verdict::Decided(Decision::NotGranted),
        ];
        let found = verdicts(&world, about(None, &checks)).await.unwrap();
        assert_eq!(found, expected);
        world.assert_untouched();
    }

    #[tokio::test]
    async fn what_is_not_there_is_nobodys() {
        let mut fixture = holding("update:*[owner]");
        fixture.on.projects.expect_find().returning(|_| Ok(None));
        fixture.on.resources.expect_find().returning(|_| Ok(None));
        let world = fixture.start();
        let (project, resource) = (project().id(), ResourceId::from_uuid(made_id(9)));
        let checks = [
            (Permission::UpdateProjects, Some(Ownable::Project(project))),
            (
                Permission::UpdateResources,
                Some(Ownable::Resource(resource)),
            ),
        ];
        let found = verdicts(&world, about(None, &checks)).await.unwrap();
        assert_eq!(found, [not_owner("update:*[owner]"); 2]);
    }

    #[tokio::test]
    async fn somebody_else_is_judged_by_what_belongs_to_them() {
        let mut fixture = holding("read:members *:projects[owner]");
        let find = fixture.on.projects.expect_find();
        find.returning(|_| Ok(Some(project())));
        let world = fixture.start();
        let checks = [(
            Permission::DeleteProjects,
            Some(Ownable::Project(project().id())),
        )];
        let found = verdicts(&world, about(Some(other_id()), &checks)).await;
        assert_eq!(found.unwrap(), [granted_by("*:projects[owner]")]);
        let found = verdicts(&world, about(Some(user_id()), &checks)).await;
        assert_eq!(found.unwrap(), [not_owner("*:projects[owner]")]);
    }

    #[tokio::test]
    async fn an_inactive_member_may_do_nothing_and_a_lost_role_cannot_be_told() {
        let inactive = Member {
            user: User {
                is_active: false,
                ..user_of(other_id())
            },
            ..member(other_id(), Role::Owner)
        };
        let nonesuch = member(other_id(), Role::parse("nonesuch").unwrap());
        let unreadable = Verdict::Decided(Decision::Unreadable);
        for (found, expected) in [(inactive, Verdict::Inactive), (nonesuch, unreadable)] {
            let mut fixture = Fixture::member(Role::Admin);
            let find = fixture.on.members.expect_find();
            find.returning(move |_| Ok(Some(found.clone())));
            expect_roles(&mut fixture.on.roles, &[]);
            let world = fixture.start();
            let asked = about(Some(other_id()), &[(Permission::ReadProjects, None)]);
            assert_eq!(verdicts(&world, asked).await.unwrap(), [expected]);
        }
    }

    #[tokio::test]
    async fn a_key_is_judged_by_its_scopes_within_its_creators_role() {
        let scopes = [Permission::ReadProjects, Permission::UpdateProjects];
        let standing = Standing {
            policy: Role::Member.policy(Some("*:projects[owner] read:*")),
            role: Role::Member,
        };
        let facts = KeyFacts {
            creator: user_id(),
            standing: Some(standing),
            ..key_facts(&scopes, None)
        };
        let mut fixture = Fixture::with(CallerFacts::ApiKey(Some(facts)));
        let find = fixture.on.projects.expect_find();
        find.returning(|_| Ok(Some(own_project())));
        let world = fixture.start();
        let own = Some(Ownable::Project(own_project().id()));
        let checks = [
            (Permission::ReadProjects, None),
            (Permission::UpdateProjects, own),
            (Permission::UpdateProjects, None),
            (Permission::DeleteProjects, own),
            (Permission::ReadMembers, None),
        ];
        let (access, asked) = (&world.app.access, about(None, &checks));
        let answers = access.check(&key_caller(), tenant_id(), asked).await;
        let found: Vec<_> = answers.unwrap().iter().map(|one| one.verdict).collect();
        let not_granted = Verdict::Decided(Decision::NotGranted);
        let expected = [
            granted_by("read:projects"),
            granted_by("update:projects[owner]"),
            not_owner("update:projects[owner]"),
            not_granted,
            not_granted,
        ];
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn everyone_may_ask_about_themselves_and_with_no_right_about_nobody_else() {
        let world = holding("").start();
        let checks = [(Permission::ReadOrganisation, None)];
        let found = verdicts(&world, about(None, &checks)).await.unwrap();
        assert_eq!(found, [Verdict::Decided(Decision::NotGranted)]);
        let refused = verdicts(&world, about(Some(other_id()), &checks)).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
    }

    #[tokio::test]
    async fn a_key_needs_a_right_to_ask_even_about_its_creator() {
        let world = Fixture::with(CallerFacts::ApiKey(Some(key_facts(
            &[Permission::ReadProjects],
            Some(Role::Owner),
        ))))
        .start();
        let asked = about(Some(other_id()), &[(Permission::ReadProjects, None)]);
        let access = &world.app.access;
        let refused = access.check(&key_caller(), tenant_id(), asked).await;
        assert!(matches!(refused, Err(Error::Insufficient)));
    }

    #[tokio::test]
    async fn whoever_is_not_a_member_is_not_found() {
        let mut fixture = Fixture::member(Role::Admin);
        fixture.on.members.expect_find().returning(|_| Ok(None));
        let asked = about(Some(other_id()), &[(Permission::ReadProjects, None)]);
        let error = verdicts(&fixture.start(), asked).await.unwrap_err();
        assert!(matches!(error, Error::NotFound(Resource::Membership)));
    }

    #[tokio::test]
    async fn whoever_may_not_read_members_is_refused_before_anything_is_read() {
        assert_refused(Permission::ReadMembers, async |app, caller| {
            let asked = about(Some(other_id()), &[(Permission::ReadProjects, None)]);
            app.access.check(caller, tenant_id(), asked).await
        })
        .await;
    }
}
