//! What a deed does to a store, driven the way the use cases drive it.

use super::{
    book::Book,
    deed::{Act, Deed, Operation, Outcome, Refusal, beyond, demand_creation, moved, renamed, within},
};
use crate::world::{Work, World, document};
use domain::{
    access::{Credential, TenantScope},
    api_key::{ApiKey, KeyDead},
    audit::{AuditEvent, AuditTrail},
    id::{MembershipId, ResourceId, TenantId, UserId},
    membership::{Membership, Roster, Standing},
    policy::{Policy, Reach},
    ports::{Access, StoreError},
    project::{Project, ProjectStatus},
    resource::Resource,
    role::Role,
    role_definition::{RoleDefinition, RoleDenied},
    tenant::{Tenant, TenantStatus},
    text::Reason,
    user::Account,
};
use time::OffsetDateTime;

/// Does it. The book is what there was before, by which callers have to be judged.
pub(super) async fn play(world: &World, book: &Book, deed: Deed, at: OffsetDateTime) -> Outcome {
    match deed {
        Deed::Register(account) => register(world, &account, at).await?,
        Deed::Found(tenant, owner, membership) => {
            found(world, tenant, owner, membership, at).await?;
        }
        Deed::Act(caller, tenant, act) => perform(world, book, (&caller, tenant), act, at).await?,
        Deed::Operate(tenant, operation) => operate(world, tenant, operation, at).await?,
        Deed::Purge(tenant) => {
            return world.store().purge(tenant).await.map_err(|error| match error {
                StoreError::Failed(_) => Refusal::Failed,
                other => other.into(),
            });
        }
    }
    Ok(0)
}

async fn register(world: &World, account: &Account, at: OffsetDateTime) -> Result<(), Refusal> {
    let user = account.user.id;
    let mut tx = world.platform(Some(user), Access::Write).await;
    tx.users().insert(account).await?;
    let trail = AuditTrail::of(AuditEvent::user_registered(user));
    Ok(tx.commit(user, &at.into(), trail).await?)
}

/// One that needs a place of its own first is opened when it has one.
async fn found(
    world: &World,
    mut tenant: Tenant,
    owner: UserId,
    membership: MembershipId,
    at: OffsetDateTime,
) -> Result<(), Refusal> {
    let id = tenant.id();
    let mut tx = world.platform(Some(owner), Access::Write).await;
    tx.tenants().insert(&tenant).await?;
    let scope = TenantScope::founder(id, owner, at);
    let mut tx = if tenant.status() == TenantStatus::Provisioning {
        let trail = AuditTrail::exempt("recorded when it is opened");
        tx.commit(owner, &at.into(), trail).await?;
        world.store().provision(id).await?;
        let tx = world.platform(Some(owner), Access::Write).await;
        let mut tx = tx.enter(scope.clone()).await?;
        tenant.activate(at)?;
        tx.tenant().update(&tenant).await?;
        tx
    } else {
        tx.enter(scope.clone()).await?
    };
    let membership = Membership::join(membership, id, owner, Role::Owner, at);
    tx.members().insert(&membership).await?;
    let trail = AuditTrail::of(AuditEvent::organisation_created(&tenant));
    Ok(tx.commit(&scope, trail).await?)
}

async fn operate(
    world: &World,
    id: TenantId,
    operation: Operation,
    at: OffsetDateTime,
) -> Result<(), Refusal> {
    let scope = world.operator(id, at);
    let tx = world.platform(None, Access::Write).await;
    let mut tx = tx.enter(scope.clone()).await?;
    let mut tenant = tx.tenant().find().await?.ok_or(Refusal::NoSuch)?;
    let before = tenant.state().clone();
    operation.on(&mut tenant, at)?;
    tx.tenant().update(&tenant).await?;
    let reason = Reason::parse("ticket 7").unwrap();
    let event = |action| AuditEvent::organisation_operated(action, &before, &tenant, &reason);
    let trail = operation.action().map(event).into_iter().collect();
    Ok(tx.commit(&scope, trail).await?)
}

