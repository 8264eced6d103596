//! What a deed does to a store, driven the way the use cases drive it.

mod people;
mod things;

use super::{
    book::Book,
    deed::{Act, Deed, Operation, Outcome, Refusal, within},
};
use crate::world::{Work, World};
use domain::{
    access::{Credential, TenantScope},
    audit::{AuditEvent, AuditTrail},
    id::{MembershipId, TenantId, UserId},
    membership::Membership,
    policy::Reach,
    ports::{Access, StoreError},
    role::Role,
    tenant::{Tenant, TenantStatus},
    text::Reason,
    user::Account,
};
use people::{keys, people, roles};
use things::{projects, resources};
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
            return world
                .store()
                .purge(tenant)
                .await
                .map_err(|error| match error {
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
        Act::AddMember(..) | Act::SetRole(..) | Act::RemoveMember(_) => {
            people(&mut work, act).await
        }
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

fn unchanged() -> AuditTrail {
    AuditTrail::exempt("nothing changed")
}
