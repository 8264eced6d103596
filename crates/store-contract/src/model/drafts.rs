//! From a few numbers to a deed, by what there is.

use super::{
    book::{Book, Home},
    deed::{Act, Deed, Operation},
    steps::{Kind, Step},
};
use crate::world::{World, terms};
use domain::{
    access::Credential,
    api_key::{KeyTerms, NewKey},
    email::Email,
    id::{ApiKeyId, MembershipId, ProjectId, ResourceId, RoleId, TenantId, UserId},
    permission::Permission,
    policy::Grants,
    resource::Resource,
    role::Role,
    slug::Slug,
    tenant::{Placement, Tenant, TenantStatus, Tier},
    text::{ProjectName, ResourceName, RoleDescription, TenantName},
    user::{Account, User},
};
use time::{Duration, OffsetDateTime};

const GRANTS: [&str; 6] = [
    "",
    "read:*",
    "*:projects[owner] read:resources",
    "*:projects *:resources",
    "*:members *:roles read:*",
    "*:projects *:resources *:members *:roles *:api_keys read:*",
];
const CUSTOM: [&str; 2] = ["auditor", "builder"];
const ADDRESSES: usize = 8;
const SLUGS: usize = 6;

/// What is drafted for one sequence.
pub(super) struct Drafts<'a> {
    pub(super) world: &'a World,
    pub(super) places: &'a [Placement],
    /// Tells apart what has to be unique from that of other sequences.
    pub(super) sequence: String,
}

fn at<T>(from: &[T], n: usize) -> Option<&T> {
    from.get(n.checked_rem(from.len())?)
}

fn holder(secret: &NewKey) -> Credential {
    Credential::ApiKey {
        key_id: secret.key_id.clone(),
        digest: secret.digest,
    }
}

/// A role of any kind.
fn role(n: usize) -> Role {
    let custom = CUSTOM.map(|name| Role::parse(name).unwrap());
    let all: Vec<_> = Role::BUILT_IN.into_iter().chain(custom).collect();
    all[n % all.len()].clone()
}

/// Whoever could come to an organisation: its members and keys, with their current secrets and those before.
fn callers(home: &Home) -> Vec<Credential> {
    let members = home
        .members
        .iter()
        .map(|member| Credential::User(member.user));
    let keys = home.keys.iter();
    let secrets = keys.flat_map(|key| [Some(&key.current), key.previous.as_ref()]);
    members.chain(secrets.flatten().map(holder)).collect()
}

fn key_terms(tenant: TenantId, n: usize, now: OffsetDateTime) -> KeyTerms {
    let resources = [
        Permission::ReadProjects,
        Permission::CreateResources,
        Permission::UpdateResources,
        Permission::DeleteResources,
    ];
    let scopes = [KeyTerms::DEFAULT_SCOPES, resources][n % 2];
    KeyTerms {
        expires_at: n.is_multiple_of(3).then(|| now + Duration::DAY),
        ..terms(&format!("of {tenant}"), scopes.into_iter().collect())
    }
}

/// The organisations that a step may be about; mostly those where it has a chance.
fn candidates(book: &Book, step: Step) -> Vec<&Home> {
    use TenantStatus as S;
    let has_chance = |home: &&Home| match (step.kind, home.tenant.status()) {
        (Kind::Reactivate, status) => matches!(status, S::Suspended | S::Deleting),
        (Kind::GiveUp, status) => status == S::Deleting,
        (Kind::Purge, status) => status == S::Deleted,
        (_, status) => status == S::Active,
    };
    let mut homes: Vec<_> = book.homes.values().filter(has_chance).collect();
    if homes.is_empty() || step.place.is_multiple_of(10) {
        homes = book.homes.values().collect();
    }
    homes
}