/// Lets a caller in, exactly as the book does, and has the act done.
async fn perform(
    world: &World,
    book: &Book,
    (caller, tenant): (&Credential, TenantId),
    act: Act,
    at: OffsetDateTime,
) -> Result<(), Refusal> {
    let (need, far) = act.need();
    let expected = book.scope(caller, tenant, (need, far), at);
    if let Act::Look(id) = act {
        let sealed = world.store().project(caller, tenant, id).await?;
        let opened = sealed.open_to_own(need, at);
        assert_eq!(opened.as_ref().map(|(scope, _)| scope), expected.as_ref());
        let (scope, project) = opened?;
        let project = project.ok_or(Refusal::NoSuch)?;
        within(&scope, project.state().created_by)?;
        let home = &book.homes[&tenant];
        let mut known = home.projects.iter().filter(|kept| kept.is_live);
        assert!(known.any(|kept| kept.project == project), "{project:?}");
        return Ok(());
    }
    let sealed = world.store().begin(caller, tenant, Access::Write).await?;
    let opened = match far {
        Reach::Everything => sealed.open(need, at),
        _ => sealed.open_to_own(need, at),
    };
    assert_eq!(opened.as_ref().map(|(scope, _)| scope), expected.as_ref());
    let (scope, tx) = opened?;
    let mut work = Work { scope, tx };
    let trail = match act {
        Act::AddMember(..) | Act::SetRole(..) | Act::RemoveMember(_) => people(&mut work, act).await,
        Act::PutRole(..) | Act::DeleteRole(_) => roles(&mut work, act).await,
        Act::IssueKey(..) | Act::RotateKey(..) | Act::RevokeKey(_) => keys(&mut work, act).await,
        Act::CreateProject(..)
        | Act::RenameProject(..)
        | Act::DeleteProject(_)
        | Act::RestoreProject(_) => projects(&mut work, act).await,
        _ => resources(&mut work, act).await,
    }?;
    Ok(work.commit(trail).await?)
}

type Done = Result<AuditTrail, Refusal>;

fn unchanged() -> Done {
    Ok(AuditTrail::exempt("nothing changed"))
}

async fn standing(work: &mut Work, role: &Role) -> Result<Option<Standing>, Refusal> {
    let defined = work.tx.roles().find(role).await?;
    let policy = defined.map(|definition| definition.policy());
    let known = policy.or_else(|| role.is_built_in().then(|| role.policy(None)));
    let role = role.clone();
    Ok(known.map(|policy| Standing { role, policy }))
}

/// What a role grants to whoever has it, whether or not there is one.
async fn held(work: &mut Work, role: &Role) -> Result<Standing, Refusal> {
    let nothing = Standing {
        role: role.clone(),
        policy: Policy::NOTHING,
    };
    Ok(standing(work, role).await?.unwrap_or(nothing))
}

async fn roster(work: &mut Work) -> Result<Roster, Refusal> {
    let actor = work.scope.actor().user().ok_or(Refusal::NoSuch)?;
    let roster = work.tx.members().lock_roster(actor).await?;
    assert_eq!(roster.actor, work.scope.policy());
    Ok(roster)
}

