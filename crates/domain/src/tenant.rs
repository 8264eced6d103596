//! Tenants, which the API calls organisations: the roots that every other row hangs from.

use crate::{
    id::TenantId,
    permission::Permission,
    slug::Slug,
    text::{DatabaseName, TenantName},
    vocabulary::vocabulary,
};
use time::{Duration, OffsetDateTime};

vocabulary! {
    /// What a tenant is entitled to; set by operators, never by the tenant. It says nothing about billing.
    Tier {
        /// For trying out; shared tables only.
        Free = "free",
        /// For teams.
        Pro = "pro",
        /// For organisations that need their data apart.
        Enterprise = "enterprise",
    }
}

impl Tier {
    /// Whether the tenant's data may be put into a schema or a database of its own.
    pub const fn allows_silo(self) -> bool {
        !matches!(self, Self::Free)
    }
}

vocabulary! {
    /// Where a tenant is in its life: `provisioning → active ⇄ suspended → deleting → deleted`.
    TenantStatus {
        /// Being set up; its members can look at it and nothing else.
        Provisioning = "provisioning",
        /// In use.
        Active = "active",
        /// Closed by an operator, and kept.
        Suspended = "suspended",
        /// Closed, and to be purged when the grace period is over; until then it can be reactivated.
        Deleting = "deleting",
        /// Being purged; for everyone the same as if it had never been.
        Deleted = "deleted",
    }
}

impl TenantStatus {
    /// Whether the status lets anybody use the permission.
    pub const fn admits(self, need: Permission) -> bool {
        match self {
            Self::Active => true,
            Self::Provisioning => matches!(need, Permission::ReadOrganisation),
            Self::Suspended | Self::Deleting | Self::Deleted => false,
        }
    }

    /// Whether one status may follow another.
    pub const fn may_become(self, next: Self) -> bool {
        use TenantStatus as S;
        match self {
            S::Provisioning => matches!(next, S::Active | S::Deleting),
            S::Active => matches!(next, S::Suspended | S::Deleting),
            S::Suspended => matches!(next, S::Active | S::Deleting),
            S::Deleting => matches!(next, S::Active | S::Deleted),
            S::Deleted => false,
        }
    }
}

vocabulary! {
    /// What keeps a tenant's data apart from the others'.
    Isolation {
        /// Tables that all tenants share, under row-level security.
        Pool = "pool",
        /// A schema of its own.
        Silo = "silo",
    }
}

/// Where a tenant's data is. Fixed when the tenant is founded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// How it is kept apart.
    pub isolation: Isolation,
    /// The configured connection to the database that holds it; none for the main one.
    pub database: Option<DatabaseName>,
}

impl Placement {
    /// Shared tables of the main database.
    pub const POOL: Self = Self {
        isolation: Isolation::Pool,
        database: None,
    };
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    state: TenantState,
    version: i64,
}

/// The fields of a tenant, as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantState {
    /// The tenant's id.
    pub id: TenantId,
    /// Its name.
    pub name: TenantName,
    /// Its slug.
    pub slug: Slug,
    /// What it is entitled to.
    pub tier: Tier,
    /// Where it is in its life.
    pub status: TenantStatus,
    /// Where its data is.
    pub placement: Placement,
    /// The longest that an API key may live, in days, 1 to 3650; none when keys need not expire.
    pub api_key_max_days: Option<u16>,
    /// When it may be purged; only while it is being deleted.
    pub delete_after: Option<OffsetDateTime>,
    /// When it was founded.
    pub created_at: OffsetDateTime,
    /// When the row last changed.
    pub updated_at: OffsetDateTime,
}

/// What a change of a tenant sets; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantChange {
    /// A new name.
    pub name: Option<TenantName>,
    /// A new slug.
    pub slug: Option<Slug>,
    /// A new longest life of API keys; `Some(None)` lifts the bound. Keys that exist are not touched.
    pub api_key_max_days: Option<Option<u16>>,
}

impl TenantChange {
    /// The fields that were sent, in wire order.
    pub fn fields(&self) -> Vec<&'static str> {
        let sent = [
            (self.name.is_some(), "name"),
            (self.slug.is_some(), "slug"),
            (self.api_key_max_days.is_some(), "api_key_max_days"),
        ];
        sent.into_iter()
            .filter_map(|(sent, field)| sent.then_some(field))
            .collect()
    }
}

