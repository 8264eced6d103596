//! Members, roles and keys.

use super::{
    super::deed::{Act, Refusal, beyond, demand_creation},
    Done, unchanged,
};
use crate::world::Work;
use domain::{
    api_key::{ApiKey, KeyDead},
    audit::{AuditEvent, AuditTrail},
    membership::{Membership, Roster, Standing},
    policy::Policy,
    role::Role,
    role_definition::{RoleDefinition, RoleDenied},
};

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

pub(super) async fn people(work: &mut Work, act: Act) -> Done {
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

pub(super) async fn roles(work: &mut Work, act: Act) -> Done {
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
                return Ok(unchanged());
            };
            work.tx.roles().delete(&defined).await?;
            AuditEvent::role_deleted(&defined)
        }
        _ => unreachable!("it is about roles"),
    }))
}

pub(super) async fn keys(work: &mut Work, act: Act) -> Done {
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
                return Ok(unchanged());
            }
            work.tx.api_keys().revoke(&key).await?;
            AuditEvent::api_key_revoked(&key)
        }
        _ => unreachable!("it is about keys"),
    }))
}
