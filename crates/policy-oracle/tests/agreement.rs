//! The same grants, once as our policy and once as Cedar policies: every request is decided alike.

#![expect(
    clippy::unwrap_used,
    reason = "what a test does not ask about has to work"
)]

use cedar_policy::{
    Authorizer, Context, Decision as Cedar, Entities, Entity, EntityUid, Policy as CedarPolicy,
    PolicyId, PolicySet, Request, RestrictedExpression,
};
use domain::{
    permission::{Action, Permission, PermissionSet, ResourceKind},
    policy::{Decision, Grant, Grants, Policy, Reach, decide},
    role::Role,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use std::collections::{HashMap, HashSet};

/// Action, kind of thing, and whether only for one's own; `None` is `*`.
type Raw = (Option<Action>, Option<ResourceKind>, bool);

/// Whose the thing is that something is to be done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Caller,
    SomebodyElse,
    Nobody,
}

const OWNERS: [Owner; 3] = [Owner::Caller, Owner::SomebodyElse, Owner::Nobody];

fn stored((action, kind, own): Raw) -> String {
    let action = action.map_or("*", Action::as_str);
    let kind = kind.map_or("*", ResourceKind::as_str);
    format!("{action}:{kind}{}", if own { "[owner]" } else { "" })
}

fn cedar((action, kind, own): Raw) -> String {
    let action = action.map_or("action".to_owned(), |action| {
        format!("action == Action::\"{}\"", action.as_str())
    });
    let mut when = Vec::new();
    if let Some(kind) = kind {
        when.push(format!("resource.kind == \"{}\"", kind.as_str()));
    }
    if own {
        when.push("resource has owner && resource.owner == principal".to_owned());
    }
    let when = if when.is_empty() {
        "true".to_owned()
    } else {
        when.join(" && ")
    };
    format!("permit(principal, {action}, resource) when {{ {when} }};")
}

/// What cannot be made into a grant of ours is left out there, and has to permit nothing here either.
fn ours(raw: &[Raw]) -> Grants {
    let grants = raw
        .iter()
        .filter_map(|one| Grant::parse(&stored(*one)).ok());
    Grants::new(grants).unwrap()
}

fn theirs(raw: &[Raw]) -> PolicySet {
    let mut policies = PolicySet::new();
    for (place, one) in raw.iter().enumerate() {
        let id = PolicyId::new(format!("{place} {}", stored(*one)));
        policies
            .add(CedarPolicy::parse(Some(id), cedar(*one)).unwrap())
            .unwrap();
    }
    policies
}

fn uid(kind: &str, id: &str) -> EntityUid {
    format!("{kind}::\"{id}\"").parse().unwrap()
}

/// A project or a resource has an owner, unless it is yet to be created or was made by a key that nobody owns.
fn thing(action: Action, kind: ResourceKind, owner: Owner) -> Entity {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let mut attributes = HashMap::from([("kind".to_owned(), text(kind.as_str()))]);
    let single = matches!(kind, ResourceKind::Projects | ResourceKind::Resources);
    let owner = match owner {
        Owner::Caller => Some("caller"),
        Owner::SomebodyElse => Some("somebody-else"),
        Owner::Nobody => None,
    };
    if let Some(owner) = owner.filter(|_| single && action != Action::Create) {
        let owner = RestrictedExpression::new_entity_uid(uid("User", owner));
        attributes.insert("owner".to_owned(), owner);
    }
    Entity::new(uid("Thing", "it"), attributes, HashSet::new()).unwrap()
}

fn parts(permission: Permission) -> (Action, ResourceKind) {
    let (action, kind) = permission.as_str().split_once(':').unwrap();
    (
        Action::parse(action).unwrap(),
        ResourceKind::parse(kind).unwrap(),
    )
}

/// What Cedar decides, and which of its policies do.
fn asked(policies: &PolicySet, permission: Permission, owner: Owner) -> (bool, Vec<String>) {
    let (action, kind) = parts(permission);
    let entities = Entities::from_entities([thing(action, kind, owner)], None).unwrap();
    let request = Request::new(
        uid("User", "caller"),
        uid("Action", action.as_str()),
        uid("Thing", "it"),
        Context::empty(),
        None,
    );
    let answer = Authorizer::new().is_authorized(&request.unwrap(), policies, &entities);
    let diagnostics = answer.diagnostics();
    assert_eq!(diagnostics.errors().count(), 0, "{policies}");
    let reasons = diagnostics.reason().map(ToString::to_string).collect();
    (answer.decision() == Cedar::Allow, reasons)
}