/// Which tenants to list; `None` does not restrict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TenantFilter {
    /// Only tenants with this status.
    pub status: Option<TenantStatus>,
    /// Only tenants of this tier.
    pub tier: Option<Tier>,
}

/// The tenant's status does not allow what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// There is no way from one status to the other.
    #[error("a tenant that is {} cannot become {}", .from.as_str(), .to.as_str())]
    NoWay {
        /// What it is.
        from: TenantStatus,
        /// What it was to become.
        to: TenantStatus,
    },
    /// The grace period is not over.
    #[error("the grace period is not over")]
    InGrace,
}

impl Tenant {
    /// The bounds of [`TenantState::api_key_max_days`].
    pub const API_KEY_MAX_DAYS: std::ops::RangeInclusive<u16> = 1..=3650;

    /// A tenant that has just been founded in shared tables and can be used at once; without a slug of its own it gets
    /// one from its name.
    pub fn found(id: TenantId, name: TenantName, slug: Option<Slug>, now: OffsetDateTime) -> Self {
        let slug = slug.unwrap_or_else(|| Slug::derive(&name));
        let state = TenantState {
            id,
            name,
            slug,
            tier: Tier::Free,
            status: TenantStatus::Active,
            placement: Placement::POOL,
            api_key_max_days: None,
            delete_after: None,
            created_at: now,
            updated_at: now,
        };
        Self { state, version: 1 }
    }

    /// The same, just founded, with a tier and a place; where that has to be made first, the tenant waits for it.
    #[must_use]
    pub fn placed(mut self, tier: Tier, placement: Placement) -> Self {
        if placement != Placement::POOL {
            self.state.status = TenantStatus::Provisioning;
        }
        (self.state.tier, self.state.placement) = (tier, placement);
        self
    }

    /// A tenant as it was stored.
    pub const fn restore(state: TenantState, version: i64) -> Self {
        Self { state, version }
    }

    /// Sets what is given; `false` when that changes nothing, and then neither version nor time move.
    pub fn update(&mut self, change: TenantChange, now: OffsetDateTime) -> bool {
        let mut next = self.state.clone();
        next.name = change.name.unwrap_or(next.name);
        next.slug = change.slug.unwrap_or(next.slug);
        next.api_key_max_days = change.api_key_max_days.unwrap_or(next.api_key_max_days);
        self.moved(next, now)
    }

    /// Sets the tier; `false` when it was that already.
    pub fn set_tier(&mut self, tier: Tier, now: OffsetDateTime) -> bool {
        let next = TenantState {
            tier,
            ..self.state.clone()
        };
        self.moved(next, now)
    }

    /// Opens a tenant that was set up, suspended or about to be deleted.
    ///
    /// # Errors
    /// [`TransitionError::NoWay`].
    pub fn activate(&mut self, now: OffsetDateTime) -> Result<(), TransitionError> {
        self.transition(TenantStatus::Active, None, now)
    }

    /// Closes it for everyone.
    ///
    /// # Errors
    /// [`TransitionError::NoWay`].
    pub fn suspend(&mut self, now: OffsetDateTime) -> Result<(), TransitionError> {
        self.transition(TenantStatus::Suspended, None, now)
    }

    /// Closes it for everyone, to be purged after a grace period.
    ///
    /// # Errors
    /// [`TransitionError::NoWay`].
    pub fn delete(&mut self, grace: Duration, now: OffsetDateTime) -> Result<(), TransitionError> {
        self.transition(TenantStatus::Deleting, Some(now + grace), now)
    }

    /// Gives it up for good. `early` does so within the grace period.
    ///
    /// # Errors
    /// Both kinds.
    pub fn give_up(&mut self, early: bool, now: OffsetDateTime) -> Result<(), TransitionError> {
        let due = self.state.delete_after.is_none_or(|after| after <= now);
        if self.state.status == TenantStatus::Deleting && !due && !early {
            return Err(TransitionError::InGrace);
        }
        self.transition(TenantStatus::Deleted, None, now)
    }