impl Drafts<'_> {
    /// What a step is; `None` when there is nothing to do it with.
    pub(super) fn deed(&self, book: &Book, step: Step, now: OffsetDateTime) -> Option<Deed> {
        let homes = candidates(book, step);
        match step.kind {
            Kind::Nothing => None,
            Kind::Register => Some(Deed::Register(self.newcomer(step.to % ADDRESSES, now))),
            Kind::Found => {
                let owner = at(&book.users, step.who)?.id;
                let tenant = self.tenant(step.to % SLUGS, step.how, now);
                let membership = MembershipId::from_uuid(self.world.uuid());
                Some(Deed::Found(tenant, owner, membership))
            }
            kind => {
                // One that is no more, or never was, now and then.
                let nowhere =
                    (step.place.is_multiple_of(20)).then(|| TenantId::from_uuid(self.world.uuid()));
                let home = *at(&homes, step.place)?;
                let tenant = nowhere.unwrap_or(home.tenant.id());
                let operation = match kind {
                    Kind::Suspend => Operation::Suspend,
                    Kind::Reactivate => Operation::Reactivate,
                    Kind::Close => Operation::Close,
                    Kind::GiveUp => Operation::GiveUp,
                    Kind::Purge => return Some(Deed::Purge(tenant)),
                    _ => return self.act(book, home, tenant, step, now),
                };
                Some(Deed::Operate(tenant, operation))
            }
        }
    }

    fn act(
        &self,
        book: &Book,
        home: &Home,
        tenant: TenantId,
        step: Step,
        now: OffsetDateTime,
    ) -> Option<Deed> {
        let everyone = book.homes.values().flat_map(callers);
        let everyone: Vec<_> = everyone
            .chain(book.users.iter().map(|user| Credential::User(user.id)))
            .collect();
        let callers = if step.stranger {
            everyone
        } else {
            callers(home)
        };
        // Half of the time the one who has been there the longest, mostly an owner.
        let who = if step.who.is_multiple_of(2) {
            0
        } else {
            step.who
        };
        let caller = at(&callers, who)?.clone();
        // Things of this organisation, or of any.
        let from: Vec<&Home> = if step.foreign {
            book.homes.values().collect()
        } else {
            vec![home]
        };
        let users: Vec<_> = book.users.iter().map(|user| user.id).collect();
        let members = from.iter().flat_map(|home| &home.members);
        let members: Vec<_> = members.map(|member| member.user).collect();
        let keys = from.iter().flat_map(|home| &home.keys);
        let keys: Vec<_> = keys.map(|key| key.row.id).collect();
        let projects = from.iter().flat_map(|home| &home.projects);
        let projects: Vec<_> = projects.map(|kept| kept.project.id()).collect();
        let resources = from.iter().flat_map(|home| &home.resources);
        let resources: Vec<_> = resources.map(Resource::id).collect();

        let project = at(&projects, step.to).copied();
        let resource = at(&resources, step.to).copied();
        let key = at(&keys, step.to).copied();
        let own = |n| at(&projects, n).copied().filter(|_| n % 3 > 0);
        let act = match step.kind {
            Kind::Look => Act::Look(project?),
            Kind::AddMember => {
                let id = MembershipId::from_uuid(self.world.uuid());
                Act::AddMember(id, *at(&users, step.to)?, role(step.how))
            }
            Kind::SetRole => Act::SetRole(*at(&members, step.to)?, role(step.how)),
            Kind::RemoveMember => Act::RemoveMember(*at(&members, step.to)?),
            Kind::PutRole => self.put_role(tenant, step),
            Kind::DeleteRole => Act::DeleteRole(role(step.to)),
            Kind::IssueKey => {
                let terms = key_terms(tenant, step.how, now);
                let id = ApiKeyId::from_uuid(self.world.uuid());
                Act::IssueKey(id, terms, self.world.secret())
            }
            Kind::RotateKey => {
                let overlap = [Duration::ZERO, Duration::hours(12)][step.how % 2];
                Act::RotateKey(key?, self.world.secret(), overlap)
            }
            Kind::RevokeKey => Act::RevokeKey(key?),
            Kind::CreateProject => {
                let id = ProjectId::from_uuid(self.world.uuid());
                Act::CreateProject(id, self.project_name(tenant))
            }
            Kind::RenameProject => Act::RenameProject(project?, self.project_name(tenant)),
            Kind::DeleteProject => Act::DeleteProject(project?),
            Kind::RestoreProject => Act::RestoreProject(project?),
            Kind::CreateResource => {
                let id = ResourceId::from_uuid(self.world.uuid());
                let name = ResourceName::parse(format!("of {tenant}")).unwrap();
                Act::CreateResource(id, name, own(step.how))
            }
            Kind::MoveResource => Act::MoveResource(resource?, own(step.how)),
            Kind::DeleteResource => Act::DeleteResource(resource?),
            Kind::RestoreResource => Act::RestoreResource(resource?),
            _ => return None,
        };
        Some(Deed::Act(caller, tenant, act))
    }

    /// Somebody who registers, at one of a few addresses.
    pub(super) fn newcomer(&self, n: usize, now: OffsetDateTime) -> Account {
        let drafted = self.world.newcomer();
        let email = Email::parse(&format!("m{}-{n}@example.com", self.sequence)).unwrap();
        let (id, name) = (drafted.user.id, drafted.user.display_name);
        Account {
            user: User::register(UserId::from_uuid(id.as_uuid()), email, name, now),
            ..drafted
        }
    }

    /// An organisation with one of a few slugs.
    pub(super) fn tenant(&self, n: usize, place: usize, now: OffsetDateTime) -> Tenant {
        let id = TenantId::from_uuid(self.world.uuid());
        let slug = Slug::parse(format!("m{}-{n}", self.sequence)).unwrap();
        let name = TenantName::parse(id.to_string()).unwrap();
        let placement = self.places[place % self.places.len()].clone();
        Tenant::found(id, name, Some(slug), now).placed(Tier::Enterprise, placement)
    }

    fn put_role(&self, tenant: TenantId, step: Step) -> Act {
        let id = RoleId::from_uuid(self.world.uuid());
        let text = RoleDescription::parse(format!("of {tenant}")).unwrap();
        let grants = Grants::parse(GRANTS[step.how % GRANTS.len()]).unwrap();
        Act::PutRole(id, role(step.to), text, grants)
    }

    fn project_name(&self, tenant: TenantId) -> ProjectName {
        let n = self.world.uuid();
        ProjectName::parse(format!("{n} of {tenant}")).unwrap()
    }
}
