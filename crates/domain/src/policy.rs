//! Policies: what a role grants, and the pure decision about one permission.
//!
//! There are no deny rules and no order: a policy is the union of its grants, and whatever is not granted is denied.
//! [`Policy`] is the compiled form that every request is judged by; [`decide`] is the same judgement with its reason.

use crate::{
    permission::{Pattern, PatternError, Permission, PermissionSet},
    vocabulary::vocabulary,
};

vocabulary! {
    /// What has to hold for a grant to count.
    Condition {
        /// The thing belongs to whoever acts. For an API key that is the user who created the key.
        Owner = "owner",
    }
}

/// Permissions that a role grants, always or under a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pattern: Pattern,
    condition: Option<Condition>,
}

/// Why something is no grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The pattern is none.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// The condition is none that is known.
    #[error("has an unknown condition")]
    UnknownCondition,
    /// Nothing that the pattern matches has an owner, so the condition could never hold.
    #[error("cannot depend on the owner: nothing that it permits has one")]
    NoOwner,
}

impl Grant {
    /// A grant of everything that a pattern matches, or, under a condition, of what of it can meet the condition.
    ///
    /// # Errors
    /// [`GrantError::NoOwner`].
    pub fn new(pattern: Pattern, condition: Option<Condition>) -> Result<Self, GrantError> {
        let grant = Self { pattern, condition };
        if grant.permissions().is_empty() {
            return Err(GrantError::NoOwner);
        }
        Ok(grant)
    }

    /// Reads the stored form, `action:resource` or `action:resource[condition]`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(raw: &str) -> Result<Self, GrantError> {
        let Some((pattern, rest)) = raw.split_once('[') else {
            return Self::new(Pattern::parse(raw)?, None);
        };
        let condition = rest.strip_suffix(']').and_then(Condition::parse);
        let condition = condition.ok_or(GrantError::UnknownCondition)?;
        Self::new(Pattern::parse(pattern)?, Some(condition))
    }

    /// What it matches.
    pub const fn pattern(&self) -> Pattern {
        self.pattern
    }

    /// What has to hold, if anything.
    pub const fn condition(&self) -> Option<Condition> {
        self.condition
    }

    /// The permissions that it grants, whether or not under a condition.
    pub fn permissions(&self) -> PermissionSet {
        let matched = self.pattern.permissions();
        match self.condition {
            None => matched,
            Some(Condition::Owner) => matched.intersection(PermissionSet::OWNED),
        }
    }
}

impl std::fmt::Display for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.pattern.fmt(f)?;
        self.condition
            .map_or(Ok(()), |condition| write!(f, "[{}]", condition.as_str()))
    }
}

/// What a role grants. May be empty: a role that grants nothing is a place in the organisation and no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(Vec<Grant>);

/// There are more grants than a role may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have at most {} grants", Grants::MAX)]
pub struct TooManyGrants;

impl Grants {
    /// Most grants of one role.
    pub const MAX: usize = 100;

    /// Takes grants, each kept once.
    ///
    /// # Errors
    /// [`TooManyGrants`].
    pub fn new(grants: impl IntoIterator<Item = Grant>) -> Result<Self, TooManyGrants> {
        let mut kept = Vec::new();
        for grant in grants {
            if !kept.contains(&grant) {
                kept.push(grant);
            }
        }
        if kept.len() > Self::MAX {
            return Err(TooManyGrants);
        }
        Ok(Self(kept))
    }

    /// Reads the stored form, grants separated by blanks; `None` unless all of it can be read.
    pub fn parse(stored: &str) -> Option<Self> {
        let grants = stored.split_ascii_whitespace().map(Grant::parse);
        Self::new(grants.collect::<Result<Vec<_>, _>>().ok()?).ok()
    }

    /// The grants, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.0.iter()
    }
}

impl std::fmt::Display for Grants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, grant) in self.0.iter().enumerate() {
            let gap = if n == 0 { "" } else { " " };
            write!(f, "{gap}{grant}")?;
        }
        Ok(())
    }
}

/// How far a permission goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nowhere: it is not held.
    Nothing,
    /// To what belongs to whoever acts.
    Own,
    /// To everything in the tenant.
    Everything,
}

/// The compiled form of grants. The default grants nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Held for everything.
    always: PermissionSet,
    /// Held for one's own; what is held for everything is not repeated here.
    own: PermissionSet,
}

impl Policy {
    /// Holds nothing.
    pub const NOTHING: Self = Self::unconditional(PermissionSet::EMPTY);

    /// Holds these for everything.
    pub const fn unconditional(permissions: PermissionSet) -> Self {
        Self {
            always: permissions,
            own: PermissionSet::EMPTY,
        }
    }

    /// How far a permission goes.
    pub const fn reach(self, need: Permission) -> Reach {
        if self.always.contains(need) {
            Reach::Everything
        } else if self.own.contains(need) {
            Reach::Own
        } else {
            Reach::Nothing
        }
    }

    /// What both hold, as far as both reach.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        let always = self.always.intersection(other.always);
        let either_way = self.reachable().intersection(other.reachable());
        Self {
            always,
            own: either_way.difference(always),
        }
    }

    /// Whether it holds everything that the other does, at least as far: only then may its holder give the other away.
    pub const fn covers(self, other: Self) -> bool {
        self.missing(other).is_empty()
    }

    /// What the other holds beyond it.
    pub const fn missing(self, other: Self) -> PermissionSet {
        let always = other.always.difference(self.always);
        always.union(other.own.difference(self.reachable()))
    }

    /// What it holds, as far as it goes.
    pub fn iter(self) -> impl Iterator<Item = (Permission, Reach)> {
        self.reachable()
            .iter()
            .map(move |one| (one, self.reach(one)))
    }

    const fn reachable(self) -> PermissionSet {
        self.always.union(self.own)
    }
}