    fn transition(
        &mut self,
        status: TenantStatus,
        delete_after: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> Result<(), TransitionError> {
        let (from, to) = (self.state.status, status);
        if !from.may_become(to) {
            return Err(TransitionError::NoWay { from, to });
        }
        let next = TenantState {
            status,
            delete_after,
            ..self.state.clone()
        };
        self.moved(next, now);
        Ok(())
    }

    fn moved(&mut self, next: TenantState, now: OffsetDateTime) -> bool {
        if next == self.state {
            return false;
        }
        self.state = next;
        self.state.updated_at = now;
        self.version += 1;
        true
    }

    /// All fields.
    pub const fn state(&self) -> &TenantState {
        &self.state
    }

    /// The tenant's id.
    pub const fn id(&self) -> TenantId {
        self.state.id
    }

    /// The tenant's name.
    pub const fn name(&self) -> &TenantName {
        &self.state.name
    }

    /// The tenant's slug.
    pub const fn slug(&self) -> &Slug {
        &self.state.slug
    }

    /// Where it is in its life.
    pub const fn status(&self) -> TenantStatus {
        self.state.status
    }

    /// Row version, 1 for a new row, one more for each change.
    pub const fn version(&self) -> i64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};
    use uuid::Uuid;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn tenant() -> Tenant {
        let name = TenantName::parse("Acme Ltd").unwrap();
        Tenant::found(TenantId::from_uuid(Uuid::nil()), name, None, NOW)
    }

    #[test]
    fn a_tenant_gets_its_slug_from_its_name_and_keeps_it() {
        let mut acme = tenant();
        assert_eq!(acme.slug().as_str(), "acme-ltd");
        let renamed = TenantChange {
            name: Some(TenantName::parse("Acme").unwrap()),
            ..Default::default()
        };
        assert!(acme.update(renamed.clone(), NOW + Duration::SECOND));
        assert_eq!((acme.slug().as_str(), acme.version()), ("acme-ltd", 2));
        assert!(!acme.update(renamed, NOW + Duration::MINUTE));
        assert_eq!(acme.state().updated_at, NOW + Duration::SECOND);
    }

    #[test]
    fn a_silo_has_to_be_made_first() {
        let placement = Placement {
            isolation: Isolation::Silo,
            database: None,
        };
        let siloed = tenant().placed(Tier::Enterprise, placement);
        assert_eq!(siloed.status(), TenantStatus::Provisioning);
        assert!(siloed.status().admits(Permission::ReadOrganisation));
        assert!(!siloed.status().admits(Permission::ReadProjects));
        let pooled = tenant().placed(Tier::Pro, Placement::POOL);
        assert_eq!(pooled.status(), TenantStatus::Active);
    }

    #[test]
    fn the_grace_period_can_be_called_off_and_has_to_pass() {
        let mut acme = tenant();
        acme.delete(Duration::days(30), NOW).unwrap();
        assert_eq!(acme.give_up(false, NOW), Err(TransitionError::InGrace));
        acme.activate(NOW).unwrap();
        assert_eq!(acme.state().delete_after, None);
        acme.delete(Duration::days(30), NOW).unwrap();
        acme.give_up(false, NOW + Duration::days(30)).unwrap();
        assert!(acme.activate(NOW).is_err(), "what is given up stays so");
    }

    #[test]
    fn only_these_statuses_follow_one_another() {
        let ways = TenantStatus::ALL.iter().flat_map(|from| {
            let to = TenantStatus::ALL.iter().filter(|to| from.may_become(**to));
            to.map(|to| format!("{} {}", from.as_str(), to.as_str()))
        });
        let expected = [
            "provisioning active",
            "provisioning deleting",
            "active suspended",
            "active deleting",
            "suspended active",
            "suspended deleting",
            "deleting active",
            "deleting deleted",
        ];
        assert!(ways.eq(expected));
    }

    proptest! {
        /// However it is pushed around, nothing but an active tenant lets its data be touched.
        #[test]
        fn data_is_open_in_an_active_tenant_only(steps in vec(0..4_u8, 0..20), need in select(Permission::ALL)) {
            let mut acme = tenant();
            for step in steps {
                let _ = match step {
                    0 => acme.suspend(NOW),
                    1 => acme.activate(NOW),
                    2 => acme.delete(Duration::ZERO, NOW),
                    _ => acme.give_up(true, NOW),
                };
                prop_assert_eq!(acme.status().admits(need), acme.status() == TenantStatus::Active);
            }
        }
    }
}