fn reaches(policy: Policy, permission: Permission, owner: Owner) -> bool {
    match policy.reach(permission) {
        Reach::Everything => true,
        Reach::Own => owner == Owner::Caller,
        Reach::Nothing => false,
    }
}

/// How often both said yes, and how often both said no.
#[derive(Default)]
struct Tally {
    allowed: u32,
    denied: u32,
}

impl Tally {
    fn note(&mut self, allowed: bool) {
        *(if allowed {
            &mut self.allowed
        } else {
            &mut self.denied
        }) += 1;
    }

    /// An agreement about nothing but refusals would prove little.
    fn assert_telling(&self) {
        assert!(self.allowed + self.denied >= 10_000);
        assert!(self.allowed > 2_000, "only {} were allowed", self.allowed);
        assert!(self.denied > 2_000, "only {} were denied", self.denied);
    }
}

/// Every permission on everybody's things.
fn requests() -> impl Iterator<Item = (Permission, Owner)> {
    let all = Permission::ALL.iter().copied();
    all.flat_map(|permission| OWNERS.map(|owner| (permission, owner)))
}

fn compare(raw: &[Raw], tally: &mut Tally) {
    let (grants, policies) = (ours(raw), theirs(raw));
    let policy = Policy::from(&grants);
    for (permission, owner) in requests() {
        let (allowed, reasons) = asked(&policies, permission, owner);
        let decision = decide(Some(&grants), permission, owner == Owner::Caller);
        let what = format!("{} of {owner:?} under {grants}", permission.as_str());
        assert_eq!(decision.is_allowed(), allowed, "decided: {what}");
        assert_eq!(
            reaches(policy, permission, owner),
            allowed,
            "compiled: {what}"
        );
        if let Decision::Granted(grant) = decision {
            let named = |reason: &String| reason.ends_with(&format!(" {grant}"));
            assert!(reasons.iter().any(named), "{grant} does not decide: {what}");
        }
        tally.note(allowed);
    }
}

fn any_raw() -> impl Strategy<Value = Raw> {
    let action = prop::option::weighted(0.7, select(Action::ALL));
    let kind = prop::option::weighted(0.7, select(ResourceKind::ALL));
    (action, kind, any::<bool>())
}

/// Runs the comparison on so many random roles.
fn with_random_roles(cases: u32, test: impl FnMut(Vec<Raw>)) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let test = std::cell::RefCell::new(test);
    let outcome = TestRunner::new(config).run(&vec(any_raw(), 0..8), |raw| {
        (test.borrow_mut())(raw);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn random_roles_decide_alike() {
    let mut tally = Tally::default();
    with_random_roles(400, |raw| compare(&raw, &mut tally));
    tally.assert_telling();
}

#[test]
fn the_built_in_roles_decide_alike() {
    for role in Role::BUILT_IN {
        let raw: Vec<Raw> = role
            .default_grants()
            .unwrap()
            .iter()
            .map(|grant| {
                let text = grant.to_string();
                let (action, kind) = text.split_once(':').unwrap();
                (Action::parse(action), ResourceKind::parse(kind), false)
            })
            .collect();
        compare(&raw, &mut Tally::default());
    }
}

/// A key may do what its scopes and its creator's role both permit.
#[test]
fn keys_are_cut_to_their_scopes_alike() {
    let mut tally = Tally::default();
    with_random_roles(400, |raw| {
        // The first grants are the scopes, which have no conditions; all of them are the creator's role.
        let scopes: Vec<Raw> = raw
            .iter()
            .map(|(action, kind, _)| (*action, *kind, false))
            .collect();
        let scopes = &scopes[..scopes.len().div_ceil(2)];
        let granted: PermissionSet = ours(scopes)
            .iter()
            .map(Grant::permissions)
            .fold(PermissionSet::EMPTY, PermissionSet::union);
        let role = Policy::from(&ours(&raw));
        let policy = Policy::unconditional(granted).intersection(role);
        let (scopes, role) = (theirs(scopes), theirs(&raw));
        for (permission, owner) in requests() {
            let both = asked(&scopes, permission, owner).0 && asked(&role, permission, owner).0;
            let what = format!("{} of {owner:?} under {scopes}{role}", permission.as_str());
            assert_eq!(reaches(policy, permission, owner), both, "{what}");
            tally.note(both);
        }
    });
    tally.assert_telling();
}