async fn people(work: &mut Work, act: Act) -> Done {
    let roster = roster(work).await?;
    let (tenant, at) = (work.scope.tenant(), work.scope.at());
    Ok(AuditTrail::of(match act {
        Act::AddMember(id, user, role) => {
            let standing = standing(work, &role).await?.ok_or(Refusal::UnknownRole)?;
            roster.may_add(&standing)?;
            work.tx.users().find(user).await?.ok_or(Refusal::NoSuch)?;
            let membership = Membership::join(id, tenant, user, role, at);
            work.tx.members().insert(&membership).await?;
            AuditEvent::member_added(&membership)
        }
        Act::SetRole(user, role) => {
            let found = work.tx.members().find(user).await?;
            let mut member = found.ok_or(Refusal::NoSuch)?.membership;
            let old = held(work, &member.role).await?;
            let new = standing(work, &role).await?.ok_or(Refusal::UnknownRole)?;
            roster.may_change(&old, &new)?;
            if member.change_role(role, at) {
                work.tx.members().set_role(&member).await?;
            }
            AuditEvent::member_role_changed(&member, &old.role)
        }
        Act::RemoveMember(user) => {
            let found = work.tx.members().find(user).await?;
            let member = found.ok_or(Refusal::NoSuch)?.membership;
            roster.may_remove(&held(work, &member.role).await?)?;
            work.tx.members().remove(user, &member.role).await?;
            AuditEvent::member_removed(&member)
        }
        _ => unreachable!("it is about members"),
    }))
}

async fn roles(work: &mut Work, act: Act) -> Done {
    let holds = roster(work).await?.actor;
    let (tenant, at) = (work.scope.tenant(), work.scope.at());
    Ok(AuditTrail::of(match act {
        Act::PutRole(id, role, text, grants) => {
            let before = standing(work, &role).await?;
            if before.is_none() {
                demand_creation(&work.scope)?;
            }
            let before = before.map_or(Policy::NOTHING, |standing| standing.policy);
            RoleDefinition::may_replace(&role, holds, before, Policy::from(&grants))?;
            if let Some(mut defined) = work.tx.roles().find(&role).await? {
                let before = defined.clone();
                if defined.replace(Some(text), grants, at) {
                    work.tx.roles().update(&defined).await?;
                }
                AuditEvent::role_updated(&before, &defined)
            } else {
                let by = work.scope.actor().user();
                let said = (Some(text), grants);
                let defined = RoleDefinition::define(id, tenant, role, said, by, at);
                work.tx.roles().insert(&defined).await?;
                AuditEvent::role_created(&defined)
            }
        }
        Act::DeleteRole(role) => {
            let before = standing(work, &role).await?.ok_or(Refusal::NoSuch)?;
            RoleDefinition::may_replace(&role, holds, before.policy, role.policy(None))?;
            if !role.is_built_in() && work.tx.members().holders(&role).await? > 0 {
                return Err(RoleDenied::InUse.into());
            }
            let Some(defined) = work.tx.roles().find(&role).await? else {
                return unchanged();
            };
            work.tx.roles().delete(&defined).await?;
            AuditEvent::role_deleted(&defined)
        }
        _ => unreachable!("it is about roles"),
    }))
}

async fn keys(work: &mut Work, act: Act) -> Done {
    let (tenant, at) = (work.scope.tenant(), work.scope.at());
    Ok(AuditTrail::of(match act {
        Act::IssueKey(id, terms, secret) => {
            let row = work.tx.tenant().find().await?.ok_or(Refusal::NoSuch)?;
            let terms = terms.within(work.scope.policy(), row.state().api_key_max_days, at)?;
            let by = work.scope.actor().user().ok_or(Refusal::NoSuch)?;
            let key = ApiKey::issue(id, tenant, terms, &secret, by, at);
            work.tx.api_keys().insert(&key, &secret).await?;
            AuditEvent::api_key_created(&key)
        }
        Act::RotateKey(id, secret, overlap) => {
            let found = work.tx.api_keys().find(id).await?;
            let mut key = found.ok_or(Refusal::NoSuch)?;
            beyond(&work.scope, &key)?;
            let before = key.clone();
            let rotated = key.rotate(&secret, overlap, at);
            rotated.map_err(|KeyDead| Refusal::KeyDead)?;
            work.tx.api_keys().rotate(&key, &secret).await?;
            AuditEvent::api_key_rotated(&before, &key)
        }
        Act::RevokeKey(id) => {
            let found = work.tx.api_keys().find(id).await?;
            let mut key = found.ok_or(Refusal::NoSuch)?;
            if !key.revoke(at) {
                return unchanged();
            }
            work.tx.api_keys().revoke(&key).await?;
            AuditEvent::api_key_revoked(&key)
        }
        _ => unreachable!("it is about keys"),
    }))
}