impl From<&Grants> for Policy {
    fn from(grants: &Grants) -> Self {
        let (mut always, mut own) = (PermissionSet::EMPTY, PermissionSet::EMPTY);
        for grant in grants.iter() {
            let side = match grant.condition {
                None => &mut always,
                Some(Condition::Owner) => &mut own,
            };
            *side = side.union(grant.permissions());
        }
        Self {
            always,
            own: own.difference(always),
        }
    }
}

/// A judgement with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Allowed, by this grant.
    Granted(Grant),
    /// Denied: this grant reaches only what belongs to whoever acts, and this does not.
    NotOwner(Grant),
    /// Denied: nothing grants it.
    NotGranted,
    /// Denied: the policy cannot be read.
    Unreadable,
}

impl Decision {
    /// Whether it may be done.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Granted(_))
    }
}

/// Judges one permission on something that does or does not belong to whoever acts. Grants that cannot be read
/// (`None`) grant nothing.
pub fn decide(grants: Option<&Grants>, need: Permission, is_owner: bool) -> Decision {
    let Some(grants) = grants else {
        return Decision::Unreadable;
    };
    let mut decision = Decision::NotGranted;
    for grant in grants.iter().filter(|one| one.permissions().contains(need)) {
        match grant.condition {
            Some(Condition::Owner) if !is_owner => decision = Decision::NotOwner(*grant),
            _ => return Decision::Granted(*grant),
        }
    }
    decision
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};

    fn grants(stored: &str) -> Grants {
        Grants::parse(stored).unwrap()
    }

    fn policy(stored: &str) -> Policy {
        Policy::from(&grants(stored))
    }

    #[test]
    fn a_conditional_grant_reaches_ones_own_and_what_has_an_owner() {
        let editor = policy("read:* update:*[owner]");
        assert_eq!(editor.reach(Permission::ReadMembers), Reach::Everything);
        assert_eq!(editor.reach(Permission::UpdateResources), Reach::Own);
        assert_eq!(editor.reach(Permission::UpdateMembers), Reach::Nothing);
        let decision = decide(
            Some(&grants("update:*[owner]")),
            Permission::UpdateResources,
            false,
        );
        assert!(matches!(decision, Decision::NotOwner(_)));
    }

    #[test]
    fn what_cannot_be_read_grants_nothing() {
        for stored in [
            "x",
            "read:*[group]",
            "read:projects[owner",
            "read:* y:z",
            "update:members[owner]",
        ] {
            assert_eq!(Grants::parse(stored), None, "{stored:?}");
        }
        assert_eq!(
            decide(None, Permission::ReadProjects, true),
            Decision::Unreadable
        );
        assert_eq!(
            Policy::default().reach(Permission::ReadProjects),
            Reach::Nothing
        );
    }

    #[test]
    fn nobody_covers_more_than_they_hold() {
        let own = policy("update:resources[owner] read:projects");
        assert!(own.covers(policy("update:resources[owner]")));
        assert!(!own.covers(policy("update:resources")));
        assert!(policy("*:*").covers(own));
        assert!(
            own.missing(policy("*:projects"))
                .contains(Permission::DeleteProjects)
        );
    }

    #[test]
    fn a_hundred_grants_are_enough() {
        let many = |n| {
            Permission::ALL
                .iter()
                .cycle()
                .take(n)
                .map(|one| Grant::new((*one).into(), None).unwrap())
        };
        assert!(Grants::new(many(1000)).is_ok(), "repetition is not counted");
        assert_eq!(Grants::parse("").unwrap().iter().count(), 0);
    }

    const PATTERNS: [&str; 7] = [
        "*:*",
        "read:*",
        "*:resources",
        "update:resources",
        "delete:projects",
        "*:projects",
        "read:usage",
    ];

    fn any_grant() -> impl Strategy<Value = Grant> {
        let condition = prop::option::of(Just(Condition::Owner));
        (select(&PATTERNS[..]), condition)
            .prop_filter_map("has no owner", |(pattern, condition)| {
                Grant::new(Pattern::parse(pattern).ok()?, condition).ok()
            })
    }

    fn any_grants() -> impl Strategy<Value = Grants> {
        vec(any_grant(), 0..6).prop_map(|all| Grants::new(all).unwrap())
    }

    proptest! {
        #[test]
        fn the_compiled_form_and_the_explained_one_agree(
            grants in any_grants(),
            need in select(Permission::ALL),
            is_owner: bool,
        ) {
            let reach = Policy::from(&grants).reach(need);
            let compiled = reach == Reach::Everything || reach == Reach::Own && is_owner;
            prop_assert_eq!(decide(Some(&grants), need, is_owner).is_allowed(), compiled);
        }

        #[test]
        fn an_intersection_is_covered_by_both_and_reaches_as_far_as_both(
            left in any_grants(),
            right in any_grants(),
            need in select(Permission::ALL),
        ) {
            let (left, right) = (Policy::from(&left), Policy::from(&right));
            let both = left.intersection(right);
            prop_assert!(left.covers(both) && right.covers(both));
            prop_assert_eq!(both.reach(need), left.reach(need).min(right.reach(need)));
        }

        #[test]
        fn the_stored_form_is_read_back(grants in any_grants()) {
            prop_assert_eq!(Grants::parse(&grants.to_string()), Some(grants));
        }
    }
}