async fn projects(work: &mut Work, act: Act) -> Done {
    let (by, at) = (work.scope.actor().user(), work.scope.at());
    Ok(AuditTrail::of(match act {
        Act::CreateProject(id, name) => {
            let fields = (name, None, ProjectStatus::Active);
            let project = Project::create(id, work.scope.tenant(), fields, by, at);
            work.tx.projects().insert(&project).await?;
            AuditEvent::project_created(&project)
        }
        Act::RenameProject(id, name) => {
            let found = work.tx.projects().find(id).await?;
            let mut project = found.ok_or(Refusal::NoSuch)?;
            within(&work.scope, project.state().created_by)?;
            let before = project.state().clone();
            if project.apply(renamed(name), by, at) {
                work.tx.projects().update(&project).await?;
            }
            AuditEvent::project_updated(&before, &project, &["name"])
        }
        Act::DeleteProject(id) => {
            let found = work.tx.projects().find(id).await?;
            let project = found.ok_or(Refusal::NoSuch)?;
            within(&work.scope, project.state().created_by)?;
            work.tx.projects().delete(&project, at).await?;
            AuditEvent::project_deleted(&project)
        }
        Act::RestoreProject(id) => {
            let Some(mut project) = work.tx.projects().find_deleted(id).await? else {
                let found = work.tx.projects().find(id).await?;
                within(&work.scope, found.ok_or(Refusal::NoSuch)?.state().created_by)?;
                return unchanged();
            };
            within(&work.scope, project.state().created_by)?;
            project.undelete(by, at);
            work.tx.projects().restore(&project).await?;
            AuditEvent::project_restored(&project)
        }
        _ => unreachable!("it is about projects"),
    }))
}

async fn resource(work: &mut Work, id: ResourceId) -> Result<Resource, Refusal> {
    let found = work.tx.resources().find(id).await?;
    let resource = found.ok_or(Refusal::NoSuch)?;
    if resource.state().deleted_at.is_some() {
        return Err(Refusal::NoSuch);
    }
    within(&work.scope, Some(resource.state().owner))?;
    Ok(resource)
}

async fn resources(work: &mut Work, act: Act) -> Done {
    let (tenant, at) = (work.scope.tenant(), work.scope.at());
    Ok(AuditTrail::of(match act {
        Act::CreateResource(id, name, project) => {
            if let Some(project) = project {
                work.tx.projects().find(project).await?.ok_or(Refusal::NoSuch)?;
            }
            let owner = work.scope.subject().ok_or(Refusal::NoSuch)?;
            let fields = (name, project, document("colour", "blau"));
            let resource = Resource::create(id, tenant, owner, fields, at);
            work.tx.resources().insert(&resource).await?;
            AuditEvent::resource_created(&resource)
        }
        Act::MoveResource(id, project) => {
            let mut resource = resource(work, id).await?;
            if let Some(project) = project {
                work.tx.projects().find(project).await?.ok_or(Refusal::NoSuch)?;
            }
            let before = resource.clone();
            if resource.apply(moved(project), at) {
                work.tx.resources().update(&resource).await?;
            }
            AuditEvent::resource_updated(&before, &resource)
        }
        Act::DeleteResource(id) => {
            let mut resource = resource(work, id).await?;
            resource.delete(at);
            work.tx.resources().update(&resource).await?;
            AuditEvent::resource_deleted(&resource)
        }
        Act::RestoreResource(id) => {
            let found = work.tx.resources().find(id).await?;
            let mut resource = found.ok_or(Refusal::NoSuch)?;
            within(&work.scope, Some(resource.state().owner))?;
            if !resource.undelete(at) {
                return unchanged();
            }
            work.tx.resources().update(&resource).await?;
            AuditEvent::resource_restored(&resource)
        }
        _ => unreachable!("it is about resources"),
    }))
}
